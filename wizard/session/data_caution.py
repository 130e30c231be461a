"""What is lost of a person's own rows, said before the file is written, and what is set so that less is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from wizard.axolotl import batch
from wizard.axolotl.kinds import kind_of
from wizard.data.advice import Advice, DataCaution
from wizard.domain.errors import InputError
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.knowledge.kinds import kinds
from wizard.questions.rows import data_entries, found_of, place_of
from wizard.session.conversation import Conversation
from wizard.session.data_remark import unseen
from wizard.session.fixes import next_fix
from wizard.session.ports import Data
from wizard.session.results import Result
from wizard.session.state import State

_PACE = ("gradient_accumulation_steps", "batch_size")
"""What the rows of one update follow, beside those that a GPU has at once."""


def caution(state: State, head: Head | None, data: Data) -> DataCaution:
    """What is lost; nothing of rows that are not here. May take a second.

    `head`: that of the plan's first data file.
    """
    if head is None or not head.rows:
        return DataCaution()
    try:
        told = data.caution(state.plan, state.machine, state.file)
    except InputError:
        told = DataCaution()  # the findings say what is wrong with the file
    each = (_unseen(state, one, head, data) for one in data_entries(state.plan))
    return replace(told, unseen=next(filter(None, each), ""))


def _unseen(state: State, entry: Mapping[str, object], head: Head, data: Data) -> str:
    place = place_of(entry)
    here = head if place == head.path else data.head(place)
    return unseen(state.plan, entry, found_of(state.plan, entry, here), state.model)


def heed(session: Conversation, plan: Plan, told: DataCaution, *, sets: bool = True) -> Result | None:
    """Keep what was told of a plan's rows. Where they make few steps and the batch was left to us, set what makes more:
    once for the same data, so that it can be undone. None where nothing was set, as without `sets`.
    """
    if plan != session.state.plan:
        return None
    session.cautioned = plan, told
    places = tuple(map(place_of, data_entries(plan)))
    if not sets or told.more is None or places in session.paced or not _left_to_us(session.state):
        return None
    session.paced[places] = told.more
    return take_more_steps(session, told.more)


def take_more_steps(session: Conversation, more: Advice) -> Result:
    """Set what makes more steps of the rows."""
    return session.change(session.state.with_fields(more.changes), more.says, more.changes)


def offered(session: Conversation) -> Advice | None:
    """What makes more steps of the rows, where the fix key takes it: no finding has a fix that comes before."""
    plan, told = session.cautioned
    return told.more if plan == session.state.plan and next_fix(session.review) is None else None


def set_by_us(session: Conversation) -> Advice | None:
    """What was set for the rows by itself, as long as it stands."""
    plan = session.state.plan
    found = session.paced.get(tuple(map(place_of, data_entries(plan))))
    return found if found is not None and plan.get(found.field) == found.value else None


def _left_to_us(state: State) -> bool:
    """Whether the rows of one update are as they came from the preset, or from the kind of training taken since."""
    wish, origin = state.wish, state.origin
    kind = kinds().get(kind_of(wish))
    least = kind.rows if kind is not None else 1
    micro = batch.micro_batch_size(wish) == max(least, batch.micro_batch_size(origin))
    return state.file is None and micro and all(wish.get(key) == origin.get(key) for key in _PACE)
