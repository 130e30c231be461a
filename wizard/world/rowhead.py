"""Reads the head of a data file, and says what its columns are or why it is no table; bounded, whatever the size.

What is told to be broken is what `datasets` 4.8.4 and 5.0.1, with which Axolotl loads files, do not load (executed).
"""

from __future__ import annotations

import codecs
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.domain.references import references
from wizard.world import csvhead, jsonhead, parquet
from wizard.world.folderfiles import KINDS, folder_files
from wizard.world.installed import installed
from wizard.world.reading import Reading, begin

MOST = 4 << 20
"""Bytes that are read at most."""
_LONGEST = 1024
"""Letters of a path; longer texts are data in base64."""
ROWS = 20
"""Rows that are kept; those behind are only looked at for faults."""
_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32"), (codecs.BOM_UTF32_BE, "UTF-32"), (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)  # fmt: skip
_PACKED = frozenset({".zip", ".bz2", ".xz", ".zst", ".lz4", ".tar", ".7z"})
"""Endings of what `datasets` unpacks, and memwizard does not."""
_NAMED = ".csv, .parquet, .arrow or .txt"


def head(path: str, kind: str | None = None, begun: Path | None = None) -> Head:
    """The head of a file, or of a folder's first file. `kind`: the `ds_type` to read it as; None: by its ending.

    `begun`: the folder that a run is started in, where it is not this one.
    """
    place = Path(path)
    named = kind or KINDS.get(_ending(place), "json")
    try:
        place = Path(os.path.expanduser(place))  # a `~name` of nobody stays: it is a file's name
        if path and place.is_dir():
            return _of_folder(path, place, begun)
        if not path or not place.exists():
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


def missing_module(file: str, beside: Path) -> Head | None:
    """A module's file that is not here or beside the config, nor a folder or an installed package of its name."""
    name = file.removesuffix(".py")
    folders = (Path(), beside)
    if any((one / file).exists() or (one / name).is_dir() for one in folders) or installed(name) is not None:
        return None
    return Head(file, "", "missing")


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
    named = (one.place for row in found.rows for one in references(row)
             if isinstance(one.place, str) and one.kind != "unheard")  # fmt: skip
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
    if place.suffix.lower() in _PACKED:
        return Head(path, kind, "unread", why="it is packed: unpack it to have its form told")
    data = begin(place, MOST + 1)
    whole = len(data) <= MOST
    try:
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(data[:MOST], final=whole)
    except UnicodeDecodeError as error:
        other = next((name for mark, name in _MARKS if data.startswith(mark)), None)
        why = f"{other} text, and Axolotl reads UTF-8" if other else "not UTF-8 text, which is all that Axolotl reads"
        why += "" if other else _taken_for(place)
        line = 1 if other else data.count(b"\n", 0, error.start) + 1
        anew = kind == "csv" and other != "UTF-32"
        return Head(path, kind, "broken", why=why, line=line, anew=anew)
    if not text.strip():
        return Head(path, kind, "empty", why="there is nothing in it", whole=whole)
    if kind == "text":
        return _table(path, kind, [{"text": line} for line in text.splitlines()[:ROWS]], whole=whole)
    try:
        found = (jsonhead if kind == "json" else csvhead).rows(text, whole=whole)
    except InputError as error:
        why = f"{error.message}{_taken_for(place) if error.message == 'not valid JSON' else ''}"
        anew = isinstance(error, csvhead.OtherMarkError)
        return Head(path, kind, "broken", why=why, line=error.line, whole=whole, anew=anew)
    return _table(path, kind, found, whole=whole)


def _ending(place: Path) -> str:
    """The ending that tells the kind: that of what is packed, where it is (`rows.jsonl.gz`)."""
    return Path(place.stem if place.suffix.lower() == ".gz" else place).suffix.lower()


def _taken_for(place: Path) -> str:
    """Why a file was read as JSON whose ending says that it is something else."""
    ending = _ending(place)
    return f": Axolotl takes every file for JSON that does not end in {_NAMED}" if ending not in (*KINDS, "") else ""


def _table(path: str, kind: str, rows: Iterable[Mapping[str, object]], *, whole: bool) -> Head:
    """The columns are those of all rows: `datasets` fills in what one of them has not."""
    kept = tuple(rows)
    if not kept:
        return Head(path, kind, "empty", why="there is no row in it", whole=whole)
    columns = tuple(dict.fromkeys(str(name) for row in kept for name in row))
    return Head(path, kind, "table", columns, kept[:ROWS], whole=whole)


def _of_parquet(path: str, place: Path) -> Head:
    try:
        found = [row for _, _, row in islice(parquet.rows(Reading(path), place, 0), ROWS)]
    except InputError as error:
        broken = "not a parquet file" in error.message
        return Head(path, "parquet", "broken" if broken else "unread", why=error.message)
    return _table(path, "parquet", found, whole=len(found) < ROWS)
