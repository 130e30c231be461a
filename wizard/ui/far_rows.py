"""Looks for rows of a data set of the hub beside the screen, and draws what was found."""

from __future__ import annotations

import threading

from wizard.ui.stage import Canvas


def look(canvas: Canvas) -> None:
    """Look for those of the first data, if nobody has; they are drawn once they are there."""
    entry = canvas.session.wanted_far()
    if entry is None:
        return

    def beside() -> None:
        canvas.session.far.look(entry)
        canvas.from_beside(canvas.draw)

    threading.Thread(target=beside, daemon=True).start()
