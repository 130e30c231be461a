"""Which widget is the page of which step: a page of questions, unless another one is named here."""

from __future__ import annotations

from collections.abc import Callable

from wizard.questions.question import Step
from wizard.session.conversation import Conversation
from wizard.ui.widgets.machine_page import MachinePage
from wizard.ui.widgets.model_page import ModelPage
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.question_page import QuestionPage
from wizard.ui.widgets.review_page import ReviewPage

PAGES: dict[str, Callable[[Conversation], Page]] = {
    "machine": MachinePage,
    "model": lambda session: ModelPage(),
    "review": ReviewPage,
}


def page_of(step: Step, session: Conversation) -> Page:
    """The page of a step, which has the id `page-` and that of the step."""
    special = PAGES.get(step.id)
    return QuestionPage(step) if special is None else special(session)
