"""MW730."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW730",
    "noise-alpha-not-positive",
    "error",
    fix="unsafe",
    keys=("neftune_noise_alpha", "noisy_embedding_alpha"),
    quotes="neftune_noise_alpha must be > 0.0",
)
def noise_alpha_not_positive(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`neftune_noise_alpha` of 0 or below.

    What it checks
        The value, or that of its old name `noisy_embedding_alpha`, is not above 0.

    Why it matters
        "No noise" is said by leaving the key out. Axolotl refuses the file.

    Example
        Bad:
            neftune_noise_alpha: 0

        Good:
            neftune_noise_alpha: 5

    Fix
        The key goes. Not safe below 0, where something else must have been meant.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:1711 (executed)
    """
    plan = subject.plan
    key = "neftune_noise_alpha"
    if not plan.get(key) and plan.get("noisy_embedding_alpha"):
        key = "noisy_embedding_alpha"
    if key in subject.written and number(plan.get(key), 1.0) <= 0:
        message = f"{key} is {plan.shown(key)}: Axolotl refuses the file, since it must be above 0"
        fix = Fix({key: REMOVE}, "unsafe", f"no {key}")
        yield self.finding(message, key, plan=plan, fix=fix)
