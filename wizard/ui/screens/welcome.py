"""The first page a person sees, once."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content

from wizard.questions import steps
from wizard.ui.screens.page import PageScreen

_TEXT = """memwizard helps you write a config for fine-tuning a language model with Axolotl, one that fits your GPU.

[b]{count}[/b]{gap}{briefs}. PgDn goes on, PgUp goes back.
[b]Each answer[/b] shows what your plan would need with it: [b]fits[/b], [b]tight[/b] or [b]over[/b], and how many GiB.
[b]Below[/b]       you see the memory now, and what the rules found; Ctrl+F takes a fix.

  Tab or up and down move, Enter takes an answer.
  F1 explains the question you are at. Ctrl+P finds everything by name.
  Ctrl+S writes the file; nothing is written before, and Ctrl+Z undoes every step.

You can't break anything here: the wizard only writes one file, when you say so."""


class WelcomeScreen(PageScreen):
    """One screen, closed by Enter."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space,escape,q", "leave", "begin", key_display="Enter"),
    ]

    goes_when_typed = True
    """Who types ahead means the wizard: the page closes, and what was typed goes there."""

    def __init__(self, places: tuple[int, ...]) -> None:
        count = f"{steps.counted(len(places)).capitalize()} steps"
        *first, last = [steps.STEPS[place].about for place in places]
        briefs, gap = f"{', '.join(first)}, and {last}", " " * max(1, 12 - len(count))
        super().__init__("Welcome to memwizard", Content.from_markup(_TEXT.format(count=count, gap=gap, briefs=briefs)))

    @property
    def read_to_its_end(self) -> bool:
        """Whether no more of it comes with PgDn, which then goes on, as the page says."""
        scroll = self.query_one(VerticalScroll)
        return scroll.scroll_y >= scroll.max_scroll_y
