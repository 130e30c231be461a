"""Reads the head of a data file, and says what its columns are or why it is no table; bounded, whatever the size.

What is told to be broken is what `datasets` 4.8.4 and 5.0.1, with which Axolotl loads files, do not load (executed).
"""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.domain.references import references
from wizard.world import jsonhead, parquet
from wizard.world.folderfiles import KINDS, folder_files
from wizard.world.reading import Reading

MOST = 4 << 20
"""Bytes that are read at most."""
_LONGEST = 1024
"""Letters of a path; longer texts are data in base64."""
ROWS = 20
"""Rows that are kept; those behind are only looked at for faults."""


def head(path: str, kind: str | None = None, begun: Path | None = None) -> Head:
    """The head of a file, or of a folder's first file. `kind`: the `ds_type` to read it as; None: by its ending.

    `begun`: the folder that a run is started in, where it is not this one.
    """
    place = Path(path)
    named = kind or KINDS.get(place.suffix.lower(), "json")
    try:
        place = place.expanduser()
        if place.is_dir():
            return _of_folder(path, place, begun)
        if not place.exists():
            return Head(path, named, "missing")
        if not place.is_file():
            return Head(path, named, "unread", why="not a regular file")
        found = _of_file(path, place, named)
        return replace(found, astray=_astray(found, place.parent, begun or Path()))
    except (OSError, RuntimeError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else None
        return Head(path, named, "unread", why=why or f"can't be read ({type(error).__name__})")


def heads(paths: Iterable[tuple[str, str | None]], folder: Path) -> dict[str, Head]:
    """The heads of those paths that are files here or beside the config, and of those that can be nothing else.

    `paths`: each with its `ds_type`. What may be an id on the hub, or lies elsewhere, is left out.
    """
    found = {}
    for path, kind in paths:
        here = path if os.path.exists(path) else os.path.join(folder, path)
        if os.path.exists(here):
            found[path] = replace(head(here, kind, None if here == path else folder), path=path)
        elif _only_a_file(path):
            far = os.path.isabs(path) and not os.path.isdir(os.path.dirname(path))
            found[path] = Head(path, kind or "", "missing", why="elsewhere" if far else "")
    return found


def missing_place(path: str, beside: Path, *, local: bool) -> Head | None:
    """A folder or a file that is neither here nor beside the config; None where it is, or may be elsewhere.

    `local`: it can't be an id on the hub.
    """
    if not (local or _only_a_file(path)) or "://" in path or "\0" in path:
        return None
    if os.path.exists(path) or os.path.exists(os.path.join(beside, path)):
        return None
    return Head(path, "", "missing")


def file_in_place(path: str) -> Head | None:
    """The file that stands where a folder is to be made; None where none does."""
    return head(path) if "\0" not in path and os.path.isfile(path) else None


def _only_a_file(path: str) -> bool:
    """Whether a path can't be an id on the hub or a place on the network: by its ending or how it begins."""
    if "://" in path or not path.strip() or "\0" in path:
        return False
    return path.startswith((".", "/", "~")) or Path(path).suffix.lower() in KINDS


def _astray(found: Head, folder: Path, begun: Path) -> str:
    """The first image or sound of its rows that is in the file's folder and not where a run begins; empty without."""
    named = (one.place for row in found.rows for one in references(row) if isinstance(one.place, str))
    for name in islice(named, ROWS):
        if len(name) > _LONGEST or "://" in name or name.startswith("data:") or os.path.isabs(name):
            continue
        if not os.path.exists(begun / name) and os.path.isfile(folder / name):
            return name
    return ""


def _of_folder(path: str, place: Path, begun: Path | None) -> Head:
    """The first of its files, as `datasets` chooses them."""
    found = folder_files(place)
    if not found.names:
        return Head(path, "", "empty" if found.empty else "unread", why=found.why)
    return replace(head(str(place / found.names[0]), None, begun), path=path, kind="", file=found.names[0])


def _of_file(path: str, place: Path, kind: str) -> Head:
    if kind == "parquet":
        return _of_parquet(path, place)
    if kind not in ("json", "csv", "text"):
        return Head(path, kind, "unread", why=f"memwizard does not read {kind} files")
    with place.open("rb") as file:
        data = file.read(MOST + 1)
    whole = len(data) <= MOST
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data[:MOST], final=whole)
    except UnicodeDecodeError as error:
        utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        why = "UTF-16 text, and Axolotl reads UTF-8" if utf16 else "not UTF-8 text, which is all that Axolotl reads"
        return Head(path, kind, "broken", why=why, line=1 if utf16 else data.count(b"\n", 0, error.start) + 1)
    if not text.strip():
        return Head(path, kind, "empty", why="there is nothing in it", whole=whole)
    if kind == "text":
        return _table(path, kind, [{"text": line} for line in text.splitlines()[:ROWS]], whole=whole)
    try:
        found = jsonhead.rows(text, whole=whole) if kind == "json" else _of_csv(text, whole=whole)
    except InputError as error:
        return Head(path, kind, "broken", why=error.message, line=error.line, whole=whole)
    return _table(path, kind, found, whole=whole)


def _table(path: str, kind: str, rows: Iterable[Mapping[str, object]], *, whole: bool) -> Head:
    """The columns are those of all rows: `datasets` fills in what one of them has not."""
    kept = tuple(rows)
    if not kept:
        return Head(path, kind, "empty", why="there is no row in it", whole=whole)
    columns = tuple(dict.fromkeys(str(name) for row in kept for name in row))
    return Head(path, kind, "table", columns, kept[:ROWS], whole=whole)


def _of_csv(text: str, *, whole: bool) -> list[dict[str, Any]]:
    """Rows as pandas reads them, separated by commas. Raises InputError for what it takes for something else."""
    reader = csv.reader(io.StringIO(text, newline=""))
    found: list[dict[str, Any]] = []
    begin = 1
    try:
        names = next(reader)
        if len(names) == 1 and any(mark in names[0] for mark in ";\t|"):
            mark = next(mark for mark in "\t;|" if mark in names[0])
            shown = {"\t": "tabs", ";": "semicolons", "|": "bars"}[mark]
            raise InputError(f"its columns are separated by {shown}, and Axolotl reads commas", line=1)
        begin = reader.line_num + 1
        for cells in reader:
            if len(cells) > len(names):
                raise InputError(f"{len(cells)} cells under {len(names)} names", line=begin)
            if cells:
                found.append({name: cells[place] if place < len(cells) and cells[place] else None
                              for place, name in enumerate(names)})  # fmt: skip
            begin = reader.line_num + 1
    except StopIteration:
        return []
    except csv.Error as error:
        if whole:
            raise InputError(f"not valid CSV: {error}", line=begin) from None
    return found if whole else found[:-1]


def _of_parquet(path: str, place: Path) -> Head:
    try:
        found = [row for _, _, row in islice(parquet.rows(Reading(path), place, 0), ROWS)]
    except InputError as error:
        broken = "not a parquet file" in error.message
        return Head(path, "parquet", "broken" if broken else "unread", why=error.message)
    return _table(path, "parquet", found, whole=len(found) < ROWS)
