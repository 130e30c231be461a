"""What the last run died of, where no single question can help."""

from __future__ import annotations

from textual.widget import Widget

from wizard.session.conversation import Conversation
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.entry_field import EntryField
from wizard.ui.widgets.finding_line import FindingLine, of_run
from wizard.ui.widgets.lines import Lines


class RunLine(Lines):
    """The whole sentence; gone where there is none."""

    DEFAULT_CSS = """
    RunLine { display: none; }
    RunLine.-said { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(wraps=True)

    def show(self, says: str) -> None:
        """Draw the sentence, or nothing."""
        self.set_class(bool(says), "-said")
        self.put(of_run(says) if says else "")


def tell_last_run(page: Widget, step: str, session: Conversation) -> None:
    """Say on a page, and on its questions, what the last run died of there."""
    run = session.last_run
    for field in page.query("ChoiceField, EntryField"):
        assert isinstance(field, ChoiceField | EntryField)
        field.query_one(FindingLine).tell(run if run is not None and run.on(field.question.id) else None)
    here = run is not None and run.at.step.id == step and (run.at.question is None or run.at.question.folded)
    for line in page.query(RunLine):
        line.show(run.says if run is not None and here else "")
