"""MW575."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import INTEGRATIONS, listed
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW575",
    "llm-compressor-without-recipe",
    "error",
    keys=("plugins",),
    quotes=("llmcompressor: Field required", "llmcompressor.recipe: Field required"),
)
def llm_compressor_without_recipe(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The LLMCompressorPlugin without its recipe.

    What it checks
        The LLMCompressorPlugin is listed, and there is no `llmcompressor` block, or no `recipe` in it.

    Why it matters
        The recipe is the one setting this plugin must have. Axolotl refuses the config.

    Example
        Bad:
            plugins: [axolotl.integrations.llm_compressor.LLMCompressorPlugin]

        Bad:
            plugins: [axolotl.integrations.llm_compressor.LLMCompressorPlugin]
            llmcompressor:
              save_compressed: true

        Good:
            plugins: [axolotl.integrations.llm_compressor.LLMCompressorPlugin]
            llmcompressor:
              recipe:
                finetuning_stage: {}

    Fix
        None by itself: write the recipe, or take the plugin out.

    Source
        axolotl 0.19.0 integrations/llm_compressor/args.py:11 (executed)
    """
    plan = subject.plan
    block = plan.get("llmcompressor")
    if not listed(plan, INTEGRATIONS + "llm_compressor.LLMCompressorPlugin"):
        return
    if block is not None and (not isinstance(block, dict) or "recipe" in block):
        return
    message = "the LLMCompressorPlugin needs llmcompressor.recipe: Axolotl refuses the config"
    yield self.finding(message, "llmcompressor", "plugins", plan=plan)
