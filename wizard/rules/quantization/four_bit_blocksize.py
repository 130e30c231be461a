"""MW397."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import quantization
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW397",
    "four-bit-blocksize",
    "error",
    fix="safe",
    keys=("bnb_config_kwargs",),
    quotes="bitsandbytes 4-bit loading always quantizes with blocksize",
    axolotl_since="0.20",
)
def four_bit_blocksize(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A block size of 4-bit weights other than 64.

    What it checks
        `load_in_4bit` is on, `nf4_backend` is not torchao, and `bnb_config_kwargs.blocksize` is not the number 64.

    Why it matters
        Axolotl refuses the file: bitsandbytes loads with blocks of 64 whatever is written. 0.19 took it, and
        nothing came of it.

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            bnb_config_kwargs: {blocksize: 128}

        Good:
            adapter: qlora
            load_in_4bit: true
            lora_r: 8
            lora_alpha: 16
            lora_target_linear: true
            bnb_config_kwargs: {bnb_4bit_use_double_quant: false}

    Fix
        `blocksize` goes. Safe: it is 64 either way.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:1566 (executed)
    """
    plan, block = subject.plan, mapping(subject.plan, "bnb_config_kwargs")
    size = block.get("blocksize", 64)
    if size == 64 or not quantization.load_in_4bit(plan) or plan.get("nf4_backend") == "torchao":
        return
    left = {key: value for key, value in block.items() if key != "blocksize"}
    fix = Fix({"bnb_config_kwargs": left or REMOVE}, "safe", "no blocksize")
    message = f"bnb_config_kwargs.blocksize {size}: bitsandbytes loads with 64, and Axolotl refuses the file"
    yield self.finding(message, "bnb_config_kwargs", plan=plan, fix=fix)
