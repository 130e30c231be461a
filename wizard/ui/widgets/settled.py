"""A widget that is laid out once: Textual lays the whole screen out again whenever one was given another size."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widget import Widget


class Settled(Widget):
    """Asks for no other layout because the layout gave it a size. What has scroll bars still does for them."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
