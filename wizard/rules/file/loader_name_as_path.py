"""MW973."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets
from wizard.domain.finding import Finding, Fix
from wizard.rules.file._common import put
from wizard.rules.registry import Rule, Subject, rule

_READ = ("csv", "json", "parquet", "arrow", "text")


@rule(
    "MW973",
    "loader-name-as-path",
    "error",
    fix="unsafe",
    keys=("datasets", "test_datasets"),
    crashes=(*(f"misconfigured dataset path ({name})" for name in _READ), "/datasets/json/resolve/"),
)
def loader_name_as_path(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data set whose `path` is the name of a format.

    What it checks
        `path: json`, `csv`, `parquet`, `arrow` or `text` in `datasets` or `test_datasets`, as `load_dataset` of the
        datasets library takes it, where no folder of that name is here.

    Why it matters
        Axolotl takes `path` for a file, a folder or an id on the hub, never for a format: it looks for a data set of
        that name on the hub, and stops with "The dataset could not be loaded", or cannot find the file in it. Only
        `pretraining_dataset` is read by the name of a format.

    Example
        Bad:
            datasets:
              - path: json
                data_files: rows.jsonl
                type: alpaca

        Good:
            datasets:
              - path: rows.jsonl
                ds_type: json
                type: alpaca

        Good:
            pretraining_dataset:
              - path: json
                data_files: rows.jsonl
                type: pretrain
            max_steps: 100

    Fix
        The file as `path` and the format as `ds_type`, where one file is named. Not safe: other rows may be read.

    Source
        axolotl 0.21.0 utils/data/shared.py:155-207, 369-396 (executed); axolotl#2709: the hub has none
    """
    plan = subject.plan
    for entry in datasets.entries(plan, "datasets", "test_datasets"):
        name, files = entry.values.get("path"), entry.values.get("data_files")
        if name not in _READ or name in subject.heads:
            continue
        one = files[0] if isinstance(files, list) and len(files) == 1 else files
        fix = None
        if isinstance(one, str) and one:
            kept = {key: value for key, value in entry.values.items() if key != "data_files"}
            mended = {**kept, "path": one, "ds_type": name}
            fix = Fix({entry.key: put(plan.get(entry.key), (entry.number,), mended)}, "unsafe", f"path: {one}")
        message = f"{entry.path('path')}: Axolotl looks for a data set called {name}, and reads no format by that: the "
        yield self.finding(f"{message}run stops when data is loaded", entry.path("path"), plan=plan, fix=fix)
