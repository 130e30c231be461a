"""How the screen looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """A theme's name, and what the terminal can't do or the person does not want.

    `colourless`: no colour at all (NO_COLOR). `ascii`: nothing but ASCII is sent.
    `asks`: no theme was named, so that the terminal is asked whether it is light or dark, and followed.
    """

    theme: str = "dark"
    colourless: bool = False
    ascii: bool = False
    asks: bool = False
