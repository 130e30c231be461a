"""MW214."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import nearest
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_RECIPES = ("tensorwise", "rowwise", "rowwise_with_gw_hp")


@rule(
    "MW214",
    "fp8-config-unknown",
    "error",
    fix="unsafe",
    keys=("fp8_config",),
    quotes=("fp8_config.recipe: Input should be", "Extra inputs are not permitted"),
)
def fp8_config_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8_config` with a key or a recipe that Axolotl does not know.

    What it checks
        Within `fp8_config` any other key than `recipe`, or a recipe that is none of tensorwise, rowwise and
        rowwise_with_gw_hp.

    Why it matters
        Axolotl refuses the file. `fp8_enable_fsdp_float8_all_gather` belongs at the top level, not here.

    Example
        Bad:
            fp8: true
            torch_compile: true
            fp8_config:
              recipe: row_wise

        Bad:
            fp8: true
            torch_compile: true
            fp8_config:
              enable_all_gather: true

        Good:
            fp8: true
            torch_compile: true
            fp8_config:
              recipe: rowwise

    Fix
        Only `recipe`, with the known name most like it (tensorwise is the default). Unsafe: it is a guess.

    Source
        axolotl 0.19.0 utils/schemas/fp8.py:10 (executed)
    """
    plan = subject.plan
    block = mapping(plan, "fp8_config")
    if not block or not early.is_set(plan, "fp8"):
        return
    extra = [str(key) for key in block if key != "recipe"]
    recipe = block.get("recipe", "tensorwise")
    if not extra and recipe in _RECIPES:
        return
    wrong = [f"the key {key}" for key in extra] + ([] if recipe in _RECIPES else [f"the recipe {recipe}"])
    message = f"fp8_config does not know {', '.join(wrong)}: Axolotl refuses it; recipe is one of {', '.join(_RECIPES)}"
    guess = recipe if recipe in _RECIPES else nearest(str(recipe), _RECIPES) or "tensorwise"
    fix = Fix({"fp8_config": {"recipe": guess}}, "unsafe", f"fp8_config: {{recipe: {guess}}}")
    yield self.finding(message, "fp8_config", plan=plan, fix=fix)
