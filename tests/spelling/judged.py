"""What Axolotl makes of each spelling: asked anew, or from the record."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.conformance.generate import Case
from tests.conformance.judged import ask
from tests.spelling.families import bases
from tests.spelling.respell import variants
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import release

AXOLOTL = Version(0, 19)
"""The version whose spellings were recorded."""
RECORD = Path(__file__).parent / "verdicts-0.19.json.gz"
MACHINES = ("2xa100", "h100")
"""Where each family is judged: FSDP and its kin need two GPUs, fp8 one that has it."""
Judged = tuple[Case, dict[str, Any]]


def cases() -> list[list[Case]]:
    """The base configs, each first among its other spellings."""
    groups = []
    for family, base in bases():
        machine = MACHINES[1] if base.get("fp8") else MACHINES[0]
        every = [(f"{family}: as it is", base), *((f"{family}: {words}", made) for words, made in variants(base))]
        groups.append([Case(words, machine, config) for words, config in every])
    return groups


def judged(groups: Sequence[Sequence[Case]]) -> list[list[Judged]]:
    """Axolotl's answer to each; "settings" is a digest of the settings it resolves a config to, and of all it says."""
    flat = [case for group in groups for case in group]
    answers = iter(ask(flat, resolved="yes", version=AXOLOTL))
    return [[(case, _digested(next(answers))) for case in group] for group in groups]


def _digested(answer: dict[str, Any]) -> dict[str, Any]:
    resolved = json.dumps(answer.get("resolved"), sort_keys=True, default=str)
    kept = {name: answer[name] for name in ("errors", "warnings", "unknown")}
    return {**kept, "settings": hashlib.sha256(resolved.encode()).hexdigest()[:16]}


def save(groups: Sequence[Sequence[Judged]]) -> None:
    """Record answers, for machines on which Axolotl can't be installed."""
    rows = [
        [{"origin": case.origin, "machine": case.machine, "config": case.config, **answer} for case, answer in group]
        for group in groups
    ]
    with gzip.GzipFile(RECORD, "wb", mtime=0) as file:
        file.write(json.dumps({"axolotl": release(AXOLOTL), "groups": rows}, sort_keys=True).encode())


def recorded() -> list[list[Judged]]:
    """The recorded answers."""
    groups = json.loads(gzip.decompress(RECORD.read_bytes()))["groups"]
    return [[(Case(row["origin"], row["machine"], row["config"]), row) for row in group] for group in groups]
