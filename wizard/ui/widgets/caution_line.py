"""What is lost of a person's own rows, beside what is asked."""

from __future__ import annotations

from functools import partial

from rich.text import Text
from textual import work

from wizard.data.advice import DataCaution
from wizard.domain.head import Head
from wizard.domain.plan import Plan
from wizard.session.conversation import Conversation
from wizard.session.data_caution import caution, heed, offered, set_by_us
from wizard.session.ports import Outside
from wizard.session.state import State
from wizard.ui import phrases
from wizard.ui.messages import DataCautioned
from wizard.ui.symbols import SEVERITY_STYLE, UNICODE
from wizard.ui.widgets.lines import Lines


class CautionLine(Lines):
    """Nothing where there is nothing to say; the files are read beside the screen. `last`: what was told last."""

    DEFAULT_CSS = """
    CautionLine { display: none; margin-bottom: 1; }
    CautionLine.-told { display: block; }
    """

    def __init__(self) -> None:
        super().__init__(wraps=True)
        self._key: object = None
        self._session: Conversation | None = None
        self.last: tuple[Plan, DataCaution] | None = None

    def look(self, session: Conversation) -> None:
        """Read where the plan, its machine or its data are others."""
        self._session = session
        state, head = session.state, session.situation.head
        key = (state.plan, state.machine, head)
        if key == self._key:
            return
        self._key = key
        if head is None or not head.rows:
            self._tell(DataCaution())
        else:
            self._read(key, state, head, session.outside)

    @work(thread=True, exclusive=True, exit_on_error=False)
    def _read(self, key: object, state: State, head: Head, outside: Outside) -> None:
        told = caution(state, head, outside)
        if self.is_attached:
            self.app.call_from_thread(partial(self._told, key, state.plan, told))

    def _told(self, key: object, plan: Plan, told: DataCaution) -> None:
        if key == self._key and self.is_attached:
            self.last = plan, told
            if self._session is not None:
                heed(self._session, plan, told, sets=False)
            self.post_message(DataCautioned(plan, told))
            self._tell(told)

    def _tell(self, told: DataCaution) -> None:
        """Show it, where there is something."""
        mark = (f"{UNICODE.severity['warning']} Your data: ", SEVERITY_STYLE["warning"])
        session = self._session
        said = phrases.cautioned(told, offered(session), set_by_us(session)) if session is not None else ""
        self.put(Text.assemble(mark, said) if said else "")
        self.set_class(bool(said), "-told")
