"""From step to step and from question to question, on the screen."""

from __future__ import annotations

from wizard.questions import steps
from wizard.ui.stage import Stage
from wizard.ui.widgets.fold import Fold


class Moving:
    """Where the person is."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session = stage.session

    def go(self, step: int) -> None:
        """To any step."""
        if step != self.session.step or self.stage.focused is None:
            self.session.go(step)
            self.arrive()

    def arrive(self) -> None:
        """Show the page of the step that the conversation is at."""
        self.stage.set_focus(None)  # else the page that is left moves it, and speaks in the help line
        self.stage.turn()
        self.focus_page()

    def focus_page(self) -> None:
        """Give the focus to where the page begins."""
        page = self.stage.page
        page.scroll_home(animate=False)
        for widget in page.query(page.begins_at()):
            if widget.focusable:
                self.stage.set_focus(widget, scroll_visible=False)  # at once: more keys may have come already
                return

    def question(self, identity: str) -> None:
        """To a question wherever it is asked."""
        for number, question in steps.questions():
            if question.id == identity:
                self.go(number)
                self.stage.call_after_refresh(self._focus_field, identity)

    def _focus_field(self, identity: str) -> None:
        field = self.stage.question(identity)
        if field is not None:
            field.query("Options, Input").first().focus()
        else:
            self.stage.say("This question does not arise with the present answers.")

    def to_name(self) -> None:
        """To the box with the name of the file, on the last step."""
        self.go(steps.position("review"))
        self.stage.call_after_refresh(self._focus_name)

    def _focus_name(self) -> None:
        for box in self.stage.page.query("#target"):
            box.focus()
        self.stage.say("Type another name; Enter writes the file there.")

    def more(self) -> None:
        """To the first folded question of the step."""
        for fold in self.stage.page.query(Fold):
            self.stage.call_after_refresh(fold.first)
            return
        self.stage.say("This step has no further questions; F8 has every key.")

    def on(self) -> None:
        """To the next question, after the last one to the next step."""
        stage = self.stage
        questions = [widget for widget in stage.focus_chain if stage.page in widget.ancestors]
        if questions and stage.focused is questions[-1]:
            stage.action_go(self.session.beside(1))
        else:
            stage.focus_next()
