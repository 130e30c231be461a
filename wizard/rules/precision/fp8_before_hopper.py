"""MW210."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW210",
    "fp8-before-hopper",
    "error",
    fix="unsafe",
    keys=("fp8",),
    quotes="fp8 requested, but fp8 is not supported on this GPU",
)
def fp8_before_hopper(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp8: true` on a GPU before Hopper.

    What it checks
        With a known machine: `fp8` is on and the GPU's compute capability is below 9.0. Ada, which has fp8
        tensor cores, is 8.9 and counts as before.

    Why it matters
        Axolotl refuses the file on that machine.

    Example
        Bad on rtx-4090:
            fp8: true
            torch_compile: true

        Good on h100-80gb:
            fp8: true
            torch_compile: true

    Fix
        Take `fp8` out: bf16 computes instead. Unsafe: other numbers.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1847, cli/config.py:352 (executed)
    """
    plan, machine = subject.plan, subject.machine
    have = machine.gpus[0].compute_capability if machine and machine.gpus else None
    if have is None or have >= (9, 0) or not precision.fp8(plan):
        return
    message = f"fp8 needs compute capability 9.0 (Hopper), and this GPU is {have[0]}.{have[1]}: Axolotl refuses it"
    changes = dict.fromkeys(("fp8", "fp8_config", "fp8_enable_fsdp_float8_all_gather"), REMOVE)
    fix = Fix({key: value for key, value in changes.items() if key in plan}, "unsafe", "take fp8 out")
    yield self.finding(message, "fp8", plan=plan, fix=fix)
