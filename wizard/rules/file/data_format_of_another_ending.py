"""MW974."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from wizard.axolotl import turns
from wizard.domain.finding import Finding, Fix
from wizard.domain.values import texts
from wizard.rules.file._common import put
from wizard.rules.file._datafiles import local
from wizard.rules.registry import Rule, Subject, rule

_WRITTEN = {".json": "json", ".jsonl": "json", ".csv": "csv", ".parquet": "parquet", ".arrow": "arrow"}
"""Formats that an ending tells; `text` reads any of them, each line as a row."""


@rule(
    "MW974",
    "data-format-of-another-ending",
    "error",
    fix="unsafe",
    keys=turns.LISTS,
    crashes="Messages is null. Please check",
)
def data_format_of_another_ending(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`ds_type` names another format than the file's ending.

    What it checks
        `ds_type` of csv, json, parquet or arrow in an entry whose `path`, or the files that `data_files` lists, ends
        with the name of another of these.

    Why it matters
        Axolotl reads the file as `ds_type` says. JSON lines read as CSV have a column for each piece of the first row,
        and the run dies for the column that it looks for; parquet read as JSON is no text.

    Example
        Bad:
            datasets:
              - path: data.jsonl
                ds_type: csv
                type: alpaca

        Good:
            datasets:
              - path: data.jsonl
                ds_type: json
                type: alpaca

    Fix
        The format that the ending tells. Not safe: the ending may be what is wrong.

    Source
        axolotl 0.21.0 utils/data/shared.py get_dataset_type, 302-325 (executed)
    """
    plan = subject.plan
    for entry in local(subject):
        written = entry.values.get("ds_type")
        listed = entry.values.get("data_files") or entry.values.get("path")
        files = [listed] if isinstance(listed, str) else texts(listed)
        own = {_WRITTEN.get(PurePath(one).suffix.lower()) for one in files}
        told = own.pop() if len(own) == 1 else None
        head = subject.heads.get(str(entry.values.get("path")))
        if told is None or written not in _WRITTEN.values() or written == told or (head and head.state == "table"):
            continue
        mended = put(plan.get(entry.key), (entry.number,), {**entry.values, "ds_type": told})
        fix = Fix({entry.key: mended}, "unsafe", f"ds_type: {told}")
        message = (
            f"{entry.path('ds_type')}: {files[0]} is read as {written}, and ends as {told}: the run dies when data"
        )
        yield self.finding(f"{message} is loaded", entry.path("ds_type"), plan=plan, fix=fix)
