"""One config to run, and what came of it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import yaml

from scripts.runs.judge.small_config import instead
from wizard.domain.machine import Machine
from wizard.knowledge.models.catalogue import find
from wizard.review import Review, codes, stopping

WORKS = "works"


@dataclass(frozen=True)
class Case:
    """`id`: its part, and what tells it from the others of that part.

    `told`: errors and crashes that memwizard itself finds in it, but for memory: a small model has room. `files`: data
    files that it names, by their paths; without them, rows are made for it. `model`: the published config of a base
    model that the catalogue has not.
    """

    id: tuple[str, ...]
    config: Mapping[str, Any]
    machine: Machine
    told: tuple[str, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)
    model: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, identity: tuple[str, ...], text: str, found: Review, machine: Machine) -> Case:
        """Of a file as it is written."""
        return cls(identity, yaml.safe_load(text), machine, tuple(sorted(codes(stopping(found.findings)))))

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the judge is asked."""
        row = find(str(self.config["base_model"]))
        published = row.config if row is not None else self.model
        assert published is not None
        major, minor = self.machine.compute_capability or (9, 0)
        machine = {
            "capability": f"sm_{major}{minor}",
            "bf16": self.machine.bf16 is not False,  # what is not known is taken to be there
            "fp8": self.machine.fp8 is not False,
            "gpus": self.machine.count,
        }
        asked = {"config": dict(self.config), "model": dict(published), "machine": machine}
        files = {path: base64.b64encode(content).decode() for path, content in self.files.items()}
        return {**asked, "files": files} if files else asked

    @cached_property
    def hash(self) -> str:
        """What was asked, in twelve letters: an answer holds as long as that is the same."""
        text = json.dumps(self.asked, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:12]

    def answered(self, answer: Mapping[str, Any]) -> dict[str, Any]:
        """A row of the record."""
        model = self.asked["model"]["model_type"]
        row: dict[str, Any] = {
            "id": list(self.id),
            "architecture": model,
            "hash": self.hash,
            "outcome": answer["outcome"],
        }
        if answer["outcome"] != WORKS:
            row |= {"stage": answer["stage"], "at": answer["at"]}
        if self.files:
            row["seen"] = answer.get("seen")
        return self.noted(row)

    def noted(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row with what is found in the file, and what the two steps ran with instead of what it has."""
        kept = {key: value for key, value in row.items() if key not in ("told", "instead")}
        other = instead(self.config, str(self.asked["model"]["model_type"]))
        return kept | ({"instead": other} if other else {}) | ({"told": list(self.told)} if self.told else {})
