"""The configs that are run: every preset on every architecture, plans of random answers, and what `fit` proposes."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.apart import answers
from scripts.runs.case import Case
from scripts.runs.crashes import crashes
from scripts.runs.data import data
from scripts.runs.features import features
from scripts.runs.first import FIRST, members
from scripts.runs.imports import imports
from scripts.runs.kinds import ARCHITECTURES, kinds
from scripts.runs.mixed import mixed
from scripts.runs.tasks import tasks
from tests.session.scripts import MACHINES, MAKERS, OPENED_WITH, Act, Noted, Script, perform
from wizard.axolotl.template_choice import for_model
from wizard.fit.adapt import adapt
from wizard.fit.answer import answer
from wizard.fit.search import PREFERENCES, usual
from wizard.knowledge.gpus import gpus, named_machine
from wizard.knowledge.models.catalogue import built, find
from wizard.output.yaml import document
from wizard.review import acceptance, review, stopping
from wizard.session import fixing
from wizard.session.conversation import Conversation
from wizard.world.presets import preset, shipped

SEED, PLANS, FITS, APART = 1, 300, 40, 300
ON_ALL = (
    *("qlora-12gb", "qlora-24gb", "lora-24gb", "lora-80gb", "full-24gb", "full-80gb"),
    *("fp8-hopper", "dpo-qlora-24gb", "fsdp2-qlora-2x24gb", "zero3-full-8x80gb"),
)
"""The presets that are run on every architecture."""


def presets() -> Iterator[Case]:
    """What `generate --preset P --model M --gpu G` writes, G being the least machine of the preset.

    With a model of each architecture where the rest of the file is like those of the first presets; else with its own
    model and a few others.
    """
    for one in shipped():
        machine = named_machine(str(one.gpu))
        own = str(one.model)
        row = find(own)
        few = {kind: FIRST[kind] for kind in ARCHITECTURES}
        if row is not None:
            few[str(row.config["model_type"])] = row.id
        for kind, name in (FIRST if one.name in ON_ALL else few).items():
            model = built(name)
            judged = review(adapt(for_model(one.plan, name), model, machine), model, machine)
            if stopping(judged.findings):
                continue  # it is not offered for this model
            yield Case.of(("preset", one.name, kind), document(judged), judged, machine)


def plans(seed: int = SEED) -> Iterator[Case]:
    """What a wizard writes after random answers; every fourth takes all fixes at the end."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(PLANS):
            chance = random.Random(f"{seed} {number}")
            session = _walked(chance, Path(folder))
            if number % 4 == 0:
                fixing.fix_all(session)
            state = session.state
            judged = review(state.plan, state.model, state.machine)
            yield Case.of(("plan", f"{number:03}"), session.rendered(), judged, state.machine)


def _walked(chance: random.Random, folder: Path, most: int = 8) -> Conversation:
    """A conversation after a machine, a random model of a random kind, and some random acts."""
    begun = Script(chance.choice(OPENED_WITH), chance.choice(MACHINES), own=False)
    outside = Noted(begun.demo)
    session = Conversation(begun.opening(folder / "axolotl.yml"), outside)
    session.machine_seen(outside.probe())
    perform(session, Act("model", text=chance.choice(chance.choice(sorted(members().values())))))
    for _ in range(chance.randint(2, most)):
        (make,) = chance.choices(list(MAKERS), weights=list(MAKERS.values()))
        act = make(session, chance)
        if act is not None:
            perform(session, act)
    return session


def fits(seed: int = SEED) -> Iterator[Case]:
    """What `fit --model M --gpu G` finds best, as the command that it names next writes it."""
    chance = random.Random(seed)
    models, machines = sorted(members().values()), sorted(gpus())
    number = 0
    while number < FITS:
        name, prefer = chance.choice(chance.choice(models)), chance.choice(list(PREFERENCES))
        gpu = chance.choice(("", "", "2x", "8x")) + chance.choice(machines)
        model, machine = built(name), named_machine(gpu)
        start = adapt(preset("qlora-24gb").plan.changed({"base_model": name}), model, machine)
        found = answer(start, model, machine, usual(model, ("full", "lora", "lora8", "qlora"), prefer), acceptance)
        best = found.found or found.short
        if best is None:
            continue
        number += 1
        judged = review(best.plan, model, machine)
        yield Case.of(("fit", name, gpu, prefer), document(judged), judged, machine)


def apart(seed: int = answers.SEED) -> Iterator[Case]:
    """What `fit` finds on the random machines of `benchmarks.apart`, where it is held to a sum made by hand."""
    for number, question in enumerate(answers.asked(seed, APART)):
        one, machine = answers.found(question), named_machine(question.gpus)
        if one is not None:
            judged = review(one.plan, built(question.model), machine)
            yield Case.of(("apart", f"{number:03}", question.model, question.gpus), document(judged), judged, machine)


PARTS: dict[str, Callable[..., Iterator[Case]]] = {
    "features": features,
    "presets": presets,
    "plans": plans,
    "fits": fits,
    "apart": apart,
    "kinds": kinds,
    "mixed": mixed,
    "crashes": crashes,
    "data": data,
    "imports": imports,
    "tasks": tasks,
}
OF_A_VERSION = ("crashes",)
"""Those of which a version of Axolotl can be named, for which their files are judged."""
DRAWN = {"plans": plans, "fits": fits, "mixed": mixed, "apart": apart}
"""Those that are drawn: another seed makes others."""
