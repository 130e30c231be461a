"""Which widget is the page of which step: a page of questions, unless another one is named here."""

from __future__ import annotations

from wizard.questions.question import Step
from wizard.session.conversation import Conversation
from wizard.ui.widgets.page import Page


def page_of(step: Step, session: Conversation) -> Page:
    """The page of a step, which has the id `page-` and that of the step."""
    if step.id == "machine":
        from wizard.ui.widgets.machine_page import MachinePage

        return MachinePage(session)
    if step.id == "model":
        from wizard.ui.widgets.model_page import ModelPage

        return ModelPage()
    if step.id == "review":
        from wizard.ui.widgets.review_page import ReviewPage

        return ReviewPage(session)
    if step.id == "data":
        from wizard.ui.widgets.data_page import DataPage

        return DataPage(step, session)
    from wizard.ui.widgets.question_page import QuestionPage

    return QuestionPage(step, session)
