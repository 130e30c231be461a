"""Every reader of what comes from outside, each with a maker of hostile input for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

from scripts.fuzz.case import Case
from scripts.fuzz.readers import calls, configs, models, persons, reports, rows, servers

READERS: Mapping[str, tuple[Callable[[Random], Case], int]] = {
    "YAML of a config": (configs.config, 24),
    "another trainer's file": (configs.foreign, 4),
    "preset": (configs.preset, 4),
    "config.json": (models.config_json, 10),
    "safetensors header and index": (models.safetensors, 6),
    "tokenizer": (models.tokenizer, 3),
    "rows: jsonl and json": (rows.jsonl, 8),
    "rows: csv": (rows.csv, 4),
    "rows: parquet": (rows.parquet, 4),
    "images and sounds": (rows.media, 4),
    "log": (reports.log, 7),
    "memory snapshot": (reports.snapshot, 5),
    "receipts": (reports.receipts, 3),
    "recorded machine": (reports.machine, 3),
    "settings": (persons.settings, 3),
    "environment": (persons.environment, 3),
    "draft": (persons.draft, 3),
    "answers of --plain": (persons.answers, 3),
    "options of every command": (calls.options, 8),
    "messages of an editor": (servers.editor, 2),
    "messages of an agent": (servers.agent, 1),
}
"""By name: what makes an input, and how often it does, compared with the others."""


def case(reader: str, seed: int, number: int) -> Case:
    """The input of this number: the same for the same seed, whatever was made before."""
    return READERS[reader][0](Random(f"{seed}/{reader}/{number}"))
