"""Step 6: the file as it would be written, its name, and the way to write it."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Button, Input, Static

from wizard.review import Review
from wizard.steps.own_file import understood
from wizard.steps.session import State
from wizard.ui.messages import Hint
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.row import Row
from wizard.ui.widgets.yaml_panel import YamlPanel


class ReviewPage(Vertical, Page):
    """The YAML, the findings in short, the target and the button."""

    DEFAULT_CSS = """
    ReviewPage { padding: 0 1; }
    ReviewPage > .asks { text-style: bold; }
    ReviewPage > Horizontal { height: 1; }
    ReviewPage > Horizontal > Static { width: auto; }
    ReviewPage > Horizontal > Input { width: 1fr; }
    ReviewPage > YamlPanel { height: 1fr; border-top: solid $primary; }
    """

    def __init__(self, target: str) -> None:
        super().__init__(id="page-review")
        self.target = target

    def compose(self) -> ComposeResult:
        """Name of the file and button first, so that Enter writes; the YAML below."""
        yield Lines("Is it as you want it?", classes="asks")
        yield Static("", id="verdict")
        with Row():
            yield Static("[b]Write to[/b] ")
            box = Input(self.target, id="target", compact=True)
            box.cursor_blink = False
            yield box
            yield Button("Write", id="write", compact=True, variant="primary")
        panel = YamlPanel()
        panel.can_focus = True
        yield panel

    def show(self, state: State, review: Review) -> None:
        """Draw the file of this state."""
        counts = {
            kind: sum(finding.severity == kind for finding in review.findings) for kind in ("error", "warning", "hint")
        }
        said = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items() if count)
        self.query_one("#verdict", Static).update(f"{said or 'no findings'}. {understood(state)}".strip())
        self.query_one(YamlPanel).show(self.screen.shown_file())  # type: ignore[attr-defined]

    @property
    def path(self) -> str:
        """The file to write."""
        return next((box.value.strip() for box in self.query("#target").results(Input)), self.target)

    @on(Input.Submitted)
    def write_now(self, event: Input.Submitted) -> None:
        """Enter in the box writes."""
        event.stop()
        self.query_one(Button).press()

    def on_descendant_focus(self) -> None:
        """Say what happens next."""
        self.post_message(
            Hint("Nothing is written before you say so; an existing file is shown as a difference first.")
        )
