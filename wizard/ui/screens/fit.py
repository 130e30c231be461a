"""F5: what fits, the price of each change, and the map."""

from __future__ import annotations

import re
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.geometry import Region

from wizard.fit.map import Cell, survey
from wizard.fit.method import METHODS, method_of
from wizard.fit.search import PREFERENCES, Prefer
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.knowledge.preference import map_lengths
from wizard.output.text.fit_map import legend, map_lines
from wizard.questions.steps import where
from wizard.session.proposals import Proposal, fitting, otherwise, proposals
from wizard.session.state import State
from wizard.ui.screens.over import OverScreen
from wizard.ui.screens.page import PageScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.options import Line, Options


class FitScreen(OverScreen[Proposal | None]):
    """The best and every single change as a list; Enter takes one."""

    DEFAULT_CSS = """
    FitScreen { align: center middle; }
    FitScreen > #frame { width: 100%; max-width: 110; height: 1fr; background: $surface; border: solid $primary; }
    FitScreen > #frame { padding: 0 1; scrollbar-size-vertical: 1; }
    FitScreen > #about { height: auto; min-height: 4; max-height: 8; width: 100%; max-width: 110; }
    FitScreen > #about { padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take it", key_display="Enter"),
        Binding("p", "prefer", "prefer other"),
        Binding("m", "map", "map"),
        Binding("escape,q,f5", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, state: State) -> None:
        super().__init__()
        self.state = state
        self.prefer: Prefer = "quality"
        self.proposals: tuple[Proposal, ...] = ()

    def compose(self) -> ComposeResult:
        """The list, what the line under the pointer means, the keys."""
        with VerticalScroll(id="frame", can_focus=False):
            yield Options(id="proposals")
        yield Lines(id="about", wraps=True)
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """Search at once: keys may have come already."""
        self.query_one(Options).focus()
        self.search()

    def search(self) -> None:
        """The answer for the preference, drawn."""
        found = fitting(self.state, self.prefer)
        frame = self.query_one("#frame")
        frame.border_title = f"What fits · prefer {self.prefer} · GiB saved (-) or taken (+)"
        if found is None:
            self.query_one("#about", Lines).put("No estimate: the model's shapes are not known.")
            return
        self.proposals = proposals(found)
        lines = [Line(one.label, one.about, one.fit, one.needs) for one in self.proposals]
        options = self.query_one(Options)
        options.show(lines, None)
        options.pointer = 0
        options.redraw()
        frame.scroll_home(animate=False)
        self.query_one("#about", Lines).put(otherwise(found) or self._about(0))

    def _about(self, place: int) -> str:
        return self.proposals[place].about if place < len(self.proposals) else ""

    @on(Options.Pointed)
    def explain(self, event: Options.Pointed) -> None:
        """Say what the change means, and keep it in sight."""
        event.stop()
        if event.holds:
            self.query_one("#frame").scroll_to_region(Region(0, event.index, 1, 1), animate=False)
            self.query_one("#about", Lines).put(self._about(event.index))

    @on(Options.Chosen)
    def take(self, event: Options.Chosen) -> None:
        """Back to the wizard with it."""
        event.stop()
        if event.holds:
            self.dismiss(self.proposals[event.index])

    def action_take(self) -> None:
        """Take what is under the pointer."""
        self.query_one(Options).action_choose()

    def action_prefer(self) -> None:
        """The next preference."""
        self.prefer = PREFERENCES[(PREFERENCES.index(self.prefer) + 1) % len(PREFERENCES)]
        self.search()

    def action_map(self) -> None:
        """Methods of this model, then all models, against lengths."""
        self.app.push_screen(PageScreen("What fits: rows on the GPU at once, against lengths", self._map()))

    def _map(self) -> Text:
        state, lengths = self.state, map_lengths()
        if state.machine.free_bytes is None:
            return Text(f"Whether anything fits is unknown: no GPU is known. Name one at {where('machine')}.")
        width = max(40, min(self.size.width, 110) - 6)
        parts, every = [], list[Cell]()
        if state.model is not None:
            own = survey(state.plan, [state.model], [state.machine], METHODS, lengths)
            parts.append(map_lines(own, width, by_method=True))
            every += own
        models = [built(row.id) for row in sorted(catalogue().values(), key=lambda row: row.parameters)]
        cells = survey(state.plan, models, [state.machine], (method_of(state.plan) or "qlora",), lengths)
        parts.append(map_lines(cells, width, by_method=False))
        return Text("\n\n").join([*(heated(part) for part in parts), Text(legend([*every, *cells]), "dim")])

    def action_leave(self) -> None:
        """Back to the wizard, with nothing."""
        self.dismiss(None)


_HEAT = ((r"(?<=  )over(?= |$)", "red"), (r"(?<=  )tight(?= |$)", "yellow"), (r"(?<=  )[1-9]\d*(?= |$)", "green"))
_MANY = r"(?<=  )(?:[89]|[1-9]\d+)(?= |$)"
"""Room for eight rows or more on a GPU at once."""


def heated(table: str) -> Text:
    """A table of the map: what is over, tight and fits is told apart from afar, and where there is much room."""
    head, _, rows = table.partition("\n")
    text = Text(rows)
    for pattern, style in (*_HEAT, (_MANY, "bold")):
        text.highlight_regex(re.compile(pattern, re.MULTILINE), style)
    return Text("\n").join([Text.assemble((head, "bold")), text])
