"""The head of a data set that is named by its id on the hub: from the caches of this machine, else from the hub.

Where they are: the hub's cache as in `cache.py` (`datasets--owner--name`); that of `datasets` 4.8.4 (builder.py):
HF_DATASETS_CACHE, else HF_HOME/datasets, in it `owner___name/config/version/hash/*-split*.arrow`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.world import cache, folderfiles, parquet, rowhead

_MOST = 10_000
"""Files that are looked through."""
_SPLITS = ("train", "validation", "valid", "test", "eval")
_ABOUT = ("dataset_infos", "dataset_info", "dataset_dict", "state", "requirements")
_NOT_ALLOWED = "its rows are not on this machine; --hub looks them up"


def head(repo: str, config: str = "", split: str = "", *, allow_hub: bool = False) -> Head:
    """The head of a split of a data set; `unread`, with the reason, where its rows can't be had.

    `config`: a part of the data set, as `name` of an entry names it.
    """
    try:
        found = _of_hub_cache(repo, config, split) or _of_datasets_cache(repo, config, split)
    except (OSError, ValueError, RuntimeError):
        found = None
    if found is not None and found.state == "table":
        return found
    if not allow_hub:
        return found or Head(repo, "", "unread", why=_NOT_ALLOWED)
    try:
        return _of_hub(repo, config, split)
    except InputError as error:
        return Head(repo, "", "unread", why=str(error))


def nowhere(repo: str) -> Head | None:
    """A head that tells that no cache has the data set; None where one has something of it."""
    try:
        if cache.dataset_folders(repo) or _folders(repo):
            return None
    except (OSError, ValueError, RuntimeError):
        return None
    return Head(repo, "", "unread", why=_NOT_ALLOWED)


def chosen(names: Iterable[str], config: str, split: str) -> str | None:
    """The first file of a config's split; None where no name tells of a config that is asked for."""
    kept = sorted(names)
    if config and config != "default":
        kept = [name for name in kept if config in name.replace("\\", "/").split("/")]
    wanted = split.partition("[")[0].strip() or "train"
    of_split = [name for name in kept if _tells(name, wanted)]
    unnamed = [name for name in kept if not any(_tells(name, one) for one in _SPLITS)]
    return next(iter(of_split or (unnamed if wanted == "train" else [])), None)


def _tells(name: str, split: str) -> bool:
    """Whether a file's name, or that of a folder above it, names a split."""
    words = name.lower()
    for mark in "/\\.-_":
        words = words.replace(mark, " ")
    return split.lower() in words.split()


def _of_hub_cache(repo: str, config: str, split: str) -> Head | None:
    for folder in cache.dataset_folders(repo):
        files = {str(one.relative_to(folder)): one for one in islice(folder.rglob("*"), _MOST) if one.is_file()}
        name = chosen(_data(files), config, split)
        if name is not None:
            return _named(rowhead.head(str(files[name])), repo, name)
    return None


def _named(found: Head, repo: str, file: str) -> Head:
    return replace(found, path=repo, kind="", file=file)


def _of_datasets_cache(repo: str, config: str, split: str) -> Head | None:
    for folder in _folders(repo):
        files = {str(one.relative_to(folder)): one for one in islice(folder.rglob("*.arrow"), _MOST)
                 if not one.name.startswith("cache-")}  # fmt: skip
        name = chosen(files, config, split)
        if name is not None:
            return _of_arrow(files[name], repo, name)
    return None


def _folders(repo: str) -> list[Path]:
    named = os.environ.get("HF_DATASETS_CACHE")
    home = Path(cache.whole(named)) if named else cache.home() / "datasets"
    wanted = repo.replace("/", "___").lower()
    return [one for one in islice(home.iterdir(), _MOST) if one.name.lower() == wanted] if home.is_dir() else []


def _of_arrow(place: Path, repo: str, name: str) -> Head:
    try:
        columns, rows = parquet.first_of_arrow(place, rowhead.ROWS)
    except InputError as error:
        return Head(repo, "", "unread", why=error.message, file=name)
    return Head(repo, "", "table" if rows else "empty", columns, tuple(rows), file=name, whole=False)


def _of_hub(repo: str, config: str, split: str) -> Head:
    """Brings one file into the cache, if it is small. Raises InputError where the hub can't be asked or refuses."""
    from wizard.world import hub

    place, name = hub.fetch_rows(repo, lambda names: chosen(_data(names), config, split))
    return _named(rowhead.head(str(place)), repo, name)


def _data(names: Iterable[str]) -> list[str]:
    """Those of data files, and not of what is told about them."""
    return [name for name in names
            if Path(name).suffix.lower() in folderfiles.KINDS and Path(name).stem not in _ABOUT]  # fmt: skip
