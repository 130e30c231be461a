"""Which files of a folder are the rows of its split `train`, as `datasets` 5.0.1 chooses them (data_files.py, read)."""

from __future__ import annotations

import os
import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

KINDS = {
    ".jsonl": "json", ".ndjson": "json", ".json": "json", ".csv": "csv", ".tsv": "csv", ".txt": "text",
    ".parquet": "parquet", ".arrow": "arrow",
}  # fmt: skip
"""Endings of data files, and the `ds_type` that reads each."""
_DISK = frozenset({"dataset_info.json", "dataset_dict.json", "state.json"})
"""What a folder has that `save_to_disk` wrote."""
_PASSED = frozenset({"config.json", "dataset_infos.json"})
_SPLIT = re.compile(
    r"(?:^|[-._ 0-9])(?:(?P<train>train|training)|validation|valid|dev|val|test|testing|eval|evaluation)[-._ 0-9]"
)
_MOST = 10_000


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """The names of the files, in their order; none where they are not known, or there are none. `why`: which of it.

    `empty`: nothing in it can be rows.
    """

    names: tuple[str, ...] = ()
    why: str = ""
    empty: bool = False


def folder_files(place: Path) -> FolderFiles:
    """The files of the kind that most of them are; where names tell splits, those of `train` alone.

    Raises OSError where the folder can't be read.
    """
    with os.scandir(place) as entries:
        there = [(one.name, _is_folder(one)) for one in islice(entries, _MOST) if not one.name.startswith(".")]
    found = sorted((name, is_folder) for name, is_folder in there if is_folder is not None)
    names = [name for name, is_folder in found if not is_folder and name not in _PASSED]
    if _DISK & {*names}:
        return FolderFiles(why="a data set that `save_to_disk` wrote")
    if any(_has_data(place / name) for name, is_folder in found if is_folder):
        return FolderFiles(why="its files lie in folders of it")
    named = [name for name in names if Path(name).suffix.lower() in KINDS]
    splits = {name: match for name in named if (match := _SPLIT.search(name))}
    if splits:
        named = [name for name, match in splits.items() if match["train"]]
        if not named:
            return FolderFiles(why="none of its files has `train` in its name, and others name another split")
    kinds = Counter(KINDS[Path(name).suffix.lower()] for name in named)
    if not kinds:
        return FolderFiles(why="no data file stands in this folder", empty=True)
    most = kinds.most_common(1)[0][0]
    return FolderFiles(tuple(name for name in named if KINDS[Path(name).suffix.lower()] == most))


def _is_folder(entry: os.DirEntry[str]) -> bool | None:
    """Whether it is a folder, not a file; None for what is neither, as a link that leads nowhere or to itself."""
    try:
        return True if entry.is_dir() else False if entry.is_file() else None
    except OSError:
        return None


def _has_data(folder: Path) -> bool:
    """Whether a data file lies in it, or below: looked at as far as a number of names goes."""
    walked = islice(os.walk(folder), 100)
    return any(Path(name).suffix.lower() in KINDS for _, _, files in walked for name in files)
