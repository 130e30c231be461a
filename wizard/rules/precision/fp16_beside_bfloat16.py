"""MW222."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW222",
    "fp16-beside-bfloat16",
    "error",
    fix="unsafe",
    keys=("bfloat16",),
    crashes="At most one of fp16 and bf16 can be True",
)
def fp16_beside_bfloat16(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`fp16` beside `bfloat16`.

    What it checks
        `fp16` and `bfloat16` are both on, and `bf16` is not true (which would turn `fp16` off).

    Why it matters
        Axolotl's check lets it through. Its trainer then gets both, and transformers stops the run
        after the model was loaded: "At most one of fp16 and bf16 can be True".

    Example
        Bad:
            bf16: false
            fp16: true
            bfloat16: true

        Good:
            bf16: false
            fp16: true

        Good:
            bf16: auto

    Fix
        `fp16` out where the GPU has bf16 or is not known, else `bfloat16` out. Unsafe: the file asks for both.

    Source
        axolotl 0.19.0 core/builders/base.py:271-278; transformers 5.16.1 training_args.py:1746 (read)
    """
    plan, machine = subject.plan, subject.machine
    if not precision.bfloat16(plan) or not precision.fp16(plan) or precision.bf16(plan) is True:
        return
    out = "bfloat16" if machine is not None and machine.bf16 is False else "fp16"
    message = "fp16 and bfloat16 are both on: the run stops as the trainer is made"
    fix = Fix({out: REMOVE}, "unsafe", f"take {out} out")
    yield self.finding(message, "bfloat16", "fp16", plan=plan, fix=fix)
