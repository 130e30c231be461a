"""MW841."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule


@rule("MW841", "noisy-embedding-renamed", "hint", fix="safe", keys=("noisy_embedding_alpha",))
def noisy_embedding_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`noisy_embedding_alpha` is `neftune_noise_alpha` now.

    What it checks
        `noisy_embedding_alpha` has a value, and `neftune_noise_alpha` has none.

    Why it matters
        Axolotl still takes it, without a word, and means to take it out.

    Example
        Bad:
            noisy_embedding_alpha: 5

        Good:
            neftune_noise_alpha: 5

    Fix
        The key takes its new name. Safe: the same happens.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:45 and validation.py:371 (executed)
    """
    plan = subject.plan
    value = plan.get("noisy_embedding_alpha")
    if value and "neftune_noise_alpha" not in subject.written:
        fix = Fix(
            {"noisy_embedding_alpha": REMOVE, "neftune_noise_alpha": value},
            "safe",
            f"neftune_noise_alpha: {in_yaml(value)}",
        )
        message = "noisy_embedding_alpha is neftune_noise_alpha now"
        yield self.finding(message, "noisy_embedding_alpha", plan=plan, fix=fix)
