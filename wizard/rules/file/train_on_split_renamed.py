"""MW839."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("datasets", "test_datasets")


@rule("MW839", "train-on-split-renamed", "warning", fix="unsafe", keys=_KEYS)
def train_on_split_renamed(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A dataset names its split `train_on_split`, as up to Axolotl 0.7.

    What it checks
        `train_on_split` in an entry of `datasets` or `test_datasets`.

    Why it matters
        Axolotl drops it without a word and takes the split "train".

    Example
        Bad:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                train_on_split: validation

        Good:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: validation

    Fix
        `split` in its place; a `split` that is there stays. Not safe: other rows are trained on.

    Source
        axolotl v0.7.1 docs/config.qmd (read), axolotl 0.19.0 utils/schemas/datasets.py (executed)
    """
    plan = subject.plan
    for key in _KEYS:
        entries = plan.get(key)
        if not isinstance(entries, list) or not any(
            isinstance(one, dict) and "train_on_split" in one for one in entries
        ):
            continue
        fix = Fix(
            {key: [_renamed(one) if isinstance(one, dict) else one for one in entries]}, "unsafe", "split instead"
        )
        message = f"{key}: train_on_split is split now, and is dropped without a word"
        yield self.finding(message, key, plan=plan, fix=fix)


def _renamed(entry: dict[str, object]) -> dict[str, object]:
    if "split" in entry:
        return {key: value for key, value in entry.items() if key != "train_on_split"}
    return {"split" if key == "train_on_split" else key: value for key, value in entry.items()}
