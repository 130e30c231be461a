"""The entries whose data file was looked at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from wizard.axolotl import datasets
from wizard.axolotl.datasets import DatasetEntry
from wizard.domain.head import Head
from wizard.rules.registry import Subject

KEYS = ("datasets", "test_datasets")


def looked_at(subject: Subject, *states: str) -> Iterator[tuple[DatasetEntry, Head]]:
    """Each entry with the head of its file, where that is in one of these states."""
    for entry in datasets.entries(subject.plan, *KEYS):
        head = subject.heads.get(str(entry.values.get("path")))
        if head is not None and head.state in states and not entry.values.get("data_files"):
            yield entry, head


def local(subject: Subject) -> Iterator[DatasetEntry]:
    """Each entry whose data is read from files by their format: the path is one, here or by its ending."""
    for entry in datasets.entries(subject.plan, *KEYS):
        path = str(entry.values.get("path"))
        if path in subject.heads or PurePath(path).suffix.lower() in datasets.ENDINGS:
            yield entry
