"""What the view of a run shows, and its keys."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from wizard.ui.screens.page import PageScreen

_STOPS = """  q, q             stop the run, as Ctrl+C does: Axolotl saves its model and ends
  Ctrl+C           the same at once; again: once more
  s                stop it after its next checkpoint, or take that back
"""
_LEAVES = """  q, Ctrl+C        end the watching; the run goes on
"""
_TEXT = """[b]Keys[/b]
{stops}  Space            let the output stand, or follow it again
  PgUp, PgDn       through the output; Up and Down line by line, Home and End to its ends
  Ctrl+Z           stop for now{both}; `fg` goes on
  Ctrl+L           draw all of it again

[b]The figures (GiB)[/b]
  now      what the run's own processes hold: of a GPU by NVML, with what PyTorch keeps for later
  peak     the most so far
           PyTorch: what Axolotl logs of it after a step, of the fullest GPU
  likely   the forecast of the whole run, at its worst moment
  high     the upper end of that forecast
  of       what there is: of a GPU all of it; of host memory and disk what was free at the start
"""


class RunHelpScreen(PageScreen):
    """One page over the run."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,q,f1,enter", "leave", "close", key_display="Esc")]

    def __init__(self, *, launched: bool) -> None:
        text = _TEXT.format(stops=_STOPS if launched else _LEAVES, both=", and the run with it" if launched else "")
        super().__init__("Help", Content.from_markup(text))
