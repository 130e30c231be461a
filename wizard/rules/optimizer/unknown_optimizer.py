"""MW537."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import find
from wizard.knowledge.optimizers import optimizers
from wizard.rules.registry import Rule, Subject, rule

_MEANT = {
    "ao_adamw_4bit": "adamw_torch_4bit",
    "ao_adamw_8bit": "adamw_torch_8bit",
    "paged_adamw": "paged_adamw_32bit",
    "adamw_apex_fused": "adamw_torch_fused",
    "adamw_hf": "adamw_torch",
}
"""Names that were optimizers once, or that the schema lists and nothing builds, and what to write."""


@cache
def _known(version: Version) -> frozenset[str]:
    listed = find("optimizer", version)
    named = {*optimizers(), "adamw_torch_npu_fused", *(listed.values if listed is not None else ())}
    return frozenset(map(str, named)) - {*_MEANT}


@rule(
    "MW537",
    "unknown-optimizer",
    "error",
    fix="unsafe",
    keys=("optimizer",),
    crashes="is not a valid OptimizerNames",
)
def unknown_optimizer(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An optimizer that neither Axolotl nor transformers has.

    What it checks
        `optimizer` against the names of this Axolotl and of its transformers. `ao_adamw_4bit` and `ao_adamw_8bit`
        stand in Axolotl's list, but nothing builds them.

    Why it matters
        Axolotl's schema takes any text. The run stops when the trainer is made, after the data is prepared and
        the model loaded.

    Example
        Bad:
            optimizer: adamw_torch_fussed

        Bad:
            optimizer: ao_adamw_8bit

        Good:
            optimizer: adamw_torch_fused

    Fix
        The nearest name, where one is near. Not safe: another optimizer may have been meant.

    Source
        axolotl 0.19.0 utils/schemas/training.py:122 takes any text (executed), core/builders/base.py:448 (read);
        transformers 5.16.1 and 5.20.1 training_args.py OptimizerNames (executed, trained with on a CPU)
    """
    plan = subject.plan
    name = plan.get("optimizer")
    if not isinstance(name, str) or name in _known(subject.axolotl):
        return
    meant = _MEANT.get(name) or closest(name.lower(), tuple(sorted(_known(subject.axolotl))), 0.6)
    message = f"optimizer: {name} is not one that Axolotl or transformers builds: the run dies when the trainer is made"
    if meant is None:
        yield self.finding(message, "optimizer", plan=plan)
        return
    fix = Fix({"optimizer": meant}, "unsafe", f"optimizer: {meant}", guess=name not in _MEANT)
    yield self.finding(f"{message}; did you mean {meant}?", "optimizer", plan=plan, fix=fix)
