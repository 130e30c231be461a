"""The whole file in the person's own editor, which has the terminal meanwhile."""

from __future__ import annotations

from textual.app import SuspendNotSupported

from wizard.domain.errors import InputError
from wizard.session.conversation import Conversation
from wizard.session.editing import edited, take_edited
from wizard.session.results import Changed, Nothing, Refused
from wizard.ui import phrases
from wizard.ui.screens.mend import MendScreen
from wizard.ui.stage import Stage


async def edit(stage: Stage) -> None:
    """Edit it until it is a config or is dropped; what it says then is taken as one change."""
    session = stage.session
    try:
        text = session.rendered()
    except InputError as error:
        stage.say(phrases.refused(Refused(str(error))))
        return
    while True:
        left = _left(stage, session, text)
        if isinstance(left, Refused) and left.again is None:
            stage.say(phrases.refused(left))
            return
        done = left if isinstance(left, Refused) else take_edited(session, left)
        text = left if isinstance(left, str) else left.again or text
        if not isinstance(done, Refused):
            stage.took(done, _said(done))
            return
        if not await stage.app.push_screen_wait(MendScreen(done.reason)):
            stage.say("What was edited is dropped; nothing has changed.")
            return


def _left(stage: Stage, session: Conversation, text: str) -> str | Refused:
    """The text as the editor leaves it. What the terminal shows is not known after it."""
    try:
        with stage.app.suspend():
            return edited(session, text)
    except SuspendNotSupported:
        return Refused("this terminal can't be lent to an editor")
    finally:
        stage.app.action_redraw()  # type: ignore[attr-defined]


def _said(done: Changed | Nothing) -> str:
    if isinstance(done, Nothing):
        return "The file is as it was."
    also = f": {', '.join(done.also)}" if done.also else ""
    return f"Taken from the editor{also}. Ctrl+Z undoes it."
