"""Finds a model's files in the local Hugging Face cache: no network, and no library of Hugging Face.

Where it is, and its layout (`models--owner--name/refs/main` holds a commit, `snapshots/<commit>/` the files, as links
into `blobs/`): constants.py and file_download.py of huggingface_hub 1.0.0 and 2.4.0.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

CONFIG = "config.json"
ADAPTER = "adapter_config.json"

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_ID = re.compile(f"{_PART}/{_PART}")
_COMMIT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder with a model's files, and the model's id as the cache or the person spells it."""

    id: str
    folder: Path


def hub_id(name: str) -> str | None:
    """`owner/name` where the text is such an id; None where it is not. Hugging Face's rules: no `..`, no `--`."""
    name = name.strip().rstrip("/")
    fits = _ID.fullmatch(name) and ".." not in name and "--" not in name and not name.endswith(".git")
    return name if fits else None


def root() -> Path:
    """The cache of models: HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, HF_HOME/hub, XDG_CACHE_HOME/huggingface/hub, ~/.cache.

    In that order, and as there `~` and variables inside are put in.
    """
    found = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    return Path(whole(found)) if found else home() / "hub"


def home() -> Path:
    """Where Hugging Face's libraries keep what they keep: HF_HOME, XDG_CACHE_HOME/huggingface, ~/.cache/huggingface."""
    above = os.environ.get("XDG_CACHE_HOME") or os.path.join("~", ".cache")
    return Path(whole(os.environ.get("HF_HOME") or os.path.join(above, "huggingface")))


def dataset_folders(repo: str) -> list[Path]:
    """The folders of a data set's snapshots, the one to read first at first; none where it is not in the cache.

    Raises OSError, ValueError or RuntimeError where the cache can't be read.
    """
    found = _home(root(), repo, "datasets") if hub_id(repo) == repo else None
    return _snapshots(found) if found is not None else []


def find(repo: str, file: str = CONFIG) -> ModelFolder | None:
    """The snapshot of `owner/name`, in whatever case, that has this file: that of refs/main, else the newest.

    None where there is none, where the cache can't be read, and where a link leads out of it.
    """
    if hub_id(repo) != repo:
        return None
    try:
        there = _home(root(), repo)
        if there is None:
            return None
        owner, _, name = there.name.removeprefix("models--").partition("--")
        for folder in _snapshots(there):
            if (folder / file).is_file() and _inside(folder / file, there):
                return ModelFolder(f"{owner}/{name}", folder)
    except (OSError, ValueError, RuntimeError):  # may not be read, or links that run in a circle
        return None
    return None


def whole(path: str) -> str:
    """A path with `~` and variables put in."""
    return os.path.expandvars(os.path.expanduser(path))


def _home(cache: Path, repo: str, kind: str = "models") -> Path | None:
    """Its folder in the cache. The same spelling goes before another case."""
    wanted = f"{kind}--" + repo.replace("/", "--")
    if not os.path.isdir(cache):
        return None
    if (cache / wanted).is_dir():
        return cache / wanted
    names = sorted(path.name for path in cache.iterdir() if path.name.lower() == wanted.lower())
    return next((cache / name for name in names if (cache / name).is_dir()), None)


def _snapshots(home: Path) -> list[Path]:
    """The folders of snapshots: that of refs/main first, then the newest."""
    folder = home / "snapshots"
    found = [path for path in folder.iterdir() if _COMMIT.fullmatch(path.name) and path.is_dir()]
    main = _main(home)
    return sorted(found, key=lambda path: (path.name == main, path.stat().st_mtime, path.name), reverse=True)


def _main(home: Path) -> str:
    """The commit that refs/main names; empty where there is none. A name only ever picks among the snapshots."""
    ref = home / "refs" / "main"
    if not ref.is_file():
        return ""
    with ref.open("rb") as file:
        return file.read(100).decode("ascii", errors="replace").strip()


def _inside(path: Path, home: Path) -> bool:
    """Whether a file, its links followed, lies in the model's folder or elsewhere in the cache."""
    whole = path.resolve()
    return whole.is_relative_to(home.resolve()) or whole.is_relative_to(home.parent.resolve())
