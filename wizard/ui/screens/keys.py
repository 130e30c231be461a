"""F8: every key of the chosen Axolotl, found by name or meaning, set and taken out."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Protocol

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import DataTable, Input

from wizard.domain.nearest import did_you_mean
from wizard.domain.text import in_yaml
from wizard.knowledge.axolotl.keys import keys
from wizard.knowledge.axolotl.versions import of_plan
from wizard.questions.every_key import KeyNow, every, found, shown
from wizard.session.conversation import Conversation
from wizard.session.every_key import source
from wizard.session.state import State
from wizard.ui.screens.key import told
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines

_AT_ONCE = 60
"""Rows that the table gets at a time: a thousand would take it half a second."""
_FROM, _MEMORY = 9, 6
_ROOM = 4 * 2 + 4 + 1


class SetsKeys(Protocol):
    """What can be done with keys. `says`: the sentence on the last change."""

    session: Conversation
    says: str

    def open(self, path: str, then: Callable[[], object] | None = None) -> str:
        """Show one key, and call `then` once it is left; why not, where it is no path."""
        ...

    def set(self, path: str, text: str) -> str:
        """Set a key, or take it out where the text is empty; why not, where it can't be."""
        ...

    def undo(self) -> None:
        """Undo the last change."""
        ...

    def redo(self) -> None:
        """Do it again."""
        ...


class KeysScreen(OverScreen[None]):
    """A search box over a table; what is set stands first, with where it comes from."""

    DEFAULT_CSS = """
    KeysScreen { align: center middle; }
    KeysScreen > #frame { width: 100%; max-width: 130; height: 1fr; background: $surface; border: solid $primary; }
    KeysScreen > #frame { padding: 0 1; }
    KeysScreen DataTable { height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1; }
    KeysScreen > #about { height: 4; width: 100%; max-width: 130; padding: 0 1; background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "set it", key_display="Enter"),
        Binding("delete", "take_out", "take it out", key_display="Del"),
        Binding("ctrl+z", "undo", "undo", priority=True),
        Binding("ctrl+y", "redo", "redo", show=False, priority=True),
        Binding("down", "to_list", show=False),
        Binding("escape,f8", "leave", "close", key_display="Esc", priority=True),
    ]

    AUTO_FOCUS = "#key-search"  # for a name is typed most

    def __init__(self, keying: SetsKeys, words: str = "") -> None:
        super().__init__()
        self.keying = keying
        self.words = words
        self.hits: list[KeyNow] = []
        self.shown = self.across = 0
        self.news = ("", "")
        """The key that was changed last, while the pointer is on it, and what is said of that."""

    @property
    def state(self) -> State:
        """What is chosen now."""
        return self.keying.session.state

    def compose(self) -> ComposeResult:
        """The box, the table, what the row under the pointer is, the keys."""
        with Vertical(id="frame"):
            box = Input(self.words, id="key-search", compact=True, placeholder="a name or a word of what it does")
            box.cursor_blink = False
            yield box
            table: DataTable[Text | str] = DataTable(cursor_type="row", zebra_stripes=False)
            yield table
        yield Lines(id="about", wraps=True)
        yield KeyLine(self.BINDINGS)

    def on_mount(self) -> None:
        """A key may come before the page is told its size."""
        self._lay(self.app.size.width)

    def on_resize(self) -> None:
        """The columns follow the width."""
        self._lay(self.size.width)

    def _lay(self, across: int) -> None:
        if across == self.across:
            return
        self.across = across
        room = min(across, 130) - _ROOM - _FROM - _MEMORY
        key = max(12, min(44, room * 11 // 20))
        table = self.query_one(DataTable)
        table.clear(columns=True)
        self.widths = (key, max(6, room - key))
        for title, width in (("key", key), ("value", self.widths[1]), ("from", _FROM), ("memory", _MEMORY)):
            table.add_column(title, width=width)
        self.search(self.query_one(Input).value)

    def search(self, words: str, at: str | None = None) -> None:
        """Show the keys that have these words; the pointer on the key `at`, if it is among them."""
        rows = every(self.state.plan)
        hits = found(rows, words)
        self.hits = hits if words.strip() else sorted(hits, key=lambda row: not row.is_set)
        self.query_one("#frame").border_title = f"Every key of Axolotl {of_plan(self.state.plan)}: {len(hits):,}"
        table = self.query_one(DataTable)
        table.clear()
        self.shown = 0
        paths = [row.path for row in self.hits]
        place = paths.index(at) if at in paths else 0
        self._more(place + _AT_ONCE)
        table.move_cursor(row=place)
        self._tell(place)

    def _more(self, until: int) -> None:
        """Rows up to this one, where they are not there yet."""
        table = self.query_one(DataTable)
        for row in self.hits[self.shown : until]:
            table.add_row(*self._cells(row))
        self.shown = max(self.shown, min(until, len(self.hits)))

    def _cells(self, row: KeyNow) -> tuple[Text | str, ...]:
        key, value = self.widths
        default = row.key.default
        text = (
            Text(shown(row.value), "bold") if row.is_set else Text("" if default is None else f"({in_yaml(default)})")
        )
        text.truncate(value, overflow="ellipsis")
        name = row.path if len(row.path) <= key else f"{row.path[: key - 1]}…"
        comes = source(self.state, row.key.top).removeprefix("the ") if row.is_set else ""
        comes = "preset" if comes.startswith("preset ") else comes
        return name, text, comes, _bears(row)

    def _tell(self, place: int) -> None:
        path = self._at(place)
        if path != self.news[0]:
            self.news = ("", "")
        said = self.news[1] or (told(self.hits[place], self.state) if path else
            f"No key has this in its name or meaning.{self._nearest()} Enter sets a key of this name all the same."
        )  # fmt: skip
        self.query_one("#about", Lines).put(said)

    def _nearest(self) -> str:
        """The key that is most like what was typed, where one is."""
        typed = self.query_one(Input).value.strip()
        names = (key.path for key in keys(of_plan(self.state.plan)))
        return did_you_mean(typed, names) if typed and " " not in typed else ""

    @on(DataTable.RowHighlighted)
    def explain(self, event: DataTable.RowHighlighted) -> None:
        """Say what the row is, and have more of them ready."""
        event.stop()
        if event.cursor_row != event.data_table.cursor_row:
            return  # it has moved on meanwhile
        if event.cursor_row > self.shown - 30:
            self._more(self.shown + _AT_ONCE)
        self._tell(event.cursor_row)

    @on(Input.Changed)
    def narrow(self, event: Input.Changed) -> None:
        """Only what has these words."""
        event.stop()
        if event.value == event.input.value:
            self.search(event.value)

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Enter opens the first, or a key of this name that Axolotl has not."""
        event.stop()
        self.open(self.hits[0].path if self.hits else event.value.strip())

    @on(DataTable.RowSelected)
    def choose(self, event: DataTable.RowSelected) -> None:
        """Enter opens the row."""
        event.stop()
        self.action_open()

    def action_open(self) -> None:
        """Set what is under the pointer."""
        if self._pointed:
            self.open(self._pointed)

    def open(self, path: str) -> None:
        """Show one key, to set it."""
        why = self.keying.open(path, lambda: self._again(path))
        if why:
            self.query_one("#about", Lines).put(f"✗ {why}")

    def _again(self, path: str) -> None:
        self.news = path, self.keying.says
        self.search(self.query_one(Input).value, at=path)
        if self._pointed != path and self.keying.says:  # it is not among those that are shown
            self.query_one("#about", Lines).put(self.keying.says)

    @property
    def _pointed(self) -> str:
        return self._at(self.query_one(DataTable).cursor_row)

    def _at(self, place: int) -> str:
        """The key of a row; an empty table has none, and its pointer may stand on -1."""
        return self.hits[place].path if 0 <= place < len(self.hits) else ""

    def action_take_out(self) -> None:
        """Take out what is under the pointer."""
        path = self._pointed
        if path and self.query_one(DataTable).has_focus:
            self.keying.set(path, "")
            self._again(path)

    def action_undo(self) -> None:
        """Undo the last change."""
        path = self._pointed
        self.keying.undo()
        self._again(path)

    def action_redo(self) -> None:
        """Do it again."""
        path = self._pointed
        self.keying.redo()
        self._again(path)

    def action_to_list(self) -> None:
        """Down from the box goes to the table."""
        self.query_one(DataTable).focus()

    def action_leave(self) -> None:
        """Back to the wizard."""
        self.dismiss(None)


def _bears(row: KeyNow) -> str:
    """Whether memory depends on it: on its block in part, where it is inside of one."""
    return "" if not row.key.memory else "yes" if row.key.path == row.key.top else "part"
