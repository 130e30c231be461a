"""The whole file in the person's own editor, and what comes back, as one change of a conversation."""

from __future__ import annotations

from dataclasses import replace

from wizard.domain.errors import EditError, InputError
from wizard.domain.plan import changes
from wizard.output.yaml import comments
from wizard.session.conversation import Conversation
from wizard.session.every_key import with_its_model
from wizard.session.results import Refused, Result
from wizard.session.state import Edited, State

SAYS = "the file, by hand"


def name_of(session: Conversation) -> str:
    """What the file is called while it is edited."""
    return session.target if session.target not in ("", "-") else "axolotl.yml"


def edited(session: Conversation, text: str) -> str | Refused:
    """The text as the editor leaves it; refused, with the reason, where there is none or it fails."""
    try:
        return session.outside.edit(text, name_of(session))
    except EditError as error:
        return Refused(error.message, error.text)
    except InputError as error:
        return Refused(error.message)


def take_edited(session: Conversation, text: str) -> Result | Refused:
    """What the text says is the plan now; what is beside its values, comments and order, stays in the file as well.

    Refused, with the line, where it is no config: the caller keeps the text, so that it can be mended.
    """
    try:
        plan = session.outside.understood(text, name_of(session))
        shown = session.rendered()
    except InputError as error:
        return Refused(str(error))
    state = session.state
    fields = changes(state.plan, plan)
    after = with_its_model(session, replace(state, plan=plan, wish=state.wish.changed(fields)))
    if not _only_values(session, after, shown, text):
        told = {} if state.file is not None else comments(session.review)
        after = replace(after, edited=Edited(text, plan, told))
    elif not fields:
        after = state
    return session.change(after, SAYS, {})


def _only_values(session: Conversation, after: State, shown: str, text: str) -> bool:
    """Whether the text is what comes of its values alone."""
    try:
        return session.outside.rewrite(shown, changes(session.state.plan, after.plan), name_of(session)) == text
    except InputError:
        return False
