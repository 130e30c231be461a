"""A plain form to compare with: `python -m benchmarks.wire.form`. As many questions as the wizard's Batch step has."""

from __future__ import annotations

from textual.app import App, ComposeResult  # noqa: TID251 - the yardstick is Textual itself
from textual.widgets import Footer, Input, Label, RadioButton, RadioSet  # noqa: TID251

NUMBERS = {
    "Longest row, in tokens": "2048",
    "Rows on a GPU at once": "2",
    "Rounds per update": "4",
    "Learning rate": "0.0002",
    "Passes over the data": "1",
}
CHOICES = {
    "Gradient checkpointing": ("on", "off", "on, offloaded"),
    "Sample packing": ("on", "off"),
    "Loss": ("plain", "Liger fused", "cut cross entropy"),
    "Optimizer": ("adamw_torch_fused", "adamw_bnb_8bit", "paged_adamw_8bit", "adafactor"),
    "Attention": ("flash_attention_2", "sdpa", "flex_attention", "eager"),
}


class Form(App[None]):
    """Textual's own widgets as they come."""

    def compose(self) -> ComposeResult:
        """Five number boxes, five choices, the keys."""
        for title, text in NUMBERS.items():
            yield Label(title)
            yield Input(text)
        for title, names in CHOICES.items():
            yield Label(title)
            with RadioSet():
                for number, name in enumerate(names):
                    yield RadioButton(name, value=number == 0)
        yield Footer()


if __name__ == "__main__":
    Form().run()
