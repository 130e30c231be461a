"""The data file that was named when the wizard was started, taken as if it were typed in its box."""

from __future__ import annotations

from wizard.questions.data import DATA
from wizard.questions.question import Question, TypedQuestion
from wizard.session.answers import take_text
from wizard.session.conversation import Conversation
from wizard.session.results import Refused, Result


def take_named(session: Conversation) -> Result | Refused | None:
    """Take it, once; None where none was named, or it was taken."""
    path, session.awaited = session.awaited, None
    return take_text(session, _box(DATA.questions), path) if path is not None else None


def _box(questions: tuple[Question, ...]) -> TypedQuestion:
    return next(one for one in questions if isinstance(one, TypedQuestion) and one.id == "path")
