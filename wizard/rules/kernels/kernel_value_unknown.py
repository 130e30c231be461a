"""MW567."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.plugins import KERNELS, listed
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_WORDS = {
    "dsv4_fp4_grouped_mode": ("nvfp4",),
    "dsv4_fp8_nonexpert_mode": ("float8tensor", "bf16"),
    "nonexpert_quantization": ("none", "bf16", "fp8", "fp8_blockwise", "nf4", "nvfp4"),
}
_CHUNK = "moe_dequant_chunk_size"


@rule(
    "MW567",
    "kernel-value-unknown",
    "error",
    fix="unsafe",
    keys=(*_WORDS, _CHUNK),
    quotes=(
        "dsv4_fp4_grouped_mode='fp8' is not implemented",
        "dsv4_fp4_grouped_mode must be",
        "dsv4_fp8_nonexpert_mode must be",
        "nonexpert_quantization must be one of",
        "moe_dequant_chunk_size must be a positive integer",
    ),
)
def kernel_value_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A setting of the expert kernels with a value that Axolotl does not take.

    What it checks
        With the KernelsPlugin: `dsv4_fp4_grouped_mode` other than nvfp4, `dsv4_fp8_nonexpert_mode` other than
        float8tensor and bf16, `nonexpert_quantization` outside none, bf16, fp8, fp8_blockwise, nf4 and nvfp4,
        and a `moe_dequant_chunk_size` that is no positive whole number.

    Why it matters
        Axolotl refuses the config. (`dsv4_fp4_grouped_mode: fp8` was once documented, and never written.)

    Example
        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            dsv4_fp4_grouped_mode: fp8

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            dsv4_fp8_nonexpert_mode: fp8

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            nonexpert_quantization: int8

        Bad:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            moe_dequant_chunk_size: 0

        Good:
            plugins: [axolotl.integrations.kernels.KernelsPlugin]
            use_kernels: true
            dsv4_fp4_grouped_mode: nvfp4
            dsv4_fp8_nonexpert_mode: bf16
            nonexpert_quantization: nf4
            moe_dequant_chunk_size: 8

    Fix
        The key goes, which leaves Axolotl's default. Not safe: something else was meant.

    Source
        axolotl 0.19.0 integrations/kernels/args.py:137, :156, :166 and :256 (executed)
    """
    plan = subject.plan
    if not listed(plan, KERNELS):
        return
    for key, words in _WORDS.items():
        written = plan.get(key)
        if written is not None and str(written).lower() not in words:
            message = f"{key}: {written} is none of {', '.join(words)}: Axolotl refuses the config"
            yield self.finding(message, key, plan=plan, fix=Fix({key: REMOVE}, "unsafe", f"no {key}"))
    chunk = plan.get(_CHUNK)
    if chunk is not None and not _positive(chunk):
        message = f"{_CHUNK} must be a whole number above 0: Axolotl refuses the config"
        yield self.finding(message, _CHUNK, plan=plan, fix=Fix({_CHUNK: REMOVE}, "unsafe", f"no {_CHUNK}"))


def _positive(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return False
    try:
        return int(value) > 0 and not (isinstance(value, float) and not value.is_integer())
    except (ValueError, OverflowError):
        return False
