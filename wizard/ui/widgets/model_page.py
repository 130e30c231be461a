"""Step 2: the base model, searched as you type, sorted by what fits."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Input
from textual.widgets.data_table import RowKey

from wizard.domain.estimate import Fit
from wizard.domain.units import billions, gib_number
from wizard.knowledge.models.catalogue import CatalogueModel, built, find, gated
from wizard.knowledge.models.recommended import Kind
from wizard.review import Review
from wizard.session.model_search import Offered, Priced, filters, found, offered, priced
from wizard.session.state import State
from wizard.ui.messages import Hint, ModelChosen
from wizard.ui.symbols import FIT_STYLE, fit_text
from wizard.ui.widgets.page import Page
from wizard.ui.widgets.title import Title

_WIDEST = 60
_HOW = (
    "★ suits this machine and data. Type to search: words, a kind (base, instruct, vision, sound, code), <8B. Enter "
    "takes; Down goes to the list."
)
_FIGURES = (("  size", 6), ("fit", 9), ("  GiB", 6))


class ModelPage(Vertical, Page):
    """A search box over the catalogue; an id or a folder can be typed as well."""

    DEFAULT_CSS = """
    ModelPage { padding: 0 1; }
    ModelPage > Title { margin-bottom: 1; }
    ModelPage > DataTable { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("down", "to_list", "List", show=False)]

    def __init__(self) -> None:
        super().__init__(id="page-model")
        self.current = ""
        self.rows: list[Priced] = []
        self.state: State | None = None
        self.offers: dict[str, Offered] = {}
        self.shown: list[str] = []
        self.key: object = None
        self.wide = 0

    def compose(self) -> ComposeResult:
        """Title, search box, table."""
        yield Title("What will be trained?", "base_model")
        box = Input(
            id="model-search",
            compact=True,
            placeholder="search, or type an id or a folder with a config.json",
        )
        box.cursor_blink = False
        yield box
        table: DataTable[Text | str] = DataTable(cursor_type="row", zebra_stripes=False, show_header=True)
        yield table

    def on_resize(self) -> None:
        """The columns follow the width."""
        if self._columns():
            self._fill(self.query_one(Input).value)

    def _columns(self) -> bool:
        """The names take what the figures leave; whether they are new. Before it is seen, as wide as it will be."""
        room = self.container_viewport.width
        if not room:
            return False
        wide = max(12, min(_WIDEST, room - sum(width + 2 for _, width in _FIGURES) - 8))
        if wide == self.wide:
            return False
        self.wide = wide
        table = self.query_one(DataTable)
        table.clear(columns=True)
        for title, width in (("", 1), ("model", wide), *_FIGURES):
            table.add_column(title, width=width)
        return True

    def show(self, state: State, review: Review) -> None:
        """Price every model of the catalogue with the present settings; the largest that fits come first."""
        key = (state.plan, state.machine)
        if key == self.key:
            return
        self.key = key
        self.rows = priced(state)
        self.state = state
        self.current = str(state.plan.get("base_model"))
        self._columns()
        self._fill(self.query_one(Input).value)

    def _fill(self, wanted: str) -> None:
        table = self.query_one(DataTable)
        words, kind, most = filters(wanted)
        self.offers = self._offers(kind, most) if not words else {}
        matches = found(self.rows, f"{words} {kind or ''}")
        rest = [one for one in matches if one[0] not in self.offers and _within(one, most)]
        now = [one for one in rest if one[0] == self.current] if self.offers and not wanted.strip() else []
        kept = [one for one in rest if one not in now]
        self.shown = [*(one[0] for one in now), *self.offers, *(one[0] for one in kept)]
        if not table.columns:
            return
        table.clear()
        for name, row, fit, needs in now:
            self._add(table, "●", name, row.parameters, fit, needs)
        for one in self.offers.values():
            mark = "●" if one.id == self.current else "★"
            self._add(table, mark, one.id, one.size, "fits", one.needs, f" as {one.method}" if one.method else "")
        for name, row, fit, needs in kept:
            mark = "●" if name == self.current else ""
            self._add(table, mark, name, row.parameters, fit, needs)
        if self.shown:
            table.move_cursor(row=self.shown.index(self.current) if self.current in self.shown else 0)

    def _add(
        self, table: DataTable[Text | str], mark: str, name: str, size: int, fit: Fit, needs: int, more: str = ""
    ) -> None:
        text = name + more + (" (gated)" if gated(name) else "")
        table.add_row(
            mark,
            text if len(text) <= self.wide else f"{text[: self.wide - 1]}…",
            Text(billions(size), justify="right"),
            Text(fit_text(fit), style=FIT_STYLE[fit]),
            Text(gib_number(needs), justify="right"),
            key=name,
        )

    def _offers(self, kind: Kind | None, most: int | None) -> dict[str, Offered]:
        return {one.id: one for one in offered(self.state, kind, most)} if self.state is not None else {}

    def _chosen(self, name: str) -> ModelChosen:
        return ModelChosen(name, self.offers[name].method if name in self.offers else "")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        if event.value != event.input.value:
            return  # more was typed meanwhile
        self._fill(event.value)
        if event.value and not self.shown:
            self.post_message(Hint("Nothing in the catalogue matches. Enter takes the text as an id or a folder."))

    @on(Input.Submitted)
    def take(self, event: Input.Submitted) -> None:
        """Enter takes the first match, or the text itself as an id or a folder."""
        event.stop()
        text = event.value.strip()
        if not text and self.state is not None and self.state.model is None and self.current != "None":
            self.post_message(ModelChosen(self.current))
        elif not text:
            self.query_one(DataTable).focus()
        elif self.shown and not text.startswith((".", "/", "~")):
            self.post_message(self._chosen(self.shown[0]))
        else:
            self.post_message(ModelChosen(text))

    @on(DataTable.RowSelected)
    def choose(self, event: DataTable.RowSelected) -> None:
        """Enter in the list takes the row."""
        event.stop()
        name = _model_of(event)
        if name is not None:
            self.post_message(self._chosen(name))

    @on(DataTable.RowHighlighted)
    def explain(self, event: DataTable.RowHighlighted) -> None:
        """Say what the row is. In an empty list none is, though a key moves the cursor."""
        event.stop()
        name = _model_of(event)
        if name in self.offers and self.query_one(DataTable).has_focus:
            self.post_message(Hint(f"Recommended here: {self.offers[name].facts}"))
            return
        row = find(name) if name is not None else None
        if row is not None and self.query_one(DataTable).has_focus:
            form = "mixture of experts" if built(row.id).moe else "dense"
            more = f"; {len(row.also)} more ids have its shapes, search for them" if row.also else ""
            self.post_message(Hint(f"{row.family}, {row.parameters:,} parameters, {form}{more}"))

    def on_descendant_focus(self) -> None:
        """Say how to search."""
        if not self.query_one(Input).has_focus:
            return
        unknown = self.state is not None and self.state.model is None
        self.post_message(Hint(f"{self.current} is not known here: Enter tells what can be done." if unknown else _HOW))

    def action_to_list(self) -> None:
        """Down from the search box goes to the list."""
        self.query_one(DataTable).focus()


def _within(one: tuple[str, CatalogueModel, Fit, int], most: int | None) -> bool:
    return most is None or one[1].parameters <= most


def _model_of(event: DataTable.RowSelected | DataTable.RowHighlighted) -> str | None:
    """The model of a row, whatever the list shows by now; None for the cursor in an empty list, which has no row."""
    key: RowKey | None = event.row_key
    return key.value if key is not None else None
