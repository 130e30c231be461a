"""MW843."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import isabs

from wizard.domain.finding import Finding, Severity
from wizard.rules.file._datafiles import KEYS, looked_at
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW843",
    "data-file-missing",
    "error",
    keys=KEYS,
    crashes=("The dataset could not be loaded", "cannot identify image file"),
)
def data_file_missing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A data file that is not there.

    What it checks
        Whether a `path` that can only be a file (`./rows`, `data/rows.jsonl`) is there, from the folder that memwizard
        is called in, or beside the config. `owner/name` may be an id on the hub, and is not looked for. A warning where
        the path is absolute and its folder is not there either: that may be another machine's. And whether the images
        that the rows name are there; a warning where the path is absolute, since a run may be started elsewhere.

    Why it matters
        Axolotl takes what is no file for an id on the hub, and stops with "The dataset could not be loaded". It looks
        from the folder it is called in, and does not know `~`. From there it opens images too, not from the folder of
        the file that names them: at the first step, "cannot identify image file".

    Example
        Bad:
            # rows.jsonl is not there
            datasets:
              - path: rows.jsonl
                type: completion

        Good:
            # rows.jsonl: {"text": "a"}
            datasets:
              - path: rows.jsonl
                type: completion

    Fix
        None: where it is only the person knows.

    Source
        axolotl 0.19.0 and 0.21.0 utils/data/shared.py load_dataset_with_config (0.21.0 executed); transformers 5.20.1
        image_utils.py load_image, which axolotl 0.21.0 processing_strategies.py calls (executed)
    """
    for entry, head in looked_at(subject, "missing"):
        elsewhere = head.why == "elsewhere"
        home = str(entry.values["path"]).startswith("~")
        why = "Axolotl does not take `~` for the home folder" if home else "there is no such file"
        message = f"{entry.path('path')} is {head.path}: {why}{' on this machine' if elsewhere else ''}"
        severity: Severity = "warning" if elsewhere else "error"
        yield self.finding(message, entry.path("path"), plan=subject.plan, severity=severity)
    for entry, head in looked_at(subject, "table"):
        if head.astray:
            message = f"the rows of {head.path} name {head.astray}, which is in the file's folder and not in this one"
            told: Severity = "warning" if isabs(head.path) else "error"
            yield self.finding(
                f"{message}: Axolotl opens it from the folder that it is started in", entry.path("path"),
                plan=subject.plan, severity=told,
            )  # fmt: skip
