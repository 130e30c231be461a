"""Any key of the file on the screen: listed, shown, set and taken out."""

from __future__ import annotations

from collections.abc import Callable

from wizard.domain.errors import InputError
from wizard.questions.every_key import one
from wizard.session.every_key import set_key
from wizard.session.results import Refused
from wizard.ui import phrases
from wizard.ui.screens.key import KeyScreen
from wizard.ui.screens.keys import KeysScreen
from wizard.ui.stage import Stage


class Keying:
    """What the screens of keys do. `says`: the sentence on the last change."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session = stage.session
        self.says = ""

    def every(self, words: str = "") -> None:
        """All keys, or those that have these words."""
        self.stage.app.push_screen(KeysScreen(self, words))

    def open(self, path: str, then: Callable[[], object] | None = None) -> str:
        """Show one key, to set it, and call `then` once it is left; why not, where it is no path."""
        try:
            row = one(self.session.state.plan, path)
        except InputError as error:
            return error.message
        self.says = ""
        screen = KeyScreen(row, self.session.state, lambda text: self.set(path, text))

        def left(_: None) -> None:
            if then is not None:
                then()

        self.stage.app.push_screen(screen, left)
        return ""

    def set(self, path: str, text: str) -> str:
        """Set a key, or take it out where the text is empty; why not, where it can't be."""
        done = set_key(self.session, path, text)
        if isinstance(done, Refused):
            return done.reason
        self.says = phrases.key(done, path)
        self.stage.took(done, self.says)
        return ""

    def undo(self) -> None:
        """Undo the last change."""
        self._turned(phrases.turned(self.session.undo(), "undone"))

    def redo(self) -> None:
        """Do it again."""
        self._turned(phrases.turned(self.session.redo(), "done again"))

    def _turned(self, says: str) -> None:
        self.says = says
        self.stage.draw()
        self.stage.say(says)
