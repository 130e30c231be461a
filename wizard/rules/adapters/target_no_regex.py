"""MW317."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.domain.finding import Finding
from wizard.domain.patterns import endless, unreadable
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW317",
    "target-no-regex",
    "error",
    keys=("lora_target_modules",),
    quotes="lora_target_modules contains invalid regex pattern(s)",
)
def target_no_regex(self: Rule, subject: Subject) -> Iterator[Finding]:
    """An entry of `lora_target_modules` that is no regular expression.

    What it checks
        Each text in a list of `lora_target_modules` must compile as a regular expression. One text in place of the
        list is tried by PEFT on whole paths: where Python could take for ever with it, that is a warning.

    Why it matters
        Axolotl refuses the file. Plain names such as q_proj are regular expressions too; a star at the beginning,
        as in shell patterns, is not one.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: ["*.q_proj"]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_modules: [q_proj]

    Fix
        Write the module's name, or one regular expression for the whole path as a text, not a list.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1794 (executed)
    """
    plan = subject.plan
    targets = adapters.lora_target_modules(plan)
    wrong = unreadable(targets)
    if wrong:
        named = ", ".join(repr(item) for item in wrong)
        message = f"lora_target_modules: {named} is no regular expression, so Axolotl refuses the file"
        yield self.finding(message, "lora_target_modules", plan=plan)
    pattern = adapters.lora_target_pattern(plan)
    if pattern is not None and endless(pattern):
        message = (
            f"lora_target_modules: {pattern} can be cut in so many ways that PEFT, which tries it on the name of each "
            "module, may never end; it is not tried here, and counts as no layer"
        )
        yield self.finding(message, "lora_target_modules", plan=plan, severity="warning", quoted=False)
