"""How a full screen looks on this person's terminal."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wizard.ui.look import Look
    from wizard.world.preferences import Preferences


def sends_ascii(settings: Preferences, asked: bool | None = None) -> bool:
    """Whether nothing but ASCII is to be sent: as asked here, else in the settings, else as the locale is."""
    chosen = asked if asked is not None else settings.ascii.value
    return chosen if chosen is not None else not _knows_unicode()


def look_of(settings: Preferences, theme: str | None = None, *, in_ascii: bool) -> Look:
    """The theme named here, else in the settings, else one that fits the terminal, which is asked; NO_COLOR."""
    from wizard.ui.look import Look
    from wizard.ui.themes import fitting_theme

    name = theme or settings.theme.value
    colourless = bool(os.environ.get("NO_COLOR"))
    return Look(name or fitting_theme(os.environ), colourless, in_ascii, not (name or colourless))


def _knows_unicode() -> bool:
    """Whether the locale is a UTF-8 one. In the C locale Python writes UTF-8 all the same, and says so by a flag."""
    coerced = sys.flags.utf8_mode and "PYTHONUTF8" not in os.environ and "utf8" not in sys._xoptions
    return not coerced and (getattr(sys.stderr, "encoding", None) or "ascii").lower().replace("-", "") == "utf8"
