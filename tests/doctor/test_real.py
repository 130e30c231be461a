"""What a real Axolotl printed when it was made to die on a CPU (scripts/deaths), and what is said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scripts.deaths.cases import WAYS
from tests.doctor.test_corpus import told

REAL = Path(__file__).parent / "real"

EXPECTED: dict[str, dict[str, Any]] = {
    "memory-at-load": {"cause": "host_memory", "phase": "load"},
    "memory-at-step": {"cause": "host_memory", "phase": "step", "step": 3, "steps": 8, "asked": 65536000},
    "memory-at-optimizer": {"cause": "host_memory", "phase": "first optimizer step", "step": 1, "asked": 16384000},
    "memory-at-evaluation": {"cause": "host_memory", "phase": "evaluation"},
    "memory-after-save": {"cause": "host_memory", "phase": "step", "step": 5},
    "memory-at-data": {"cause": "host_memory", "phase": "data"},
    "disk-at-save": {"cause": "disk", "phase": "save", "step": 4},
    "killed-at-step": {"cause": "host_memory", "phase": "step", "step": 3},
    "killed-at-load": {"cause": "host_memory", "phase": "load"},
    "terminated-at-step": {"cause": "not_memory", "phase": "step", "step": 3},
    "interrupted-at-step": {"died": False},
    "crash-at-step": {"cause": "not_memory", "phase": "step"},
    "bus-error-at-step": {"cause": "host_memory", "phase": "step"},
    "no-template": {"cause": "not_memory", "phase": "data"},
    "unknown-template": {"cause": "not_memory", "phase": "start", "codes": ("MW852",)},
    "fp16": {"cause": "not_memory", "phase": "evaluation"},
    "null-messages": {"cause": "not_memory", "phase": "data"},
    "broken-rows": {"cause": "not_memory", "phase": "data", "codes": ("MW845",)},
    "wrong-form": {"cause": "not_memory", "phase": "data"},
    "no-data": {"cause": "not_memory", "phase": "data", "codes": ("MW843",)},
    "no-model": {"cause": "not_memory", "phase": "start"},
    "unknown-type": {"cause": "not_memory", "phase": "data", "codes": ("MW820",)},
    "unknown-optimizer": {"cause": "not_memory", "phase": "load"},
    "wrong-value": {"cause": "not_memory", "phase": "start"},
    "no-targets": {"cause": "not_memory", "phase": "load", "codes": ("MW337",)},
    "too-short": {"cause": "not_memory"},
    "broken-yaml": {"cause": "not_memory", "phase": "start", "codes": ("MW831",)},
    "no-plugin": {"cause": "not_memory", "phase": "start"},
    "finished": {"died": False},
}


def test_every_way_has_a_log_and_an_answer() -> None:
    assert set(EXPECTED) == {way.name for way in WAYS} == {path.stem for path in REAL.glob("*.log")}


@pytest.mark.parametrize("name", EXPECTED)
def test_is_named(name: str) -> None:
    found = told(REAL / f"{name}.log")
    assert {key: getattr(found, key) for key in EXPECTED[name]} == EXPECTED[name], found.why
    assert found.died == EXPECTED[name].get("died", True)
