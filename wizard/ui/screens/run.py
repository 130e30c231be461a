"""A run: what it holds beside what was forecast, and what it prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Key
from textual.screen import Screen

from wizard.session.run_view import RunSeen, RunSource
from wizard.ui.screens.run_help import RunHelpScreen
from wizard.ui.sized import Sized
from wizard.ui.widgets.held_table import HeldTable
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.output_pane import OutputPane

EVERY = 1.0
"""Seconds between two looks: over a slow line more would be a burden."""
_SURE = "stop the run? q again: yes, as Ctrl+C does; another key: no"
_LEAVE = (
    Binding("q", "ask", "leave"),
    Binding("pageup", "page(-1)", "back", key_display="PgUp"),
    Binding("pagedown", "page(1)", "forward", key_display="PgDn"),
    Binding("f1", "help", "help"),
)


class RunScreen(Sized, Screen[None]):
    """Looks once a second; of what is as it was nothing is sent."""

    DEFAULT_CSS = """
    RunScreen { layout: vertical; }
    RunScreen > #header { height: 1; padding: 0 1; background: $panel; color: $foreground; }
    RunScreen > #news { padding: 0 1; max-height: 4; display: none; color: $text-warning; }
    RunScreen > #news.-said { display: block; }
    RunScreen > #says { padding: 0 1; height: 1; color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "ask", "stop"),
        Binding("s", "after_save", "stop after save"),
        Binding("space,p", "pause", "pause", key_display="Space"),
        Binding("pageup", "page(-1)", "back", key_display="PgUp"),
        Binding("pagedown", "page(1)", "forward", key_display="PgDn"),
        Binding("f1,question_mark", "help", "help", key_display="F1"),
        Binding("up", "row(-1)", show=False),
        Binding("down", "row(1)", show=False),
        Binding("home", "page(-1000000)", show=False),
        Binding("end", "page(1000000)", show=False),
        Binding("enter,escape", "close", show=False),
    ]

    def __init__(self, source: RunSource, leave: Callable[[], None], is_behind: Callable[[], bool]) -> None:
        super().__init__()
        self.source = source
        self.leave = leave
        self.is_behind = is_behind
        self.seen: RunSeen | None = None
        self._asked = False

    def compose(self) -> ComposeResult:
        """Where it is, what it holds, what was said, what it prints, keys."""
        yield Lines(id="header")
        yield HeldTable(id="held")
        yield Lines(id="news", wraps=True)
        yield OutputPane(self.source.output)
        yield Lines(id="says")
        shown = self.source.launched
        yield KeyLine(one for one in self.BINDINGS if shown or getattr(one, "action", "") != "after_save")

    def on_mount(self) -> None:
        """From now on, once a second."""
        self.look()
        self.set_interval(EVERY, self.look)

    def look(self) -> None:
        """Draw what is known now."""
        if self.is_behind():
            return
        before, seen = self.seen, self.source.look()
        if seen.closes:
            self.leave()
            return
        self.seen = seen
        if before is None or before.where != seen.where or before.ended != seen.ended:
            self._head(seen)
        if before is None or before.rows != seen.rows:
            self.query_one(HeldTable).show(seen.rows)
        if before is None or before.news != seen.news:
            news = self.query_one("#news", Lines)
            news.set_class(bool(seen.news), "-said")
            news.put("\n".join(f"! {one}" for one in seen.news[-2:]))
        if seen.ended and not (before and before.ended):
            self._ends()
        self.query_one(OutputPane).look()

    def _head(self, seen: RunSeen) -> None:
        self.query_one("#header", Lines).put(
            Text.assemble(("memwizard ", "bold"), self.source.name, "  ", (seen.ended or seen.where, "bold"))
        )

    def _ends(self) -> None:
        """The verdict stands below what the run printed, and stays until a key is pressed."""
        self._asked = False
        self.say("it is over: q, Enter or Esc leaves, and prints all of this on the terminal")
        line = self.query_one(KeyLine)
        line.keys = [*_LEAVE]
        line.on_resize()
        self.query_one(OutputPane).top(self.source.verdict_at)

    def say(self, sentence: str) -> None:
        """A sentence above the keys."""
        self.query_one("#says", Lines).put(sentence)

    @property
    def over(self) -> bool:
        """Whether the run has ended."""
        return self.seen is not None and bool(self.seen.ended)

    def on_key(self, event: Key) -> None:
        """Any other key takes the question back."""
        if self._asked and event.key != "q":
            self._asked = False
            self.say("")

    def action_close(self) -> None:
        """Leave, where it is over."""
        if self.over:
            self.leave()

    def action_ask(self) -> None:
        """Stop it, once that is meant."""
        if self.over or not self.source.launched or self._asked:
            self.action_stop()
        else:
            self._asked = True
            self.say(_SURE)

    def action_stop(self) -> None:
        """At once, as Ctrl+C does."""
        self._asked = False
        if self.over:
            self.leave()
        else:
            self.say(self.source.stop())

    def action_after_save(self) -> None:
        """After the next save, or no more."""
        if self.source.launched and not self.over:
            self.say(self.source.after_save())

    def action_pause(self) -> None:
        """Let the output stand, or go on."""
        self.query_one(OutputPane).pause()

    def action_page(self, pages: int) -> None:
        """Through the output."""
        pane = self.query_one(OutputPane)
        pane.scroll(pages * max(1, pane.content_size.height - 1))

    def action_row(self, rows: int) -> None:
        """Through the output, line by line."""
        self.query_one(OutputPane).scroll(rows)

    def action_help(self) -> None:
        """What stands where, and all keys."""
        self.app.push_screen(RunHelpScreen(launched=self.source.launched))
