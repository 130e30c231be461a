"""MW729."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW729",
    "noise-alpha-twice",
    "error",
    fix="unsafe",
    keys=("noisy_embedding_alpha",),
    quotes="noisy_embedding_alpha is deprecated, use neftune_noise_alpha; both are set",
)
def noise_alpha_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`noisy_embedding_alpha` beside its new name `neftune_noise_alpha`.

    What it checks
        Both have a value other than 0.

    Why it matters
        Axolotl takes the old name alone, without a word, but refuses the file with both.

    Example
        Bad:
            noisy_embedding_alpha: 5
            neftune_noise_alpha: 5

        Good:
            neftune_noise_alpha: 5

    Fix
        The old name goes. Not safe where their values differ.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:376 (executed)
    """
    plan = subject.plan
    if plan.get("noisy_embedding_alpha") and plan.get("neftune_noise_alpha"):
        message = "noisy_embedding_alpha is the old name of neftune_noise_alpha: with both, Axolotl refuses the file"
        fix = Fix({"noisy_embedding_alpha": REMOVE}, "unsafe", "neftune_noise_alpha alone")
        yield self.finding(message, "noisy_embedding_alpha", "neftune_noise_alpha", plan=plan, fix=fix)
