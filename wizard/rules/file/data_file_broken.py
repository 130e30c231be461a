"""MW845."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.file._datafiles import KEYS, looked_at
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW845",
    "data-file-broken",
    "error",
    keys=KEYS,
    crashes=("JSON parse error", "codec can't decode byte", "object is not a mapping"),
)
def data_file_broken(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data file that can't be read.

    What it checks
        Whether the first 4 MiB of a file that an entry names, 2,000 rows at the most, can be read: lines that are JSON
        objects, UTF-8 without a fault, columns that commas part.

    Why it matters
        The loader stops at the first such line, or takes all columns for one.

    Example
        Bad:
            # rows.jsonl: {"text": "a"
            datasets:
              - path: rows.jsonl
                type: completion

        Good:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                type: completion

    Fix
        None: the message names the line.

    Source
        datasets 5.0.1, which axolotl 0.21.0 loads files with (executed)
    """
    for entry, head in looked_at(subject, "broken"):
        file = f"{head.path}/{head.file}" if head.file else head.path
        line = f", line {head.line}" if head.line else ""
        yield self.finding(f"{entry.path('path')} is {file}{line}: {head.why}", entry.path("path"), plan=subject.plan)
