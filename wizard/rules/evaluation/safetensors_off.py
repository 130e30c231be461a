"""MW726."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule

_OFF = ("0", "off", "f", "false", "n", "no")


@rule(
    "MW726",
    "safetensors-off",
    "error",
    fix="safe",
    keys=("save_safetensors",),
    quotes="save_safetensors=False is not supported",
)
def safetensors_off(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`save_safetensors: false`.

    What it checks
        `save_safetensors` is false.

    Why it matters
        transformers 5 writes safetensors only, so Axolotl refuses the file.

    Example
        Bad:
            save_safetensors: false

        Good:
            save_safetensors: true

    Fix
        The key goes. Safe: the training is the same, and the files are safetensors either way.

    Source
        axolotl 0.19.0 utils/schemas/model.py:166 (executed)
    """
    plan = subject.plan
    value = plan.get("save_safetensors")
    if value == 0 or (isinstance(value, str) and value.lower() in _OFF):
        message = (
            f"save_safetensors: {in_yaml(value)}: transformers 5 writes nothing else, and Axolotl refuses the file"
        )
        fix = Fix({"save_safetensors": REMOVE}, "safe", "no save_safetensors")
        yield self.finding(message, "save_safetensors", plan=plan, fix=fix)
