"""Any key of the file, set or taken out by its name, as one change of a conversation."""

from __future__ import annotations

from dataclasses import replace

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE, Plan
from wizard.questions.every_key import changed_by, one, shown
from wizard.session.conversation import Conversation
from wizard.session.results import Changed, Refused, Result
from wizard.session.state import State


def set_key(session: Conversation, path: str, text: str) -> Result | Refused:
    """A text typed for a key, `trl.beta` or `datasets[0].type` too; an empty one, or `null`, takes the key out.

    Refused, with the reason, where Axolotl's schema does not take the value. What a run would stop of is told by the
    findings, and nothing else changes along: who names a key means it.
    """
    state = session.state
    try:
        changes = changed_by(state.plan, path, text, session.outside.value)
    except InputError as error:
        return Refused(error.message)
    after = with_its_model(session, state.with_fields(changes))
    now = one(after.plan, path)
    says = f"{path}: {shown(now.value)}" if now.is_set else f"{path}: not set"
    done = session.change(after, says, {path.partition(".")[0].partition("[")[0]: None})
    if "datasets" in changes:
        session.look_again()
    return done


def with_its_model(session: Conversation, state: State) -> State:
    """The state with the model that its plan names, where that is another."""
    named = state.plan.get("base_model")
    if named == session.state.plan.get("base_model"):
        return state
    model, note = session.outside.model(named) if isinstance(named, str) else (None, "no base_model is set")
    return replace(state, model=model, model_note=note)


def source(state: State, top: str) -> str:
    """Where the value of a field comes from: the preset, the person's file, the person, or what it was suited to."""
    began = "your file" if state.file is not None else f"the preset {state.preset}"
    if _value(state.plan, top) == _value(state.origin, top):
        return began if top in state.plan else ""
    return "you" if _value(state.plan, top) == _value(state.wish, top) else "the machine"


def _value(plan: Plan, top: str) -> object:
    return plan.values.get(top, REMOVE)


def found_on(done: Changed, path: str) -> list[Finding]:
    """The findings that a change has brought on this key, or on all where the key has none."""
    known = {(finding.code, finding.fields) for finding in done.before.findings}
    new = [finding for finding in done.after.findings if (finding.code, finding.fields) not in known]
    top = path.partition(".")[0].partition("[")[0]
    return [finding for finding in new if any(field.startswith(top) for field in finding.fields)] or new
