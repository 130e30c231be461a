"""One key: what it is, what it takes, and a way to set it that suits what it takes."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.markup import escape
from textual.widgets import Input, OptionList, TextArea
from textual.widgets.option_list import Option

from wizard.domain.text import in_yaml
from wizard.questions.every_key import KeyNow, shown
from wizard.session.every_key import source
from wizard.session.state import State
from wizard.ui.screens.over import OverScreen
from wizard.ui.widgets.key_line import KeyLine
from wizard.ui.widgets.lines import Lines

NOT_SET = "not set"
_BLOCKS = frozenset({"array", "object"})
_WORDS = frozenset({"boolean", "enum", "null"})
Take = Callable[[str], str]
"""Takes a text; why not, or an empty text where it was taken."""


class KeyScreen(OverScreen[None]):
    """Listed values as a list, else a box; a box of several lines for lists and blocks, which are written as YAML."""

    DEFAULT_CSS = """
    KeyScreen { align: center middle; }
    KeyScreen > VerticalScroll { width: 100%; max-width: 110; height: auto; max-height: 90%; }
    KeyScreen > VerticalScroll { background: $surface; border: solid $primary; padding: 0 1; }
    KeyScreen OptionList { height: auto; max-height: 12; border: none; padding: 0; scrollbar-size-vertical: 1; }
    KeyScreen TextArea { height: 8; border: none; padding: 0; }
    KeyScreen .told { margin-bottom: 1; }
    KeyScreen #why { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", "take it", key_display="Enter"),
        Binding("ctrl+s", "take", "take it", priority=True),
        Binding("escape", "leave", "leave it as it is", key_display="Esc"),
    ]

    def __init__(self, row: KeyNow, state: State, take: Take) -> None:
        super().__init__()
        self.row = row
        self.told = told(row, state)
        self.take = take
        self.choices = choices(row)
        kinds = row.key.types
        now = row.value
        self.block = bool(kinds & _BLOCKS) if not row.is_set else isinstance(now, (list, dict))
        self.typed = not self.choices or not kinds <= _WORDS

    def compose(self) -> ComposeResult:
        """What it is, its values, a box, why a text was not taken."""
        with VerticalScroll(can_focus=False) as frame:
            frame.border_title = escape(self.row.path)
            yield Lines(self.told, classes="told", wraps=True)
            if self.choices:
                marks = [f"({'●' if text == self._now else ' '}) {text or NOT_SET}" for text in self.choices]
                yield OptionList(*(Option(one) for one in marks), compact=True, markup=False)
            if self.typed and self.block:
                yield TextArea(block_text(self.row), id="block", show_line_numbers=False, tab_behavior="focus")
            elif self.typed:
                yield Input(self._now, id="value", compact=True, placeholder="a value; empty takes the key out")
            yield Lines(id="why", wraps=True)
        keys = [one for one in self.BINDINGS if isinstance(one, Binding)]
        yield KeyLine(keys[1:] if self.typed and self.block else [keys[0], keys[2]])

    @property
    def _now(self) -> str:
        return shown(self.row.value)

    def on_mount(self) -> None:
        """The focus is where the present value stands."""
        for box in self.query(Input):
            box.cursor_blink = False
        for area in self.query(TextArea):
            area.cursor_blink = False
        for answers in self.query(OptionList):
            answers.highlighted = self.choices.index(self._now) if self._now in self.choices else 0
            if self._now in self.choices or not self.typed:
                answers.focus()
                return
        self.query("Input, TextArea").first().focus()

    @on(OptionList.OptionSelected)
    def choose(self, event: OptionList.OptionSelected) -> None:
        """Take the value under the pointer."""
        event.stop()
        self._try(self.choices[event.option_index])

    @on(Input.Submitted)
    def submit(self, event: Input.Submitted) -> None:
        """Take what is typed."""
        event.stop()
        self._try(event.value)

    def action_take(self) -> None:
        """Take what has the focus."""
        focused = self.focused
        if isinstance(focused, OptionList):
            focused.action_select()
        elif isinstance(focused, TextArea):
            self._try(focused.text)
        elif isinstance(focused, Input):
            self._try(focused.value)

    def _try(self, text: str) -> None:
        why = self.take(text)
        if why:
            self.query_one("#why", Lines).put(f"✗ {why}")
        else:
            self.dismiss(None)

    def action_leave(self) -> None:
        """Back, with nothing."""
        self.dismiss(None)


def choices(row: KeyNow) -> tuple[str, ...]:
    """The values that can be chosen; empty where there is no list of them. The last takes the key out."""
    listed = [str(value) for value in row.key.listed]
    if "boolean" in row.key.types:
        listed = ["true", "false", *listed]
    return (*dict.fromkeys(listed), "") if listed else ()


def block_text(row: KeyNow) -> str:
    """A list or a block as it is edited: an entry or a key on each line."""
    value = row.value
    if isinstance(value, list):
        return "".join(f"- {shown(one)}\n" for one in value)
    if isinstance(value, dict):
        return "".join(f"{name}: {shown(one)}\n" for name, one in value.items())
    return shown(value)


def told(row: KeyNow, state: State) -> str:
    """What it is, what it takes, what it is without it, and from where its value comes."""
    key = row.key
    if row.free:
        return f"{row.path}: Axolotl has no such key and drops it without a word, unless a plugin of yours reads it."
    parts = [_sentence(f"{row.path}: {key.about}") if key.about else f"{row.path}.", f"It takes {key.wanted()}."]
    if key.default is not None:
        parts.append(f"Without it: {in_yaml(key.default)}.")
    if key.memory:
        parts.append("Memory depends on it." if key.path == key.top else f"Memory depends on keys of {key.top}.")
    if key.plugin is not None:
        parts.append(f"It comes with the plugin {key.plugin.rpartition('.')[2]}.")
    if row.is_set:
        parts.append(f"Now {shown(row.value)}, from {source(state, key.top)}.")
    return " ".join(parts)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
