"""MW544."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, preference, switches
from wizard.axolotl.kernels import FUSED
from wizard.domain.finding import Finding, Fix
from wizard.rules.kernels._common import joined, removed
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW544",
    "lora-kernels-preference",
    "error",
    fix="safe",
    keys=FUSED,
    crashes="Model must be a PeftModelForCausalLM",
    axolotl_until="0.20",
)
def lora_kernels_preference(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Fused LoRA kernels with DPO, IPO or KTO.

    What it checks
        `rl: dpo`, `ipo` or `kto` with an adapter, and `lora_mlp_kernel`, `lora_qkv_kernel` or `lora_o_kernel` on.

    Why it matters
        For these trainers Axolotl hands over the adapter's config and leaves the model plain; the kernels
        look for a model with an adapter. No validator says so: the run stops after loading with "Model must be a
        PeftModelForCausalLM". From 0.21 on the kernels are put in when the trainer has made the adapter.

    Example
        Bad:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: true

        Good:
            rl: dpo
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

    Fix
        The kernels' keys go. Safe: they compute the same as the plain layers, and with `rl` Axolotl does not
        switch them on by itself.

    Source
        axolotl 0.19.0 loaders/model.py:505 and monkeypatch/lora_kernels.py:484 (trained with on a CPU;
        0.21.0 works)
    """
    plan = subject.plan
    on = switches.on(plan, FUSED)
    if not on or not adapters.adapter(plan) or preference.rl(plan) not in ("dpo", "ipo", "kto"):
        return
    message = f"{joined(on)} with rl: {plan.shown('rl')}: the model has no adapter yet when the kernels look for it"
    fix = Fix(removed(on), "safe", f"no {joined(on)}")
    yield self.finding(message + ", and the run stops", *on, "rl", plan=plan, fix=fix)
