"""MW727."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW727",
    "gc-steps-renamed",
    "warning",
    fix="safe",
    keys=("gc_steps",),
    quotes=("`gc_steps` is deprecated", "`gc_steps` ignored"),
)
def gc_steps_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`gc_steps` is `torch_empty_cache_steps` and `gc_collect_steps` now.

    What it checks
        `gc_steps` is set.

    Why it matters
        Alone, it sets both new keys, and Axolotl warns. Beside one of them it is ignored.

    Example
        Bad:
            gc_steps: 50

        Bad:
            gc_steps: 50
            gc_collect_steps: 100

        Good:
            torch_empty_cache_steps: 50
            gc_collect_steps: 50

    Fix
        The new keys in place of the old. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/config.py:2251 (executed)
    """
    plan = subject.plan
    value = plan.get("gc_steps")
    if not isinstance(value, (int, float)):
        return
    changes: dict[str, object] = {"gc_steps": REMOVE}
    if subject.written.isdisjoint(("torch_empty_cache_steps", "gc_collect_steps")):
        changes["gc_collect_steps"] = value
        if value > 0:
            changes["torch_empty_cache_steps"] = value
        message = "gc_steps is torch_empty_cache_steps and gc_collect_steps now: Axolotl warns of it"
    else:
        message = "gc_steps is ignored beside torch_empty_cache_steps or gc_collect_steps"
    fix = Fix(changes, "safe", "the new keys alone")
    yield self.finding(message, "gc_steps", plan=plan, fix=fix)
