"""MW543."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, kernels, switches
from wizard.axolotl.early import which
from wizard.axolotl.kernels import FUSED, LORA_KERNELS, switches_on
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW543",
    "lora-kernels-reward-model",
    "error",
    fix="safe",
    keys=("reward_model", "process_reward_model"),
    crashes="Model must be a PeftModelForCausalLM",
    axolotl_until="0.20",
)
def lora_kernels_reward_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A reward model with LoRA, whose fused kernels Axolotl switches on by itself.

    What it checks
        `reward_model` or `process_reward_model` with `adapter: lora` or `qlora`, where a fused kernel is written,
        or none of the `lora_*_kernel` is, so that Axolotl switches all four on.

    Why it matters
        Only `rl` keeps Axolotl from switching them on. The kernels take a causal model; a reward model is a
        classifier, and the run stops after loading with "Model must be a PeftModelForCausalLM". From 0.21 on they
        take any model of PEFT's.

    Example
        Bad:
            reward_model: true
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: bradley_terry.chat_template
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true

        Good:
            reward_model: true
            datasets:
              - path: argilla/distilabel-intel-orca-dpo-pairs
                type: bradley_terry.chat_template
            adapter: lora
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            lora_mlp_kernel: false
            lora_qkv_kernel: false
            lora_o_kernel: false
            lora_embedding_kernel: false

    Fix
        All four kernels off. Safe: they compute the same as the plain layers.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1976 (executed), loaders/adapter.py:131 and
        monkeypatch/lora_kernels.py:484 (trained with on a CPU; 0.21.0 works)
    """
    plan = subject.plan
    if adapters.adapter(plan) not in ("lora", "qlora"):
        return
    key = next(iter(switches.on(plan, ("reward_model", "process_reward_model"))), None)
    if key is None:
        return
    automatic = switches_on(plan, subject.gpus) and not kernels.any_written(plan)
    if not automatic and not which(plan, FUSED):
        return
    who = "Axolotl switches on" if automatic else "the plan asks for"
    message = f"{key} with LoRA: {who} fused LoRA kernels that take causal models only, and the run stops"
    fix = Fix(dict.fromkeys(LORA_KERNELS, False), "safe", "all four lora_*_kernel: false")
    yield self.finding(message, key, *which(plan, FUSED), "adapter", plan=plan, fix=fix)
