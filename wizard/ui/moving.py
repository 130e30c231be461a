"""From step to step and from question to question, on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.questions import steps

if TYPE_CHECKING:
    from wizard.ui.screens.wizard import WizardScreen


class Moving:
    """Where the person is."""

    def __init__(self, wizard: WizardScreen) -> None:
        self.wizard = wizard
        self.session = wizard.session

    @property
    def _reviews(self) -> bool:
        return self.session.step == steps.position(steps.REVIEW.id)

    def go(self, step: int) -> None:
        """To any step."""
        if step != self.session.step or self.wizard.focused is None:
            self.session.go(step)
            self.arrive()

    def arrive(self) -> None:
        """Show the page of the step that the conversation is at."""
        wizard = self.wizard
        wizard.greeting = None
        wizard.set_focus(None)  # else the page that is left moves it, and speaks in the help line
        wizard.switcher.current = f"page-{steps.STEPS[self.session.step].id}"
        wizard.file_panel.display = not self._reviews  # whose page has one
        wizard.say("")
        wizard.draw()
        wizard.refresh(repaint=False, layout=True)  # at once, before anything is drawn as it was laid out
        self.focus_page()

    def focus_page(self) -> None:
        """Give the focus to the first question of the page."""
        page = self.wizard.page
        page.scroll_home(animate=False)
        for widget in page.query("#write" if self._reviews else "Options, Input"):
            if widget.focusable:
                self.wizard.set_focus(widget, scroll_visible=False)  # at once: more keys may have come already
                return

    def question(self, identity: str) -> None:
        """To a question wherever it is asked."""
        for number, question in steps.questions():
            if question.id == identity:
                self.go(number)
                self.wizard.call_after_refresh(self._focus_field, identity)

    def _focus_field(self, identity: str) -> None:
        field = self.wizard.query_one(f"#question-{identity}")
        if field.display:
            field.query("Options, Input").first().focus()
        else:
            self.wizard.say("This question does not arise with the present answers.")

    def on(self) -> None:
        """To the next question, after the last one to the next step."""
        wizard = self.wizard
        questions = [widget for widget in wizard.focus_chain if wizard.page in widget.ancestors]
        if questions and wizard.focused is questions[-1]:
            wizard.action_step(1)
        else:
            wizard.focus_next()
