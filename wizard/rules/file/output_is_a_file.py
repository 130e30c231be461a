"""MW896."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import base
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW896",
    "output-is-a-file",
    "error",
    keys=base.WRITTEN_TO,
    crashes=("FileExistsError: [Errno 17] File exists", "NotADirectoryError"),
)
def output_is_a_file(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`output_dir` or another folder to write into is a file.

    What it checks
        `output_dir` and `dataset_prepared_path`: whether a file is there, from the folder that memwizard is called in.

    Why it matters
        Axolotl makes the folder and can't: "File exists", at once for `output_dir`, after the rows are tokenized for
        the other.

    Example
        Bad:
            # taken: {"a": 1}
            output_dir: taken

        Good:
            # taken: {"a": 1}
            output_dir: out

    Fix
        Another name, or the file out of the way. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 utils/tee.py:105, utils/data/shared.py (trained with on a CPU)
    """
    for key, path in base.written_to(subject.plan).items():
        head = subject.heads.get(path)
        if head is not None and head.kind and head.state != "missing":
            message = f"{key} is {path}, which is a file: no folder can be made there, and the run stops"
            yield self.finding(message, key, plan=subject.plan)
