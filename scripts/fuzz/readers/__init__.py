"""Every reader of what comes from outside, each with a maker of hostile input for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from scripts.fuzz.case import Case
from scripts.fuzz.readers import calls, configs, models, persons, reports, rows, servers

READERS: Mapping[str, tuple[Callable[[Random], Case], int]] = {
    "YAML of a config": (configs.config, 12),
    "another trainer's file": (configs.foreign, 4),
    "preset": (configs.preset, 4),
    "config.json": (models.config_json, 12),
    "safetensors header and index": (models.safetensors, 8),
    "tokenizer": (models.tokenizer, 3),
    "rows: jsonl and json": (rows.jsonl, 12),
    "rows: csv": (rows.csv, 6),
    "rows: parquet": (rows.parquet, 6),
    "images and sounds": (rows.media, 6),
    "log": (reports.log, 6),
    "memory snapshot": (reports.snapshot, 7),
    "receipts": (reports.receipts, 3),
    "recorded machine": (reports.machine, 3),
    "settings": (persons.settings, 5),
    "environment": (persons.environment, 3),
    "draft": (persons.draft, 3),
    "answers of --plain": (persons.answers, 1),
    "options of every command": (calls.options, 12),
    "messages of an editor": (servers.editor, 2),
    "messages of an agent": (servers.agent, 1),
}
"""By name: what makes an input, and how often it does, compared with the others."""


def case(reader: str, seed: int, number: int) -> Case:
    """The input of this number: the same for the same seed, whatever was made before."""
    return READERS[reader][0](Random(f"{seed}/{reader}/{number}"))
