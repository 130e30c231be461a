"""MW844."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.file._datafiles import KEYS, looked_at
from wizard.rules.registry import Rule, Subject, rule


@rule("MW844", "data-file-empty", "error", keys=KEYS, crashes=("corresponds to no data!", "StopIteration"))
def data_file_empty(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data file without a row.

    What it checks
        Whether a file that an entry names has any row: one that is empty, holds blank lines, an empty list, or the
        names of columns alone; and whether a folder has a data file.

    Why it matters
        The run stops before it begins.

    Example
        Bad:
            # rows.jsonl: []
            datasets:
              - path: rows.jsonl
                type: completion

        Good:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                type: completion

    Fix
        None: name a file with rows.

    Source
        datasets 5.0.1, which axolotl 0.21.0 loads files with (executed)
    """
    for entry, head in looked_at(subject, "empty"):
        message = f"{entry.path('path')} is {head.path}: {head.why}"
        yield self.finding(message, entry.path("path"), plan=subject.plan)
