"""Keys and the words of the verdict."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from wizard.ui.screens.page import PageScreen

_TEXT = """[b]Keys[/b]
  Tab, Shift+Tab   next and previous question
  up, down         answers of a question; past the last one the next question
  Enter, Space     take the answer under the pointer
  PgDn, PgUp       next step, step before (right and left too, outside boxes)
  {digits:<17}straight to a step (outside boxes)
  /                jump to a question by its name (outside boxes)
  F1               on a question: what it is and what it costs; again: this page
  Ctrl+F           take the fix of this question, else the first one
  Ctrl+G           take all safe fixes
  Ctrl+Z, Ctrl+Y   undo a change, do it again
  F2               memory, findings and what could save
  F3               the file as it would be written
  F4               what has changed: against the preset, the file on disk, the start
  F5               what fits: the best settings, what each change saves or costs, a map of models
  F6               your data: how long the rows are, what is cut and padded, steps and hours of an epoch
  F7               write what starts the run: Accelerate, torchrun, Ray, Slurm or SkyPilot
  F8               every key of Axolotl: find it, set it, take it out
  F9               the questions of this step that are folded
  F10              the right side of a wide screen away, and back
  Ctrl+E           the whole file in your editor
  Ctrl+S           write the file
  Ctrl+P           everything by name: actions, presets, models, questions, rules, words
  Ctrl+Q           leave; your work is kept for the next time
  Ctrl+C           stop at once

[b]The verdict[/b]
  fits     even the high figure of the estimate is below what is free now
  tight    the likely figure is, the high one is not
  over     the likely figure is more than what is free
  unknown  the model or the GPU is not known
  GiB      2^30 bytes, as nvidia-smi counts (MiB are 2^20)
  phase    load, forward, backward, optimizer, eval, save: the worst one decides
"""


class HelpScreen(PageScreen):
    """One page over the wizard."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "app.glossary", "glossary"),
        Binding("escape,q,f1", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, many: int) -> None:
        super().__init__("Help", Content.from_markup(_TEXT.format(digits=f"1 to {many}")))
