"""Runs to measure: their ids and configs, with only what may stand in a shared row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from benchmarks.truth.config import LEGACY_ATTENTION, Settings
from benchmarks.truth.grid import grid
from wizard.knowledge.models.catalogue import find

KEPT = frozenset(f.name for f in fields(Settings)) - {"test_datasets"} | set(LEGACY_ATTENTION)
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?(?<![\w/])[/\\](?:[^\s/\\:'\"]+[/\\])+")
KEPT_TOO = frozenset({
    "bf16", "tf32", "pad_to_sequence_len", "plugins", "weight_decay", "model_quantization_config",
    "model_quantization_config_kwargs",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Job:
    """One run to measure. `config` is an Axolotl config as the person or the grid wrote it."""

    id: str
    config: Mapping[str, Any]


class Unreadable(ValueError):  # noqa: N818 - a sentence for the person, not an accident
    """A file that is not an Axolotl config; the text says which and why."""


def from_file(path: Path) -> Job:
    """The run of one YAML file, named after it. Raises `Unreadable`."""
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror or error}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path} is not YAML: {str(error).splitlines()[0]}.") from None
    if not isinstance(config, dict) or not config.get("base_model"):
        raise Unreadable(f"{path} is not an Axolotl config: it names no base_model.")
    return Job(path.stem, config)


def from_grid() -> Iterator[Job]:
    """The runs of the simulation's grid."""
    for identity, config in grid():
        yield Job(identity, config)


def shared(config: Mapping[str, Any]) -> dict[str, Any]:
    """What of a config a row keeps: the fields that bear on memory, and no name, path or address.

    The model is named by its catalogue id; a test set becomes a share held out, which costs the same.
    """
    kept = {key: value for key, value in config.items() if key in KEPT | KEPT_TOO and value is not None}
    known = find(str(config.get("base_model")))
    kept["base_model"] = known.id if known else Path(str(config.get("base_model"))).name
    if config.get("test_datasets") and not config.get("val_set_size"):
        kept["val_set_size"] = 0.1
    if isinstance(kept.get("plugins"), list):
        kept["plugins"] = [name for name in kept["plugins"] if str(name).startswith("axolotl.")]
    return kept


def without_folders(text: str) -> str:
    """An error's text as a row may keep it: of each path only its last part."""
    return _FOLDERS.sub("", text)


def describe(job: Job) -> dict[str, Any]:
    """The fields with which every row begins."""
    return {"id": job.id, "config": shared(job.config)}


def settled(path: Path) -> set[str]:
    """Ids of a rows file that need no second run: those measured, and those that ran out of memory."""
    if not path.exists():
        return set()
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
    return {row["id"] for row in rows if "bytes" in row or row.get("oom")}
