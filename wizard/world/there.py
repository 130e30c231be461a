"""What is on this machine of what a run needs: looked at, nothing imported, no token read."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from wizard.world import cache
from wizard.world.installed import installed


def installed_package(name: str) -> str | None:
    """The version of a package where the person's Axolotl would be, None where it is not there."""
    return installed(name)


def exists(path: str) -> bool:
    """Whether there is such a file, from here."""
    try:
        return Path(path).expanduser().exists()
    except (OSError, RuntimeError, ValueError):
        return False


def logged_in() -> bool:
    """Whether a token of the hub is set or kept (huggingface_hub 2.4.0 constants.py: HF_TOKEN, HF_TOKEN_PATH)."""
    kept = os.environ.get("HF_TOKEN_PATH") or str(cache.root().parent / "token")
    return bool(os.environ.get("HF_TOKEN")) or exists(kept)


def free_disk(path: str) -> int | None:
    """Bytes free where a path is or would be, None where that can't be told."""
    try:
        here = Path(path).expanduser().absolute()
        while not here.exists() and here != here.parent:
            here = here.parent
        return shutil.disk_usage(here).free
    except (OSError, RuntimeError, ValueError):
        return None


def cached(name: str) -> bool:
    """Whether a model's weights need no download: a folder, or a snapshot in the cache with weights."""
    try:
        if Path(name).expanduser().is_dir():
            return True
        found = cache.find(name)
        return found is not None and any(found.folder.glob("*.safetensors"))
    except (OSError, RuntimeError, ValueError):
        return False


def cache_folder() -> str:
    """Where a model is downloaded to."""
    return str(cache.root())
