"""The answers that a person can give, each taken as one change of a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.domain.errors import InputError
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.preset import Preset
from wizard.fit.answer import FitAnswer
from wizard.fit.method import method_changes
from wizard.fit.search import Prefer
from wizard.knowledge.models.catalogue import find
from wizard.questions.question import TypedQuestion, answered
from wizard.questions.taking import taken
from wizard.session.conversation import Conversation
from wizard.session.data_remark import read_by, remark
from wizard.session.offers import from_preset
from wizard.session.opening import spelled, suiting_start
from wizard.session.proposals import Proposal, fitting
from wizard.session.results import ModelTaken, Nothing, PresetTaken, Refused, Result
from wizard.session.rows_seen import rows_seen
from wizard.session.state import State


def take_fields(session: Conversation, fields: Mapping[str, object], says: str) -> Result | Refused:
    """An answer to a question; what it changes beyond its own field, the first, changes along.

    Refused, with the reason, where it would stop the run.
    """
    comes = taken(fields, session.situation, session.review.findings)
    if comes.closed:
        return Refused(comes.closed)
    return _take(session, session.state.with_fields(comes.changes), comes.changes, says)


def take_text(session: Conversation, entry: TypedQuestion, text: str, typed: str = "") -> Result | Refused:
    """A text that was typed; refused, with the reason, where it is none, or would stop the run.

    `typed`: the box where it is typed one key after the other, which is one change. It changes what was there before
    the first key, so that `0` on the way to `0.05` leaves nothing behind.
    """
    before = session.history.before_typing(typed)
    try:
        fields = entry.write(text, before.situation)
    except InputError as error:
        return Refused(error.message)
    comes = taken(fields, before.situation, session.review.findings)
    if comes.closed and not {"datasets", "pretraining_dataset"} & {
        *fields
    }:  # rows may be of a form that only their owner knows
        return Refused(comes.closed)
    says = answered(entry, text.strip())
    return _take(session, before.with_fields(comes.changes), comes.changes, says, typed)


def _take(session: Conversation, state: State, fields: Mapping[str, object], says: str, typed: str = "") -> Result:
    own = dict.fromkeys([next(iter(fields), "")])
    if "datasets" not in fields and "pretraining_dataset" not in fields:
        return session.change(state, says, own if len(fields) > 1 else None, typed)
    session.look_again()
    state, set_by_it, last = read_by(state, session.outside, session.history.before_typing(typed).plan)
    done = session.change(state, says, own if len({**fields, **set_by_it}) > 1 else None, typed)
    plan, head = session.state.plan, last or session.situation.head
    said = remark(plan, head, session.state.model)
    rows = rows_seen(plan, head, session.outside, session.state.file) if said is not None and not typed else None
    return replace(done, remark=replace(said, rows=rows) if said is not None else None)


def take_machine(session: Conversation, machine: Machine) -> Result:
    """Plan for another machine; a preset that was suggested, and not touched since, gives way to the one that suits."""
    before = session.state
    after = suiting_start(before.with_machine(machine), session.outside)
    if after.preset == before.preset:
        return session.change(after, f"machine: {machine.title}", {})
    return session.change(after, f"machine: {machine.title}; the preset {after.preset} suits it, so it is taken")


def name_machine(session: Conversation, text: str) -> Result | Refused:
    """Plan for the machine that a person names; refused, with the nearest name, where there is none."""
    try:
        return take_machine(session, session.outside.machine("named", text))
    except InputError as error:
        return Refused(str(error))


def take_preset(session: Conversation, preset: Preset) -> PresetTaken | Refused:
    """Start from a preset, for this machine; the person's own model and data stay.

    Refused where a file is open, or where the model can't be trained so.
    """
    state = session.state
    if state.file is not None:
        return Refused(f"{state.file} is open")
    started, says = from_preset(preset, state, session.outside)
    closed = started.closed_after(state)
    if closed:
        return Refused(closed)
    return PresetTaken(session.change(started, f"preset: {preset.name}"), says)


def takes_long(session: Conversation, name: str) -> bool:
    """Whether a model of this name is looked up on the network, which may take seconds."""
    return session.outside.hub and find(name) is None


def take_model(
    session: Conversation, name: str, model: Model | None, note: str | None, method: str = ""
) -> ModelTaken | Refused:
    """Train the model that was found under a name; refused where none was, and `note` says why.

    `method`: the one that it was offered with, which changes along.

    Refused too where what is chosen would stop on it, and nothing that could be changed along helps; a person's own
    file is theirs.
    """
    if model is None:
        return Refused(str(note))
    spelt = spelled(name, model.id)
    after = session.state.with_model(spelt, model, note)
    if method:
        after = after.with_fields(method_changes(method, after.plan, model))
    closed = after.closed_after(session.state)
    if closed:
        return Refused(closed)
    done = session.change(after, f"model: {spelt}" + (f", as {method}" if method else ""))
    return ModelTaken(done, spelt, model.id if spelt != model.id else None, note)


def take_shapes(session: Conversation, name: str, like: str) -> ModelTaken | Refused:
    """Train a model that can't be found, with the shapes that it is said to have: another's, or those of a size."""
    return take_model(session, name, *session.outside.shapes_as(name, like))


def take_proposal(session: Conversation, proposal: Proposal) -> Result:
    """Take a change of those that fit or save."""
    return session.change(session.state.with_fields(proposal.changes), " ".join(proposal.label.split()), {})


def take_best(session: Conversation, prefer: Prefer = "quality") -> tuple[Result, FitAnswer | None]:
    """Take what fits best; and the answer it is of, None where the model is not known."""
    found = fitting(session.state, prefer)
    best = found.found if found is not None else None
    if best is None:
        return Nothing("no best"), found
    return session.change(session.state.with_fields(best.changes), f"taken: {best.choice.says}", {}), found
