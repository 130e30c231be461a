"""Random questions to the search, and its answers beside the sum by hand."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.apart.by_hand import need
from benchmarks.apart.shapes import FAMILIES, shapes
from wizard.fit.adapt import adapt
from wizard.fit.search import PREFERENCES, Found, Prefer, best, usual
from wizard.knowledge.gpus import gpus, named_machine
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.review import acceptance
from wizard.world.presets import preset

SEED = 13
FILE = Path(__file__).with_name("answers.jsonl")
LENGTHS = (None, 512, 2048, 4096, 8192, 16384, 32768)
METHODS = (("full", "lora", "lora8", "qlora"), ("qlora",), ("lora8",), ("lora",), ("full",))


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: the machine as a person names it, and what is wanted. `length`: None for the usual."""

    gpus: str
    model: str
    prefer: Prefer
    length: int | None
    methods: tuple[str, ...]


def asked(seed: int, count: int) -> Iterator[Question]:
    """So many questions."""
    chance = random.Random(seed)
    models = sorted(name for name, row in catalogue().items() if _plain(row.config))
    machines = sorted(gpus())
    for _ in range(count):
        gpu = chance.choice(machines)
        many = chance.choice((1, 1, 2, 2, 3, 4, 4, 6, 8, 8))
        methods = chance.choice((METHODS[0], METHODS[0], METHODS[0], *METHODS[1:]))
        yield Question(
            f"{many}x{gpu}", chance.choice(models), chance.choice(PREFERENCES), chance.choice(LENGTHS), methods
        )


def _plain(config: dict[str, Any]) -> bool:
    return config["model_type"] in FAMILIES and "quantization_config" not in config


def found(question: Question) -> Found | None:
    """The best that fits, by the search."""
    model, machine = built(question.model), named_machine(question.gpus)
    start = adapt(preset("qlora-24gb").plan.changed({"base_model": question.model}), model, machine)
    want = usual(model, question.methods, question.prefer, question.length)
    return best(start, model, machine, want, acceptance(start, model, machine))


def judged(question: Question) -> dict[str, Any]:
    """A row: the question, what is found, and the sum for it. Bytes; without an answer `says` is empty."""
    row: dict[str, Any] = {"gpus": question.gpus, "model": question.model, "prefer": question.prefer}
    row |= {"length": question.length, "methods": list(question.methods), "says": ""}
    one, machine = found(question), named_machine(question.gpus)
    if one is None:
        return row
    sum_of_it = need(shapes(catalogue()[question.model].config), one.plan.values, machine.count)
    sizes = {"load": int(sum_of_it.load), "train": int(sum_of_it.train), "by_hand": int(sum_of_it.all)}
    said = {"likely": one.estimate.device.likely, "high": one.estimate.device.high}
    said["said_load"] = one.estimate.phases["load"]
    return {**row, "says": one.choice.says, "free": machine.free_bytes, **said, **sizes}
