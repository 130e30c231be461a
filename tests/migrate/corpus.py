"""Old files, what becomes of each, and what a real Axolotl said of that."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wizard.domain.plan import Plan
from wizard.migrate.engine import Migration, migrate
from wizard.world.rewrite import rewrite
from wizard.world.yamlfile import parse

HERE = Path(__file__).parent
FILES = sorted((HERE / "files").glob("*.yml"))
VERDICTS = HERE / "verdicts.json"


def read(text: str) -> Plan:
    """The plan in a text."""
    document = parse(text, "old.yml")
    return Plan(document.values, "old.yml", document.lines)


def migrated(text: str) -> Migration:
    """What `memwizard migrate` makes of a text."""

    def change(now: str, changes: Mapping[str, object], near: Sequence[str]) -> str:
        return rewrite(now, changes, "old.yml", near)

    return migrate(text, read, change)


def key(text: str) -> str:
    """By what the verdict of a text is kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def verdicts() -> dict[str, dict[str, Any]]:
    """The recorded answers, by the text they are for."""
    loaded: dict[str, dict[str, Any]] = json.loads(VERDICTS.read_text(encoding="utf-8"))["verdicts"]
    return loaded
