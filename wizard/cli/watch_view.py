"""`memwizard watch PID --tui`: a thread looks at the processes; who leaves the screen ends the watching alone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from wizard.cli.common import say
from wizard.cli.stopping import cut_short
from wizard.cli.viewing import View, why_not

if TYPE_CHECKING:
    from wizard.cli.standing import Beside


def watch_view(name: str) -> WatchView | None:
    """The screen; None, and why is said, where there can be none."""
    why = why_not()
    if why:
        say(f"no full screen (--tui): {why}; on in the plain form")
        return None
    return WatchView(name)


class WatchView(View):
    """Processes that somebody else started."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._failed: BaseException | None = None
        self._words: Sequence[str] | None = None

    def follow(
        self, beside: Beside, to_the_end: Callable[[], object], over: Callable[[], Sequence[str]]
    ) -> Sequence[str]:
        """The last words. Raises KeyboardInterrupt where somebody left before the end."""
        from wizard.ui.leaving import Signals

        self.beside = beside
        with Signals(cut_short) as signals:
            app = self.app()
            signals.leave = lambda _: app.leave()
            threading.Thread(target=self._watch, args=(to_the_end, over), daemon=True).start()
            app.run()
        self.closes = True
        if signals.number is not None:
            raise SystemExit(128 + signals.number)
        if app.crash is not None:
            from wizard.cli import defect

            defect.tell(app.crash)
            raise SystemExit(defect.CODE)
        if self._failed is not None:
            raise self._failed
        if self._words is None:
            raise KeyboardInterrupt
        return self._words

    def _watch(self, to_the_end: Callable[[], object], over: Callable[[], Sequence[str]]) -> None:
        try:
            to_the_end()
            if self.closes:
                return
            words = over()
            with self.lock:
                self._words = words
                self.ends(["it has ended", *words])
        except BaseException as error:
            self._failed, self.closes = error, True
