"""How the screen looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A theme's name, and what the terminal can't do or the person does not want.

    `colourless`: no colour at all (NO_COLOR). `ascii`: nothing but ASCII is sent.
    """

    theme: str = "dark"
    colourless: bool = False
    ascii: bool = False
