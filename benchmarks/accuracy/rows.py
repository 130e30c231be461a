"""Rows of known peaks: one JSON object a line, each a training run with what it allocated at its worst."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from benchmarks.truth.few import FEW, cut
from wizard.axolotl import attention
from wizard.axolotl.effective import Effective, effective
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built, find

MEASURED = Version(0, 19)
"""The Axolotl whose libraries the rows were measured with: what a row leaves unsaid is as there.
A row may name another.
"""
NEWER = Version(0, 21)
"""The same of GRPO's rows: its trainer has changed since."""
Kind = Literal[
    "published", "several", "measured", "simulated", "unseen", "experts", "few", "images", "ranks", "answers"
]
KINDS: dict[Kind, str] = {
    "published": "Measured and published by others",
    "several": "Measured and published by others, on several GPUs",
    "measured": "Measured on a GPU",
    "simulated": "Simulated with the real model code",
    "unseen": "Simulated, runs drawn anew",
    "experts": "Simulated, mixtures of experts in 4 and 8 bits",
    "few": "Simulated, models of a few layers",
    "images": "Simulated, rows with images",
    "ranks": "Simulated, loading and training on several GPUs",
    "answers": "Simulated, GRPO with its answers",
}

ROOT = Path(__file__).parents[1]
PARTS = ("weights", "grads", "optimizer")


@dataclass(frozen=True, slots=True)
class Row:
    """One run. `bytes` is the peak that PyTorch's allocator saw on one GPU; `parts` the bytes of what lasts, if known.
    A row whose `phase` is "load" tells the peak while the model was loaded.

    `labels` names the groups it belongs to: method, loss, checkpointing, attention, optimizer, model, sharding.
    `machine` is None for one GPU.
    """

    id: str
    kind: Kind
    plan: Plan
    model: Model
    bytes: int
    phase: str | None
    parts: Mapping[str, int]
    labels: Mapping[str, str]
    machine: Machine | None = None

    @property
    def settings(self) -> Effective:
        """What is estimated. Rows that leave experts in 16 bits stand for FSDP and ZeRO 3, where PEFT lets them be;
        those without Mamba's kernels are held against transformers' own code.
        """
        found = effective(self.plan, self.model, self.machine)
        if self.id.endswith("-no-mamba"):
            found = found._replace(mamba=found.mamba._replace(code="plain"))
        sixteen = self.kind == "simulated" and found.leftovers_fp32 and self.model.moe
        return found._replace(leftovers_fp32=False) if sixteen else found


@dataclass(frozen=True, slots=True)
class Apart:
    """A row that can't be scored, and why."""

    id: str
    why: str


def default_files() -> list[Path]:
    """The rows files of this project that are there; what people reported is held against the estimate otherwise."""
    folders = ("accuracy", "gpu", "truth")
    found = [path for folder in folders for path in sorted((ROOT / folder).glob("*.jsonl"))]
    return [path for path in found if path.name not in ("reported.jsonl", "readmes.jsonl", "gathered.jsonl")]


def read_all(files: Iterable[Path]) -> tuple[list[Row], list[Apart]]:
    """All rows of these files."""
    rows: list[Row] = []
    apart: list[Apart] = []
    for path in files:
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip():
                found = row(json.loads(line), path)
                if isinstance(found, Row):
                    rows.append(found)
                else:
                    apart.append(found)
    return rows, apart


def row(read: Mapping[str, Any], path: Path) -> Row | Apart:
    """One line of a rows file. A `base_model` is a folder beside the file, or an id of the catalogue."""
    identity = str(read["id"])
    if read.get("failed"):
        return Apart(identity, f"the run failed with {str(read['failed']).partition(':')[0][:60]}")
    if identity.endswith("-no-fla"):
        return Apart(identity, "ran without flash-linear-attention, which Axolotl requires (but on aarch64)")
    if read.get("oom"):
        return Apart(identity, "ran out of memory")
    if read.get("metric") != "allocated":
        return Apart(identity, f"its metric is {read.get('metric')}, not allocated")
    kind = _kind(read, path)
    plan = Plan(read["config"], axolotl=_axolotl(read, kind))
    model = _model(str(plan.get("base_model")), path.parent, read.get("layers"))
    if model is None:
        return Apart(identity, f"{plan.get('base_model')} is neither in the catalogue nor beside the rows")
    machine = named_machine(str(read["gpus"])) if read.get("gpus") else None
    return Row(
        id=identity,
        kind=kind,
        plan=plan,
        model=model,
        bytes=int(read["bytes"]),
        phase=read.get("phase"),
        parts={name: int(read[name]) for name in PARTS if read.get(name) is not None},
        labels=labels(plan, model, machine),
        machine=machine,
    )


def _axolotl(read: Mapping[str, Any], kind: Kind) -> Version:
    said = read.get("axolotl")
    if said is None:
        return NEWER if kind == "answers" else MEASURED
    major, minor = str(said).split(".")[:2]
    return Version(int(major), int(minor))


def labels(plan: Plan, model: Model, machine: Machine | None = None) -> dict[str, str]:
    """What a row is, by the words the tables group by."""
    run = effective(plan, model, machine)
    method = run.adapter or "full"
    if run.quantization == "int8":
        method = "int8"
    elif run.lora is not None and run.lora.dora:
        method = "dora"
    return {
        "method": run.rl or method,
        "loss": run.loss,
        "checkpointing": run.checkpointing,
        "attention": attention.implementation(plan) or "not set",
        "optimizer": run.optimizer,
        "model": str(plan.get("base_model")).rpartition("/")[2],
        "sharding": f"{run.sharding.kind} on {run.sharding.gpus}" if run.sharding.gpus > 1 else "none",
    }


def _kind(read: Mapping[str, Any], path: Path) -> Kind:
    if FEW in str(read.get("id")):
        return "few"
    if "citation" in read:
        return "several" if read.get("gpus") else "published"
    if "/unseen-" in str(read.get("id")) or "/mixture-" in str(read.get("id")):
        return "unseen"
    if str(read.get("id")).endswith("-fp32-experts") or "/stacked" in str(read.get("id")):
        return "experts"
    if "/images-" in str(read.get("id")):
        return "images"
    if "/grpo-" in str(read.get("id")):
        return "answers"
    if "/ranks-" in str(read.get("id")):
        return "ranks"
    return "measured" if path.parent.name == "gpu" else "simulated"


@cache
def _model(name: str, folder: Path, layers: int | None) -> Model | None:
    if layers and (row := find(name)):
        return build(cut(row.config, layers), row.id, family=row.family)
    config = folder / name / "config.json"
    if config.is_file():
        return build(json.loads(config.read_text(encoding="utf-8")), Path(name).name)
    known = find(name)
    return built(known.id) if known else None
