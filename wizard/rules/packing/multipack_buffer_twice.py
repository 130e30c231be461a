"""MW425."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix, Safety
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW425",
    "multipack-buffer-twice",
    "error",
    fix="unsafe",
    keys=("pretrain_multipack_buffer_size",),
    quotes="both are set, please remove the deprecated pretrain_multipack_buffer_size setting",
)
def multipack_buffer_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """The packing buffer is set under its old and its new name.

    What it checks
        `pretrain_multipack_buffer_size` and `streaming_multipack_buffer_size` both have a value.

    Why it matters
        Axolotl does not choose between them and refuses the config.

    Example
        Bad:
            pretrain_multipack_buffer_size: 5000
            streaming_multipack_buffer_size: 10000

        Good:
            streaming_multipack_buffer_size: 10000

    Fix
        The old key is taken out. Safe where both say the same, else unsafe.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:405 (executed)
    """
    plan = subject.plan
    old, new = plan.get("pretrain_multipack_buffer_size"), plan.get("streaming_multipack_buffer_size")
    if not old or not new:
        return
    message = "pretrain_multipack_buffer_size is the old name of streaming_multipack_buffer_size: Axolotl refuses both"
    safety: Safety = "safe" if old == new else "unsafe"
    fix = Fix(
        {"pretrain_multipack_buffer_size": REMOVE}, safety, f"streaming_multipack_buffer_size: {in_yaml(new):.20} alone"
    )
    yield self.finding(message, "pretrain_multipack_buffer_size", "streaming_multipack_buffer_size", plan=plan, fix=fix)
