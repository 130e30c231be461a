"""MW663."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import fsdp, quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW663",
    "negative-timeout-of-4-bit",
    "error",
    fix="safe",
    keys=("ddp_timeout",),
    crashes=("NF4 loading timeout must be positive",),
    axolotl_since="0.20",
)
def negative_timeout_of_4_bit(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A `ddp_timeout` below 0 with a 4-bit model under FSDP.

    What it checks
        `ddp_timeout` below 0 with `load_in_4bit: true` and `fsdp_config`.

    Why it matters
        From 0.20 on one process quantizes the model and the others wait for it as long as that says. Axolotl stops when
        loading begins: "NF4 loading timeout must be positive".

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ddp_timeout: -1
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            ddp_timeout: 3600
            fsdp_version: 2
            fsdp_config:
              transformer_layer_cls_to_wrap: LlamaDecoderLayer

    Fix
        Leave `ddp_timeout` out: 1800 seconds are Axolotl's own. Safe: with it nothing is loaded.

    Source
        axolotl 0.20.0 and 0.21.0 utils/nf4_loading.py:25-33 (read)
    """
    plan = subject.plan
    seconds = number(plan.get("ddp_timeout"), 0.0)
    if seconds < 0 and fsdp.has_block(plan) and quantization.load_in_4bit(plan):
        fix = Fix({"ddp_timeout": REMOVE}, "safe", "no ddp_timeout")
        message = f"ddp_timeout {seconds:g} with a 4-bit model under FSDP: Axolotl stops when loading begins"
        yield self.finding(message, "ddp_timeout", plan=plan, fix=fix)
