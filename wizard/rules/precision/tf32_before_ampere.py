"""MW219."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import precision
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW219",
    "tf32-before-ampere",
    "error",
    fix="safe",
    keys=("tf32",),
    crashes="--tf32 requires Ampere or a newer GPU arch",
)
def tf32_before_ampere(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`tf32: true` on a GPU before Ampere.

    What it checks
        With a known machine: `tf32` is on and a GPU's compute capability is below 8.0.

    Why it matters
        Axolotl's check lets it through, and transformers stops the run when the trainer is made, after
        the model was loaded: "--tf32 requires Ampere or a newer GPU arch".

    Example
        Bad on t4:
            tf32: true
            bf16: false
            fp16: true

        Good on t4:
            tf32: auto
            bf16: false
            fp16: true

    Fix
        `tf32: auto`, which is off on such a GPU. Safe: it has no TF32 to compute with.

    Source
        axolotl 0.19.0 core/builders/base.py:272; transformers 5.16.1 training_args.py:1643 (read)
    """
    plan, machine = subject.plan, subject.machine
    if machine is None or not precision.tf32(plan) or all(gpu.tf32 is not False for gpu in machine.gpus):
        return
    message = f"{machine.title} has no TF32: with tf32: true the run stops as the trainer is made"
    fix = Fix({"tf32": "auto"}, "safe", "tf32: auto")
    yield self.finding(message, "tf32", plan=plan, fix=fix)
