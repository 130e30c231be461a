"""MW220."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW220", "bf16-auto-emulated", "warning", fix="unsafe")
def bf16_auto_emulated(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`bf16: auto`, the default, on a GPU that has bf16 only as emulation.

    What it checks
        With a known machine: compute capability below 8.0, `bf16` not written or `auto`, and `fp16` not on.

    Why it matters
        `auto` asks torch whether bf16 is supported, and since torch 2.4 the answer counts emulation, so it is
        likely yes on Turing and Volta too. The run then computes in emulated bf16, without tensor cores: far
        slower than the fp16 that the GPU has.

    Example
        Bad on t4:
            bf16: auto

        Good on t4:
            bf16: false
            fp16: true

        Good on rtx-3060-12gb:
            bf16: auto

    Fix
        `fp16: true` and `bf16: false`, written out. Unsafe: fp16 has a smaller range, under a gradient scaler.

    Source
        axolotl 0.19.0 utils/config/__init__.py:165; transformers 5.16.1 utils/import_utils.py:618; torch 2.13
        cuda/__init__.py:191 (`is_bf16_supported` with emulation) (read)
    """
    machine = subject.machine
    if machine is None or machine.bf16 is not False:  # no `when`: the bad state is also that of an unwritten key
        return
    plan = subject.plan
    if precision.bf16(plan) != "auto" or precision.fp16(plan) or precision.bfloat16(plan):
        return
    message = f"bf16: auto is likely taken as bf16 on {machine.title}, which only emulates it: write fp16: true"
    fix = Fix({"bf16": False, "fp16": True}, "unsafe", "fp16: true, bf16: false")
    yield self.finding(message, "bf16", plan=plan, fix=fix)
