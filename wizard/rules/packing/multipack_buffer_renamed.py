"""MW424."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW424",
    "multipack-buffer-renamed",
    "warning",
    fix="safe",
    keys=("pretrain_multipack_buffer_size",),
    quotes="`pretrain_multipack_buffer_size` is deprecated in v0.13.0",
)
def multipack_buffer_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`pretrain_multipack_buffer_size` is `streaming_multipack_buffer_size` now.

    What it checks
        The old key is set and the new one is not.

    Why it matters
        Axolotl still takes it, warns, and will stop taking it.

    Example
        Bad:
            pretrain_multipack_buffer_size: 5000

        Good:
            streaming_multipack_buffer_size: 5000

    Fix
        The key takes its new name. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:393 (executed)
    """
    plan = subject.plan
    value = plan.get("pretrain_multipack_buffer_size")
    if not value or plan.get("streaming_multipack_buffer_size"):
        return
    message = "pretrain_multipack_buffer_size is streaming_multipack_buffer_size now: Axolotl warns of it"
    changes = {"pretrain_multipack_buffer_size": REMOVE, "streaming_multipack_buffer_size": value}
    fix = Fix(changes, "safe", f"streaming_multipack_buffer_size: {in_yaml(value):.20}")
    yield self.finding(message, "pretrain_multipack_buffer_size", plan=plan, fix=fix)
