"""What is lost of a person's own rows, beside what is asked."""

from __future__ import annotations

from functools import partial

from rich.text import Text
from textual import work

from wizard.domain.head import Head
from wizard.session.conversation import Conversation
from wizard.session.data_caution import caution
from wizard.session.ports import Outside
from wizard.session.state import State
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE
from wizard.ui.widgets.lines import Lines


class CautionLine(Lines):
    """Nothing where there is nothing to say; the files are read beside the screen."""

    DEFAULT_CSS = """
    CautionLine { display: none; margin-bottom: 1; }
    CautionLine.-told { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(wraps=True)
        self._key: object = None

    def look(self, session: Conversation) -> None:
        """Read where the plan, its machine or its data are others."""
        state, head = session.state, session.situation.head
        key = (state.plan, state.machine, head)
        if key == self._key:
            return
        self._key = key
        if head is None or not head.rows:
            self._tell("")
        else:
            self._read(key, state, head, session.outside)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self, key: object, state: State, head: Head, outside: Outside) -> None:
        said = caution(state, head, outside)
        if self.is_attached:
            self.app.call_from_thread(partial(self._told, key, said))

    def _told(self, key: object, said: str) -> None:
        if key == self._key and self.is_attached:
            self._tell(said)

    def _tell(self, said: str) -> None:
        """Show it, where there is something."""
        mark = (f"{UNICODE.severity['warning']} Your data: ", SEVERITY_STYLE["warning"])
        self.put(Text.assemble(mark, f"{said}. F6 offers what would suit.") if said else "")
        self.set_class(bool(said), "-told")
