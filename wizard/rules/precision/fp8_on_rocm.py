"""MW230."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.amd import FP8
from wizard.rules.registry import Rule, Subject, rule


@rule("MW230", "fp8-on-rocm", "error", fix="unsafe", keys=("fp8",), crashes="torch._scaled_mm is only supported")
def fp8_on_rocm(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8: true` on an AMD GPU that multiplies nothing in fp8.

    What it checks
        With a known machine: `fp8` is on and a GPU of AMD is none of gfx942 (MI300), gfx950 (MI350), gfx1200 and
        gfx1201. One whose architecture is not known is left alone.

    Why it matters
        Axolotl asks for compute capability 9.0, which HIP says of MI200 too, and lets it through. The first product
        dies: torch._scaled_mm is only supported on CUDA devices with compute capability >= 9.0 or 8.9, or ROCm MI300+.

    Example
        Bad on mi250x:
            fp8: true
            torch_compile: true

        Good on mi300x:
            fp8: true
            torch_compile: true

    Fix
        Take `fp8` out: bf16 computes instead. Unsafe: other numbers.

    Source
        pytorch 2.13 aten/src/ATen/native/cuda/ScaledBlas.cpp, axolotl 0.21.0 cli/config.py:347 (read)
    """
    plan, machine = subject.plan, subject.machine
    amd = [gpu for gpu in machine.gpus if gpu.vendor == "amd" and gpu.architecture] if machine else []
    if not precision.fp8(plan) or all(gpu.architecture in FP8 for gpu in amd):
        return
    message = f"{amd[0].name} ({amd[0].architecture}) has no fp8, which came with MI300: the first step dies"
    changes = dict.fromkeys(("fp8", "fp8_config", "fp8_enable_fsdp_float8_all_gather"), REMOVE)
    fix = Fix({key: value for key, value in changes.items() if key in plan}, "unsafe", "take fp8 out")
    yield self.finding(message, "fp8", plan=plan, fix=fix)
