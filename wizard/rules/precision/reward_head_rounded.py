"""MW227."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters, precision, preference, switches
from wizard.axolotl.quantization import BITS
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW227",
    "reward-head-rounded",
    "error",
    fix="unsafe",
    keys=("reward_model", "process_reward_model"),
    crashes=("'Parameter' object has no attribute 'CB'", "expected m1 and m2 to have the same dtype"),
)
def reward_head_rounded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A judge of answers or of steps on a base in 4 or 8 bits whose new head can't compute.

    What it checks
        `process_reward_model` with an adapter and `load_in_4bit` or `load_in_8bit`; and `reward_model` with them where
        `bf16` and `fp16` are both off.

    Why it matters
        The head is new and trained whole. Of a judge of steps bitsandbytes rounds it with the rest, and the first step
        dies. That of a judge of answers TRL turns to bf16 beside rounded weights: without 16 bits for the rest, two
        types meet in it.

    Example
        Bad:
            process_reward_model: true
            num_labels: 2
            datasets:
              - path: data.jsonl
                type: stepwise_supervised
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj, v_proj]

        Bad:
            reward_model: true
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template
            adapter: lora
            load_in_8bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            bf16: false
            fp16: false

        Good:
            reward_model: true
            datasets:
              - path: data.jsonl
                type: bradley_terry.chat_template
            adapter: lora
            load_in_8bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            lora_mlp_kernel: false
            lora_qkv_kernel: false
            lora_o_kernel: false
            lora_embedding_kernel: false
            bf16: auto

    Fix
        LoRA on the base in 16 bits for a judge of steps; `bf16: auto` for one of answers. Unsafe: the first takes more
        memory, the second computes otherwise.

    Source
        axolotl 0.19.0 and 0.21.0 (trained with on a CPU); trl 1.14.1 trainer/reward_trainer.py:538
    """
    plan = subject.plan
    bits = switches.on(plan, BITS)
    if not bits or not adapters.makes_lora(plan):
        return
    if preference.process_reward_model(plan):
        message = f"process_reward_model with {' and '.join(bits)}: its head is rounded too, and the first step dies"
        fix = Fix({"adapter": "lora", **dict.fromkeys(bits, REMOVE)}, "unsafe", "adapter: lora, 16-bit weights")
        yield self.finding(message, "process_reward_model", *bits, plan=plan, fix=fix)
    elif preference.reward_model(plan) and not _half(subject):
        message = f"reward_model with {' and '.join(bits)} and neither bf16 nor fp16: its head is in bf16 alone, "
        fix = Fix({"bf16": "auto", "fp16": REMOVE}, "unsafe", "bf16: auto")
        yield self.finding(message + "and the first step dies", "reward_model", "bf16", plan=plan, fix=fix)


def _half(subject: Subject) -> bool:
    plan = subject.plan
    return bool(precision.bf16(plan)) or precision.bfloat16(plan) or precision.fp16(plan)
