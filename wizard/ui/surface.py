"""Where each part of the wizard stands, and what of the conversation is drawn there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.screen import Screen
from textual.widgets import ContentSwitcher

from wizard.questions import steps
from wizard.session.conversation import Conversation
from wizard.ui.keys import LEADING
from wizard.ui.pages import page_of
from wizard.ui.widgets.header import title
from wizard.ui.widgets.heading import Heading
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.memory_panel import MemoryPanel, brief
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.step_bar import StepBar
from wizard.ui.widgets.yaml_panel import YamlPanel

if TYPE_CHECKING:
    from wizard.ui.widgets.entry_field import EntryField
    from wizard.ui.widgets.field import Field


class Surface:
    """Steps at the left, memory, findings and the file at the right; three lines of them below where it is narrow."""

    def __init__(self, screen: Screen[None], session: Conversation) -> None:
        self.screen = screen
        self.session = session

    def compose(self) -> ComposeResult:
        """Every part but the keys."""
        yield Lines(id="header")
        yield StepBar()
        with Horizontal(id="body"):
            with Vertical(id="left"):
                with ContentSwitcher(initial=f"page-{steps.STEPS[self.session.step].id}"):
                    yield page_of(steps.STEPS[self.session.step], self.session)
                yield Lines(id="hint", wraps=True)
            with Container(id="right"):
                yield MemoryPanel()
                with Vertical(id="file"):
                    yield Heading("The file")
                    yield YamlPanel()
        yield Lines(id="brief")

    async def add_pages(self) -> bool:
        """The pages of all other steps, in their order; False where the screen was left before they are there."""
        switcher, here = self.screen.query_one(ContentSwitcher), self.page
        for number, step in enumerate(steps.STEPS):
            if number == self.session.step or not switcher.is_attached:
                continue
            page = page_of(step, self.session)
            page.display = False
            before = number < self.session.step
            await switcher.mount(page, before=here if before else None, after=None if before else here)
            here = here if before else page
        return switcher.is_attached

    @property
    def page(self) -> Page:
        """The page of the present step."""
        return self._page(steps.STEPS[self.session.step].id)

    def _page(self, step: str) -> Page:
        return self.screen.query_one(f"#page-{step}", Page)

    @property
    def _file(self) -> Vertical:
        return self.screen.query_one("#file", Vertical)

    @property
    def field(self) -> Field | None:
        """The question with the focus."""
        from wizard.ui.widgets.field import Field

        focused = self.screen.focused
        above = focused.ancestors if focused is not None else []
        return next((one for one in above if isinstance(one, Field)), None)

    def question(self, identity: str) -> Field | None:
        """The field of a question; None where it does not arise."""
        from wizard.ui.widgets.field import Field
        from wizard.ui.widgets.fold import Fold

        found = self.screen.query_one(f"#question-{identity}")
        if isinstance(found.parent, Fold):
            found.parent.unfold()
        return found if isinstance(found, Field) and found.display else None

    def boxes(self) -> Iterable[EntryField]:
        """Every box of a question."""
        from wizard.ui.widgets.entry_field import EntryField

        return self.screen.query(EntryField)

    def draw_page(self, step: str) -> None:
        """Draw a page, seen or not."""
        self._show(self._page(step), step)

    def _show(self, page: Page, step: str) -> None:
        page.show(self.session.state, self.session.review)
        if self.session.review.judged:
            from wizard.ui.widgets.run_line import tell_last_run

            tell_last_run(page, step, self.session)

    def draw(self) -> None:
        """Draw what is seen."""
        session, screen = self.session, self.screen
        waiting, width = session.found is None, screen.size.width
        head = title(session.state, waiting=waiting, width=width - 2)
        screen.query_one("#header", Lines).put(head)
        screen.query_one(StepBar).show(session.step, session.steps)
        screen.query_one(KeyLine).lead(LEADING.get(steps.STEPS[session.step].id, ""))
        if screen.query_one(ContentSwitcher).current != f"page-{steps.STEPS[session.step].id}":
            self.turn()  # the step that was here does not arise any more
        self._show(self.page, steps.STEPS[session.step].id)
        self._place_file()
        below = screen.query_one("#brief", Lines)
        if below.display:
            below.put(brief(session.review, max(20, width - 4), session.recent))
        if screen.query_one("#right").display:
            screen.query_one(MemoryPanel).show(session.review, session.recent)
            if self._file.display and session.review.judged:
                from wizard.session.filing import shown_file

                self._file.query_one(YamlPanel).show(shown_file(session))

    def name_target(self) -> None:
        """Put the name of the file to write into its box."""
        from wizard.ui.widgets.review_page import ReviewPage

        self.screen.query_one(ReviewPage).put_name(self.session.target)

    def turn(self) -> None:
        """Show the page of the present step."""
        step = steps.STEPS[self.session.step].id
        self.screen.query_one(ContentSwitcher).current = f"page-{step}"
        self._place_file()

    def _place_file(self) -> None:
        """The file stands beside every page but that of the review, which has it."""
        self._file.display = steps.STEPS[self.session.step].id != steps.REVIEW.id
