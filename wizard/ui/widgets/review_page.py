"""Step 6: the file as it would be written, its name, and the way to write it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Button, Input, Static

from wizard.questions.steps import REVIEW
from wizard.review import Review
from wizard.session.conversation import Conversation
from wizard.session.filing import shown_file
from wizard.session.own_file import understood
from wizard.session.state import State
from wizard.ui.messages import Hint
from wizard.ui.symbols import UNICODE
from wizard.ui.widgets.caution_line import CautionLine
from wizard.ui.widgets.fold import Fold
from wizard.ui.widgets.heading import Heading
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.row import Row
from wizard.ui.widgets.run_line import RunLine
from wizard.ui.widgets.yaml_panel import YamlPanel


class ReviewPage(Vertical, Page):
    """The YAML, the findings in short, the target and the button."""

    DEFAULT_CSS = """
    ReviewPage { padding: 0 1; }
    ReviewPage > .asks { text-style: bold; }
    ReviewPage > Horizontal { height: 1; }
    ReviewPage > Horizontal > Static { width: auto; }
    ReviewPage > Horizontal > Input { width: 1fr; }
    ReviewPage #write { min-width: 11; background: $panel; color: $primary; text-style: bold; }
    ReviewPage #write:focus { background: $primary; color: $background; text-style: bold underline; }
    ReviewPage #write:focus { background-tint: $primary 0%; }
    ReviewPage > #kept { height: auto; max-height: 60%; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    ReviewPage > YamlPanel { height: 1fr; }
    """

    def __init__(self, session: Conversation) -> None:
        super().__init__(id=f"page-{REVIEW.id}")
        self.session = session

    def compose(self) -> ComposeResult:
        """Name of the file and button first, so that Enter writes; the YAML below."""
        yield Lines(REVIEW.asks, classes="asks")
        yield Static("", id="verdict")
        yield RunLine()
        yield CautionLine()
        with Row():
            yield Static("[b]Write to[/b] ")
            box = Input(self.session.target, id="target", compact=True)
            box.cursor_blink = False
            yield box
            yield Button(Content("[ Write ]"), id="write", compact=True, variant="primary")
        with VerticalScroll(id="kept", can_focus=False):
            yield Fold(REVIEW)
        yield Heading("The file")
        panel = YamlPanel()
        panel.can_focus = True
        yield panel

    def show(self, state: State, review: Review) -> None:
        """Draw the file of this state."""
        counts = {
            kind: sum(finding.severity == kind for finding in review.findings) for kind in ("error", "warning", "hint")
        }
        said = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items() if count)
        found = said or ("no findings" if review.judged else f"findings {UNICODE.awaited}")
        self.query_one("#verdict", Static).update(f"{found}. {understood(state)}".strip())
        self.query_one(CautionLine).look(self.session)
        self.query_one(Fold).show(self.session.situation, review)
        if review.judged:
            self.query_one(YamlPanel).show(shown_file(self.session))

    def begins_at(self) -> str:
        """The button, so that Enter writes."""
        return "#write"

    def on_mount(self) -> None:
        """What stands in the box is the file to write, from the key on that puts it there."""
        self.watch(self.query_one("#target", Input), "value", self._named, init=False)

    def _named(self, value: str) -> None:
        self.session.name_target(value.strip())

    def put_name(self, path: str) -> None:
        """Put a name into the box."""
        self.query_one("#target", Input).value = path

    @on(Input.Submitted, "#target")
    async def write_now(self, event: Input.Submitted) -> None:
        """Enter in the box writes."""
        event.stop()
        await self.run_action("screen.write")

    def on_descendant_focus(self) -> None:
        """Say what happens next."""
        if self.screen.focused is not None and self.query_one(Fold) in self.screen.focused.ancestors:
            return  # it says so itself
        self.post_message(
            Hint("Nothing is written before you say so; an existing file is shown as a difference first.")
        )
