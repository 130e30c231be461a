"""MW847."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePath

from wizard.axolotl import datasets
from wizard.axolotl.datasets import DatasetEntry
from wizard.axolotl.turns import LISTS
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_PART = re.compile(r"(\w+(?:\.\w+)*)(?:\[(?:(-?[\d_]+)(%)?)?:(?:(-?[\d_]+)(%)?)?\])?(?:\([^)]*\))?")


@rule(
    "MW847",
    "split-impossible",
    "error",
    keys=LISTS,
    crashes=("Unrecognized instruction format", "corresponds to no data", "Unknown split", "Percent slice boundaries"),
)
def split_impossible(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data set's `split` is not written as one, takes no row, or is none of a single file's.

    What it checks
        `split` of each entry of `datasets` and `test_datasets`: names with ranges (`train[:10%]`), joined by `+`; that
        a range begins before it ends, and within 100%; and of files, which `path` is by its ending or `data_files`
        lists, that it is `train`, the only one they have.

    Why it matters
        The run dies when the data is loaded: "Unrecognized instruction format", "corresponds to no data", or "Unknown
        split "validation". Should be one of ['train']".

    Example
        Bad:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train[:10

        Bad:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                type: completion
                split: validation

        Bad:
            datasets:
              - path: someone/texts
                data_files: [rows.jsonl]
                type: completion
                split: train+test

        Good:
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca
                split: train[:10%]+test

    Fix
        Write it as `train`, `train[100:]` or `train[:10%]`. There is none to apply.

    Source
        datasets 4.8.4 and 5.0.1 arrow_reader.py:46, a file of one row (executed); axolotl 0.21.0
        utils/data/shared.py:263 (read); datasets 5.0.1 data_files.py sanitize_patterns: what is listed is `train`
    """
    for entry in datasets.entries(subject.plan, *LISTS):
        written = entry.values.get("split")
        if isinstance(written, str) and written:
            why = next((why for part in written.split("+") if (why := _why(subject, entry, part.strip()))), None)
            if why is not None:
                message = f"{entry.path('split')}: {written}: {why}: the run dies when data is loaded"
                yield self.finding(message, entry.path("split"), plan=subject.plan)


def _why(subject: Subject, entry: DatasetEntry, part: str) -> str | None:
    found = _PART.fullmatch(part)
    if found is None:
        return f"'{part}' is no split as `train[:10%]` is one"
    name, begin, _, end, _ = found.groups()
    if (end is not None and int(end) == 0) or (
        begin is not None and end is not None and found[3] == found[5] and 0 <= int(end) <= int(begin)
    ):
        return "there is no row in it"
    if any(unit and bound and abs(int(bound)) > 100 for bound, unit in ((begin, found[3]), (end, found[5]))):
        return "a share of the rows is 100% at most"
    if entry.values.get("data_files"):
        return None if name == "train" else f"files that are listed are the split train, and there is no {name}"
    return (
        f"a single file has the split train, and no {name}" if name != "train" and _one_file(subject, entry) else None
    )


def _one_file(subject: Subject, entry: DatasetEntry) -> bool:
    path = str(entry.values.get("path"))
    head = subject.heads.get(path)
    if head is not None and head.state == "table":
        return bool(head.kind)
    return PurePath(path).suffix.lower() in datasets.ENDINGS
