"""MW509."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import early, precision
from wizard.axolotl.checkpointing import strided_ebft
from wizard.domain.finding import Finding, Fix, Severity
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW509",
    "ebft-strided-with-compile",
    "error",
    fix="safe",
    keys=("torch_compile",),
    quotes=(
        "EBFT strided mode: `torch_compile: true` with `gradient_checkpointing: true` causes CheckpointError",
        "EBFT strided mode: `torch_compile: true` causes dynamo recompiles",
    ),
)
def ebft_strided_with_compile(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`torch_compile` in EBFT's strided mode.

    What it checks
        `rl: ebft`, `ebft.mode: strided` and `torch_compile` true or auto. An error with `gradient_checkpointing`,
        a warning without.

    Why it matters
        With checkpointing Axolotl refuses it: the masks of FlexAttention differ when a layer is computed again.
        Without, every new sequence length compiles anew. FlexAttention compiles itself in any case.

    Example
        Bad:
            rl: ebft
            ebft: {mode: strided}
            torch_compile: true
            gradient_checkpointing: true

        Bad:
            rl: ebft
            ebft: {mode: strided}
            torch_compile: true

        Good:
            rl: ebft
            ebft: {mode: strided}
            gradient_checkpointing: true

    Fix
        `torch_compile` goes. Safe: the same is computed.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1954 (executed)
    """
    plan = subject.plan
    if not precision.compiles(plan) or not strided_ebft(plan):
        return
    refused = early.is_set(plan, "gradient_checkpointing")
    if refused:
        message = "torch_compile with gradient_checkpointing in EBFT's strided mode: Axolotl refuses it"
    else:
        message = "torch_compile in EBFT's strided mode compiles anew for each length: Axolotl warns of it"
    changes: dict[str, object] = {"torch_compile": REMOVE, "torch_compile_options": REMOVE}
    fix = Fix(changes, "safe", "without torch_compile")
    severity: Severity = "error" if refused else "warning"
    fields = ("torch_compile", "gradient_checkpointing", "rl")
    yield self.finding(message, *fields, plan=plan, severity=severity, fix=fix)
