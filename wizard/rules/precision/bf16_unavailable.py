"""MW105."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW105", "bf16-unavailable", "warning", fix="safe", quotes="AMP is not supported on this GPU")
def bf16_unavailable(self: Rule, subject: Subject) -> Iterator[Finding]:
    """bf16 asked for on a GPU without it, or left aside on a GPU that has it.

    What it checks
        With a known machine: `bf16: true` or `bfloat16` below compute capability 8.0; or fp16 or fp32 on 8.0
        and later, where bf16 needs no gradient scaler and no more memory.

    Why it matters
        Before Ampere bf16 exists only as emulation: training fails or crawls. `bf16: auto` is meant to
        fall back to fp16 there. From Ampere on bf16 has the range of fp32: no overflow, no scaler.

    Example
        Bad on t4:
            bf16: true

        Bad on rtx-4090:
            bf16: false
            fp16: true

        Good on t4:
            bf16: false
            fp16: true
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true

        Good on rtx-4090:
            bf16: auto

    Fix
        `bf16: auto` where the GPU has bf16: unsafe, it replaces a working fp16 or fp32; `bfloat16: true` where mixed
        precision is refused. Where the GPU lacks it, fp16 with an adapter, which is safe, and fp32 for a full
        fine-tune, or with modules trained whole beside the adapter, which needs more memory and is not.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1762 and :1767 (executed), utils/config/__init__.py:155 (read);
        CUDA C++ Programming Guide, arithmetic by compute capability
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or machine.bf16 is None:
        return
    automatic = precision.bf16(plan) == "auto"
    wants = precision.bf16(plan) is True or precision.bfloat16(plan)
    if not machine.bf16 and wants:
        changes: dict[str, object] = {"bf16": False, "fp16": True, "bfloat16": REMOVE}
        message = f"{machine.title} has no bf16: training fails or runs emulated; fp16 is what it has"
        fix: Fix | None = Fix({**changes, "fp16": False}, "unsafe", "fp32: fp16: false, bf16: false")
        if subject.effective.adapter is not None:  # without one, whose gradients no fp16 scaler takes
            fix = subject.first_that_runs(*filter(None, (Fix(changes, "safe", "fp16: true, bf16: false"), fix)))
        yield self.finding(message, "bf16", "bfloat16", plan=plan, fix=fix, quoted=not plan.get("merge_lora"))
    fp16 = precision.fp16(plan) or precision.float16(plan)
    aside = not wants and (fp16 if automatic else True)
    if machine.bf16 and aside:
        used = "fp16" if fp16 else "fp32"
        message = f"{machine.title} has bf16 but the plan trains in {used}: bf16 overflows less and costs no more"
        changes = {"bf16": "auto", "fp16": REMOVE, "float16": REMOVE}
        whole = {**changes, "bf16": False, "bfloat16": True}
        fix = subject.first_that_runs(
            Fix(changes, "unsafe", "bf16: auto"), Fix(whole, "unsafe", "bfloat16: true, bf16: false")
        )
        yield self.finding(message, "bf16", "fp16", "float16", plan=plan, severity="hint", fix=fix, quoted=False)
