"""The wizard's one screen: steps at the left, memory, findings and the file at the right, keys below."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from time import perf_counter
from typing import ClassVar

from textual import getters, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical
from textual.widgets import ContentSwitcher, Input

from wizard.domain.finding import Finding
from wizard.steps.catalogue import STEPS
from wizard.steps.draft import Draft
from wizard.steps.opening import Opening
from wizard.steps.ports import Outside
from wizard.steps.search import prepared
from wizard.ui.messages import Answered
from wizard.ui.screens.showing import ShowingScreen
from wizard.ui.widgets.header import title
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.machine_page import MachinePage
from wizard.ui.widgets.memory_panel import MemoryPanel, brief
from wizard.ui.widgets.model_page import ModelPage
from wizard.ui.widgets.question_page import QuestionPage
from wizard.ui.widgets.review_page import ReviewPage
from wizard.ui.widgets.step_bar import StepBar
from wizard.ui.widgets.yaml_panel import YamlPanel

_SLICE = 0.005
"""Seconds of work beside at a time: so long a key may wait for it."""


class WizardScreen(ShowingScreen):
    """Every widget draws from the state and its review, and posts messages back."""

    CSS_PATH = "wizard.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (80, "-normal"), (120, "-wide"), (160, "-huge")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "step(1)", "next", key_display="PgDn", priority=True, tooltip="the next step"),
        Binding("pageup", "step(-1)", "back", key_display="PgUp", priority=True, tooltip="the step before"),
        Binding("f1", "help", "help", priority=True, tooltip="what this question is, and what it costs"),
        Binding("ctrl+f", "fix", "fix", priority=True, tooltip="take the first fix"),
        Binding("ctrl+s", "write", "write", priority=True, tooltip="write the file"),
        Binding("f2", "memory", "memory", priority=True, tooltip="memory, findings and cheapest changes"),
        Binding("f3", "yaml", "file", priority=True, tooltip="the file as it would be written"),
        Binding("ctrl+z", "undo", "undo", priority=True, tooltip="undo the last change"),
        Binding("f4", "difference", "changes", priority=True, tooltip="what has changed, and against what"),
        Binding("f5", "fit", "what fits", priority=True, tooltip="the best that fits, the price of each change"),
        Binding("f6", "data", "data", priority=True, tooltip="how long the rows are; steps and hours of an epoch"),
        Binding("f7", "launch", "launch", priority=True, tooltip="write what starts the run, here or on many machines"),
        Binding("ctrl+y", "redo", "redo", priority=True, tooltip="do again what was undone"),
        Binding("ctrl+g", "fix_all", "fix all safe", priority=True, tooltip="take all safe fixes"),
        Binding("slash", "app.jump", "find", key_display="/", tooltip="jump to a question"),
        Binding("ctrl+q", "app.quit", "quit", tooltip="leave; the work is kept"),
        Binding("ctrl+p", "app.command_palette", "all", tooltip="everything by name"),
        Binding("tab", "app.focus_next", show=False, priority=True),  # at once: what follows is for the next question
        Binding("shift+tab", "app.focus_previous", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("question_mark", "help", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
        *(Binding(str(number + 1), f"go({number})", show=False) for number in range(len(STEPS))),
    ]

    header = getters.query_one("#header", Lines)
    hint = getters.query_one("#hint", Lines)
    brief = getters.query_one("#brief", Lines)
    switcher = getters.query_one(ContentSwitcher)

    def __init__(self, opening: Opening, outside: Outside) -> None:
        super().__init__(opening, outside)
        self.seen: frozenset[int] = frozenset()

    def compose(self) -> ComposeResult:
        """Head, steps, the page beside the memory and the file, the help line, the keys."""
        yield Lines(id="header")
        yield StepBar()
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with ContentSwitcher(initial=f"page-{STEPS[self.here].id}"):
                    yield MachinePage(self.outside)
                    yield ModelPage()
                    for step in STEPS[2:5]:
                        yield QuestionPage(step)
                    yield ReviewPage(self.opening.target)
                yield Lines(id="hint", wraps=True)
            with Container(id="right"):
                yield MemoryPanel()
                yield YamlPanel()
        yield Lines(id="brief")
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Draw the first state."""
        self.draw()
        self.call_after_refresh(self.focus_page)
        self.app.look_out()  # type: ignore[attr-defined]
        rest = chain(prepared(self.session.state), self._pages_ahead())
        self.preparing = self.set_interval(0.001, lambda: self._prepare(rest))

    def _pages_ahead(self) -> Iterator[None]:
        """Draws the pages that are not seen yet."""
        for step in STEPS:
            self.query_one(f"#page-{step.id}").show(self.session.state, self.last)  # type: ignore[attr-defined]
            yield

    def _prepare(self, rest: Iterator[None]) -> None:
        """A little at a time of what the first look at a step would else wait for."""
        end = perf_counter() + _SLICE
        while perf_counter() < end:
            if next(rest, self) is self:
                self.preparing.stop()
                return

    @property
    def target(self) -> str:
        """The file to write; before there is a box for it, the one of the opening."""
        page = next(iter(self.query(ReviewPage)), None)
        return page.path if page is not None else self.opening.target

    def draw(self) -> None:
        """Review the state and draw what is seen of it."""
        state = self.session.state
        self.review_now()
        self.seen |= {self.here}
        changed = bool(self.session.past)
        self.header.put(title(state, waiting=self.found is None, changed=changed, width=self.size.width - 2))
        self.query_one(StepBar).show(self.here, self.seen)
        self.query_one(MachinePage).found = self.found
        self.page.show(state, self.last)  # type: ignore[attr-defined]
        self._draw_beside()

    def _draw_beside(self) -> None:
        """Memory, findings and the file, as far as there is room for them."""
        recent = self.session.recent(self.needs)
        if self.brief.display:
            self.brief.put(brief(self.last, max(20, self.size.width - 4), recent))
        if self.query_one("#right").display:
            self.query_one(MemoryPanel).show(self.last, recent)
            if self.query_one(YamlPanel).display:
                self.query_one(YamlPanel).show(self.shown_file())

    def show_resumed(self, draft: Draft) -> None:
        """The step and the file name that a draft was at."""
        self.query_one("#target", Input).value = draft.target
        self.action_go(draft.step)
        self.draw()
        self.greeting = "Your work is back as you left it."
        self.say(self.greeting)
        self.set_timer(0.5, self._greeted)

    def _greeted(self) -> None:
        self.greeting = None

    def on_resize(self) -> None:
        """What is beside the form depends on the width."""
        self.call_after_refresh(self.draw)

    def focus_page(self) -> None:
        """Give the focus to the first question of the page."""
        page = self.page
        page.scroll_home(animate=False)
        wanted = "#write" if STEPS[self.here].id == "review" else "Options, Input"
        for widget in page.query(wanted):
            if widget.focusable:
                self.set_focus(widget, scroll_visible=False)  # at once: more keys may have come already
                return

    def focus_question(self, identity: str) -> None:
        """Go to a question wherever it is asked."""
        for number, step in enumerate(STEPS):
            if any(question.id == identity for question in step.questions):
                self.action_go(number)
                self.call_after_refresh(self._focus_field, identity)

    def _focus_field(self, identity: str) -> None:
        field = self.query_one(f"#question-{identity}")
        if field.display:
            field.query("Options, Input").first().focus()
        else:
            self.say("This question does not arise with the present answers.")

    def focused_finding(self) -> Finding | None:
        """The finding beside the question with the focus."""
        return self.field.finding if self.field is not None else None

    @on(Answered)
    def go_on(self) -> None:
        """To the next question, after the last one to the next step."""
        questions = [widget for widget in self.focus_chain if self.page in widget.ancestors]
        if questions and self.focused is questions[-1]:
            self.action_step(1)
        else:
            self.focus_next()

    def say(self, text: str) -> None:
        """One sentence in the help line."""
        self.hint.put(text)

    # Keys

    def action_step(self, by: int) -> None:
        """Back or on."""
        self.action_go(min(max(self.here + by, 0), len(STEPS) - 1))

    def action_go(self, step: int) -> None:
        """To any step at any time."""
        if step == self.here and self.focused is not None:
            return
        self.here = step
        self.greeting = None
        self.set_focus(None)  # else the page that is left moves it, and speaks in the help line
        self.switcher.current = f"page-{STEPS[step].id}"
        self.query_one(YamlPanel).display = STEPS[step].id != "review"  # whose page has one
        self.say("")
        self.draw()
        self.refresh(repaint=False, layout=True)  # at once, before anything is drawn as it was laid out
        self.keep()
        self.focus_page()
