"""MW892."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import quantization
from wizard.domain.finding import Finding
from wizard.domain.values import texts
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_READS_PATTERNS = Version(0, 20)
_WORDS = {
    "bnb_4bit_quant_type": ("nf4", "fp4"),
    "bnb_4bit_compute_dtype": ("bfloat16", "float16", "float32", "float64", "half", "float"),
    "bnb_4bit_quant_storage": ("float16", "float32", "int8", "uint8", "float64", "bfloat16"),
}


@rule(
    "MW892",
    "bnb-setting-unknown",
    "error",
    keys=("bnb_config_kwargs",),
    crashes=(
        "module 'torch' has no attribute",
        "`bnb_4bit_quant_storage` must be a valid string",
        "issues during automatic conversion of the weights",
        "Invalid regex in llm_int8_skip_modules",
    ),
)
def bnb_setting_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`bnb_config_kwargs` has a value that bitsandbytes does not know.

    What it checks
        With 4-bit weights: `bnb_4bit_quant_type` is nf4 or fp4, `bnb_4bit_compute_dtype` one of torch's names
        (`bfloat16`, not `torch.bfloat16`), `bnb_4bit_quant_storage` one of those that transformers lists; and each of
        `llm_int8_skip_modules` is a regular expression, which 0.20 and 0.21 read it as.

    Why it matters
        Axolotl takes any block. The run dies when the model is loaded: "module 'torch' has no attribute", "must be a
        valid string", "We encountered some issues during automatic conversion of the weights", or "Invalid regex".

    Example
        Bad:
            adapter: qlora
            load_in_4bit: true
            bnb_config_kwargs:
              bnb_4bit_quant_type: nf3

        Bad:
            adapter: qlora
            load_in_4bit: true
            bnb_config_kwargs:
              bnb_4bit_compute_dtype: torch.bfloat16

        Good:
            adapter: qlora
            load_in_4bit: true
            bnb_config_kwargs:
              bnb_4bit_quant_type: nf4

    Fix
        A value that the message lists. There is none to apply.

    Source
        transformers 5.16.1 and 5.20.1 utils/quantization_config.py:465-485; axolotl 0.20.0 and 0.21.0 utils/nf4.py,
        llm_int8_skip_modules (executed on a CPU; the regex read)
    """
    plan = subject.plan
    block = plan.get("bnb_config_kwargs")
    if not isinstance(block, dict) or not quantization.load_in_4bit(plan):
        return
    for name, known in _WORDS.items():
        value = block.get(name)
        if isinstance(value, str) and value not in known:
            message = f"bnb_config_kwargs.{name} is {value}, where {', '.join(known)} go: the run dies at the load"
            yield self.finding(message, f"bnb_config_kwargs.{name}", plan=plan)
    broken = [one for one in texts(block.get("llm_int8_skip_modules")) if not _is_pattern(one)]
    if broken and subject.axolotl >= _READS_PATTERNS:
        message = (
            f"bnb_config_kwargs.llm_int8_skip_modules: {broken[0]} is no regular expression: the run dies at the load"
        )
        yield self.finding(message, "bnb_config_kwargs.llm_int8_skip_modules", plan=plan)


def _is_pattern(text: str) -> bool:
    """Whether it is a regular expression."""
    try:
        re.compile(text)
    except re.error:
        return False
    return True
