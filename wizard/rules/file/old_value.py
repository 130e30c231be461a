"""MW840."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.knowledge.axolotl.old_forms import keys_with_old_values, new_value
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW840",
    "old-value",
    "error",
    fix="unsafe",
    keys=keys_with_old_values(),
    quotes=("Input should be", "String should match pattern"),
)
def old_value(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A value that Axolotl once had under this name.

    What it checks
        `chat_template: inst`, `gradient_checkpointing: unsloth`, `lr_scheduler: log_sweep` and their like.

    Why it matters
        Axolotl refuses the file, or the run stops when training starts.

    Example
        Bad:
            chat_template: inst

        Bad:
            gradient_checkpointing: unsloth

        Good:
            chat_template: mistral_v1

        Good:
            gradient_checkpointing: true

    Fix
        The name that it has now. Not safe: the file is refused as it is.

    Source
        axolotl v0.4.0 utils/chat_templates.py, axolotl#1927, axolotl#2663 (read); axolotl 0.19.0 (executed)
    """
    plan = subject.plan
    for key in keys_with_old_values():
        written = plan.get(key)
        changes = new_value(key, written)
        if changes:
            says = ", ".join(f"{name}: {str(value).lower()}" for name, value in changes.items())
            message = f"{key}: {written} is an old value that Axolotl takes no more; it is {says} now"
            yield self.finding(message, key, plan=plan, fix=Fix(changes, "unsafe", says))
