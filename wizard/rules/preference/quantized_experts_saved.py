"""MW796."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference
from wizard.axolotl.quantization import quantize_moe_experts
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW796",
    "quantized-experts-saved",
    "warning",
    keys=("rl",),
    crashes=("Undefined Operation encountered!",),
)
def quantized_experts_saved(self: Rule, subject: Subject) -> Iterator[Finding]:
    """DPO, IPO or KTO beside quantized experts: the run ends with an error after the adapter is saved.

    What it checks
        `rl` is "dpo", "ipo" or "kto" with LoRA or QLoRA and `quantize_moe_experts`, without `rl_adapter_ref_model`.

    Why it matters
        TRL makes the adapter, so Axolotl saves twice at the end: the adapter, then the base model. Quantized experts
        can't be brought back into their checkpoint's form: "Undefined Operation encountered!". The adapter is there by
        then, but the command fails, and what follows it in a script is not reached.

    Example
        Bad:
            rl: dpo
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true

        Good:
            rl: orpo
            adapter: qlora
            load_in_4bit: true
            quantize_moe_experts: true

    Fix
        None: take the adapter from the output folder, or ORPO and SimPO, which do not save the base.

    Source
        axolotl 0.19.0 and 0.21.0 train.py save_trained_model (0.21.0: :427), executed with a small Qwen3-MoE
    """
    plan = subject.plan
    beside = adapters.built_in(plan) and quantize_moe_experts(plan)
    if not (beside and preference.saves_no_rounded_experts(plan)):
        return
    message = "quantized experts can't be saved with the base model: the run ends in an error once the adapter is saved"
    yield self.finding(message, "rl", "quantize_moe_experts", plan=plan)
