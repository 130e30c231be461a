"""MW826."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from wizard.axolotl import turns
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.knowledge.load import toml
from wizard.rules.file._common import put
from wizard.rules.file._datafiles import local
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW826",
    "data-format-unknown",
    "error",
    fix="unsafe",
    keys=turns.LISTS,
    crashes="doesn't exist on the Hub or cannot be accessed",
)
def data_format_unknown(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`ds_type` names a format that nothing reads.

    What it checks
        `ds_type` of an entry whose `path` is a file, against the formats that the datasets library reads by itself.

    Why it matters
        Axolotl hands the word to `load_dataset`, which takes what it does not know for a data set on the hub, and the
        run dies when the data is loaded. `jsonl` is written often: the format of such files is called `json`.

    Example
        Bad:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                ds_type: jsonl
                type: completion

        Good:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                ds_type: json
                type: completion

    Fix
        The format that the file's ending has, or the nearest name. Not safe: the file may hold something else.

    Source
        axolotl 0.21.0 utils/data/shared.py get_dataset_type (run on a CPU); datasets 5.0.1 packaged_modules
    """
    plan, names = subject.plan, tuple(toml("axolotl/classes")["data_formats"])
    for entry in local(subject):
        written = entry.values.get("ds_type")
        if not isinstance(written, str) or not written or written in names:
            continue
        ending = PurePath(str(entry.values["path"])).suffix.lower().removeprefix(".")
        own = {"jsonl": "json", "ndjson": "json", "txt": "text", "tsv": "csv"}.get(ending, ending)
        near = own if own in names else closest(written, names, 0.6)
        mended = put(plan.get(entry.key), (entry.number,), {**entry.values, "ds_type": near or "json"})
        fix = Fix({entry.key: mended}, "unsafe", f"ds_type: {near or 'json'}")
        message = (
            f"{entry.path('ds_type')}: there is no format {written}, and the run dies when data is loaded; did you "
        )
        yield self.finding(f"{message}mean {near or 'json'}?", entry.path("ds_type"), plan=plan, fix=fix)
