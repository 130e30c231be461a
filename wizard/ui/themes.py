"""The colours: dark, light, and one of high contrast; for 16 colours Textual's own two ANSI themes."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

THEMES: tuple[Theme, ...] = (
    Theme(
        name="dark", primary="#5fafff", secondary="#5fd7d7", warning="#ffd75f", error="#ff8787", success="#87d787",
        accent="#87d7ff", foreground="#e4e4e4", background="#1c1c1c", surface="#262626", panel="#303030", dark=True,
    ),
    Theme(
        name="light", primary="#005f87", secondary="#006f6f", warning="#875f00", error="#af0000", success="#005f00",
        accent="#005faf", foreground="#1c1c1c", background="#ffffff", surface="#f5f5f5", panel="#e4e4e4", dark=False,
    ),
    Theme(
        name="contrast", primary="#ffff00", secondary="#00ffff", warning="#ffff00", error="#ff8080",
        success="#00ff00", accent="#00ffff", foreground="#ffffff", background="#000000", surface="#000000",
        panel="#000000", dark=True,
    ),
)  # fmt: skip
ANSI = "ansi-dark"
NAMES = (*(theme.name for theme in THEMES), "ansi-dark", "ansi-light")

_FEW_COLOURS = ("linux", "screen", "vt", "xterm", "ansi", "rxvt", "cygwin", "tmux")


def fitting_theme(environment: Mapping[str, str]) -> str:
    """The theme for a terminal where the person has named none: `ansi-dark` where it has 16 colours or fewer."""
    term = environment.get("TERM", "")
    few = term.startswith(_FEW_COLOURS) and not term.endswith(("-256color", "-direct", "-kitty"))
    return ANSI if few and environment.get("COLORTERM", "") not in ("truecolor", "24bit") else "dark"


_PAIRS = (("dark", "light"), ("ansi-dark", "ansi-light"))


def of_background(theme: str, *, light: bool) -> str:
    """The theme that suits a background; that of high contrast stays."""
    return next((pair[light] for pair in _PAIRS if theme in pair), theme)
