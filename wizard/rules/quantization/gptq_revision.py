"""MW356."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW356",
    "gptq-revision",
    "error",
    keys=("gptq",),
    quotes="revision_of_model is not supported for GPTQ models",
)
def gptq_revision(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gptq` with `revision_of_model`.

    What it checks
        Both are set.

    Why it matters
        Axolotl refuses the file: a GPTQ model is taken from the main branch alone.

    Example
        Bad:
            base_model: TheBloke/Llama-2-7B-GPTQ
            gptq: true
            revision_of_model: gptq-4bit-32g-actorder_True
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good:
            base_model: TheBloke/Llama-2-7B-GPTQ
            gptq: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

    Fix
        Download the branch, name its folder as `base_model`, and take `revision_of_model` out.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1686 (executed)
    """
    plan = subject.plan
    if early.is_set(plan, "gptq") and plan.get("revision_of_model"):
        message = "gptq with revision_of_model: Axolotl refuses the file; download the branch and name its folder"
        yield self.finding(message, "revision_of_model", "gptq", plan=plan)
