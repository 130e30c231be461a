"""MW693."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW693",
    "ring-attention-settings-unused",
    "warning",
    fix="safe",
    keys=("ring_attn_func", "heads_k_stride"),
    quotes="`ring_attn_func` and `heads_k_stride` are deprecated and unused",
    axolotl_since="0.20",
)
def ring_attention_settings_unused(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of ring attention, which is gone.

    What it checks
        `ring_attn_func` or `heads_k_stride` is set.

    Why it matters
        From 0.20 on another library does context parallelism: Axolotl ignores both and warns.

    Example
        Bad:
            heads_k_stride: 1

        Good:
            context_parallel_size: 1

    Fix
        Both go. Safe: they do nothing.

    Source
        axolotl 0.20.0 utils/schemas/validation.py:2284 (executed)
    """
    plan = subject.plan
    names = [name for name in ("ring_attn_func", "heads_k_stride") if plan.get(name) is not None]
    fix = Fix(dict.fromkeys(names, REMOVE), "safe", f"no {' and '.join(names)}")
    message = f"{' and '.join(names)} did something for ring attention, which is gone: Axolotl warns"
    yield self.finding(message, *names, plan=plan, fix=fix)
