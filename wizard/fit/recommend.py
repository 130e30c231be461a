"""What to train on a machine: of the models to begin with, those that suit the data and fit, each with its method."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import log2
from typing import Literal

from wizard.axolotl import batch, datasets, images, packing
from wizard.axolotl.template_choice import for_model
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.fit.adapt import adapt
from wizard.fit.alternatives import Allowed
from wizard.fit.method import METHODS
from wizard.fit.search import Found, best, usual
from wizard.knowledge.models.catalogue import CatalogueModel, built, catalogue, find
from wizard.knowledge.models.recommended import Kind, Recommended, recommended

MOST = 5
TRIED = tuple(name for name in METHODS if name != "lora8")
"""Methods from the least compromise to the most; 8 bits beside LoRA save little where QLoRA does not do."""
_LEAST_BYTES = {"full": 6.0, "lora": 2.0, "qlora": 0.5}
"""No method keeps less of a parameter on the GPUs together: weights, gradients and 8-bit states; 16 bits; 4 bits."""
Place = Literal["lora", "qlora", "full"]
_FIRST: tuple[Place, ...] = ("lora", "qlora", "full")
"""Of which method the largest model comes first, second, third: unrounded weights, the most knowledge, every weight."""

_MUCH = 6
"""Times the size."""


@dataclass(frozen=True, slots=True)
class Sought:
    """What a model has to be for, and the tokens of a row. `most`: parameters, None for any number."""

    kind: Kind
    length: int
    most: int | None = None
    methods: tuple[str, ...] = TRIED


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A model with the method that fits. `row`: what is known of it where it is one to begin with."""

    id: str
    model: Model
    method: str
    found: Found
    row: Recommended | None = None

    @property
    def plan(self) -> Plan:
        """The plan that trains it so, with a folder of its own for what comes of it."""
        return self.found.plan.changed({"output_dir": result_folder(self.id, self.method)})


def result_folder(name: str, method: str) -> str:
    """Where a model's training leaves what it made, told from other models and methods."""
    short = name.rstrip("/").rpartition("/")[2] or "model"
    return f"./outputs/{short.lower()}-{method}"


def kind_of(plan: Plan) -> Kind:
    """What a model for this plan has to be for: images, text that goes on, or turns."""
    if images.with_images(plan):
        return "vision"
    listed = datasets.entries(plan, "datasets")
    if packing.pretraining_dataset(plan) or (listed and all(one.type == "completion" for one in listed)):
        return "base"
    return "instruct"


def sought(plan: Plan) -> Sought:
    """What this plan asks of a model."""
    return Sought(kind_of(plan), batch.sequence_len(plan))


def suits(row: Recommended, wish: Sought) -> bool:
    """Whether a model is for it, and long enough."""
    known = find(row.id)
    reach = built(known.id).max_length if known is not None else None
    least = min(row.context, reach or row.context)
    return wish.kind in row.kinds and least >= wish.length and _small_enough(known, wish)


def _small_enough(known: CatalogueModel | None, wish: Sought) -> bool:
    return known is not None and (wish.most is None or known.parameters <= wish.most)


def fitting(name: str, plan: Plan, machine: Machine, wish: Sought, allowed: Allowed) -> Suggestion | None:
    """A model of the catalogue with the first method that fits the machine, and the best settings of that; None where
    none does without host memory.
    """
    known = find(name)
    if known is None or machine.free_bytes is None:
        return None
    model, room = built(known.id), machine.free_bytes * machine.count
    start = adapt(for_model(plan, name), model, machine)
    runs = allowed(start, model, machine)
    for method in wish.methods:
        if known.parameters * _LEAST_BYTES[method] > room and model.quantized is None:
            continue
        found = best(start, model, machine, usual(model, (method,), "quality", wish.length), runs)
        if found is not None and not any(one.away for one in found.choice.settings):
            return Suggestion(name, model, method, found, recommended().get(name))
    return None


def suggested(plan: Plan, machine: Machine, wish: Sought, allowed: Allowed, most: int = MOST) -> tuple[Suggestion, ...]:
    """Up to so many models to begin with, the one to take where nothing else is known first."""
    rows = [row for row in recommended().values() if suits(row, wish)]
    return picked((fitting(row.id, plan, machine, wish, allowed) for row in rows), wish, most)


def picked(found: Iterable[Suggestion | None], wish: Sought, most: int = MOST) -> tuple[Suggestion, ...]:
    """The largest of each method, then the largest of families that are not there yet, then what is left.

    The largest with unrounded weights comes first, unless rounded ones let in one of more than six times its size.
    Of models of about one size those come first that read what the data has and no more, then the newest, then those
    that are not gated, then as the table has them.
    """
    ordered = sorted((one for one in found if one is not None), key=lambda one: place(one.id, one.model, wish))
    largest = {method: next((one for one in ordered if one.method == method), None) for method in _FIRST}
    chosen = [one for one in largest.values() if one is not None]
    plain, rounded = largest["lora"], largest["qlora"]
    if plain is not None and rounded is not None and _MUCH * plain.model.parameters < rounded.model.parameters:
        chosen.remove(plain)
    families = {_family(one) for one in chosen}
    for one in ordered:
        if _family(one) not in families:
            families.add(_family(one))
            chosen.append(one)
    return tuple([*chosen, *(one for one in ordered if one not in chosen)][:most])


def place(name: str, model: Model, wish: Sought) -> tuple[float, ...]:
    """The order in which models are offered: the largest first; of one size as `picked` says."""
    known, row = find(name), recommended().get(name)
    more = model.multimodal and wish.kind not in ("vision", "sound")
    return (-round(2 * log2(model.parameters)), more, -(row.year if row else 0), bool(known and known.gated))


def _family(one: Suggestion) -> str:
    return maker(one.id)


def maker(name: str) -> str:
    """Who made a model: the owner of its id."""
    return name.partition("/")[0]


def others(plan: Plan, machine: Machine, wish: Sought, allowed: Allowed) -> Iterator[Suggestion]:
    """Every other model of the catalogue that fits, the largest first."""
    for row in sorted(catalogue().values(), key=lambda row: -row.parameters):
        if (
            row.id in recommended()
            or not _small_enough(row, wish)
            or (wish.kind == "vision") > built(row.id).multimodal
            or (wish.kind == "sound") > built(row.id).hears
        ):
            continue
        one = fitting(row.id, plan, machine, wish, allowed)
        if one is not None:
            yield one
