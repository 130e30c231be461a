"""Widgets side by side."""

from __future__ import annotations

from textual.containers import Horizontal

from wizard.ui.widgets.settled import Settled


class Row(Horizontal, Settled):
    """A title, a box and what belongs to it."""
