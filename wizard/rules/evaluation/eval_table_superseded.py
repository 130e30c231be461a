"""MW720."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW720",
    "eval-table-superseded",
    "warning",
    keys=("eval_table_size", "eval_max_new_tokens"),
    quotes=(
        "eval_table_size is deprecated and superseded by generate_samples",
        "eval_max_new_tokens is deprecated and superseded by generate_samples",
    ),
)
def eval_table_superseded(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_table_size` and `eval_max_new_tokens` gave way to `generate_samples`.

    What it checks
        Either key has a value.

    Why it matters
        Axolotl warns of them. Samples during training come from `generate_samples: true` now, with
        `num_generation_samples` and `generation_max_new_tokens`.

    Example
        Bad:
            val_set_size: 0.05
            eval_table_size: 5
            eval_max_new_tokens: 64

        Good:
            val_set_size: 0.05
            generate_samples: true
            num_generation_samples: 5
            generation_max_new_tokens: 64

    Fix
        The new keys in place of the old. No single change is right, since the new ones do it in another way.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:66 (executed)
    """
    plan = subject.plan
    old = [key for key in ("eval_table_size", "eval_max_new_tokens") if key in subject.written]
    message = f"{' and '.join(old)}: deprecated, and Axolotl warns; generate_samples takes their place"
    yield self.finding(message, *old, plan=plan)
