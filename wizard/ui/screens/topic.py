"""F1 on a question: what it is, what it costs, what Axolotl does with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual.binding import Binding, BindingType

from wizard.knowledge.help import Topic, glossary
from wizard.ui.screens.page import PageScreen
from wizard.ui.symbols import FIT_STYLE
from wizard.ui.widgets.options import Line


class TopicScreen(PageScreen):
    """One question, taught."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("g", "app.glossary", "glossary"),
        Binding("f1", "app.keys", "keys"),
        Binding("escape,q", "leave", "close", key_display="Esc"),
    ]

    def __init__(self, title: str, topic: Topic, prices: Sequence[Line] = ()) -> None:
        super().__init__(title, topic_text(topic, prices))


class GlossaryScreen(PageScreen):
    """Every word, in the order of the alphabet."""

    def __init__(self) -> None:
        text = Text()
        for term in glossary():
            text.append(term.name, "bold").append(f": {term.short}")
            text.append(f" {term.more}" if term.more else "")
            text.append(f" See {', '.join(term.see)}.\n\n" if term.see else "\n\n", "dim")
        super().__init__("Glossary", text)


def topic_text(topic: Topic, prices: Sequence[Line]) -> Text:
    """The topic under its headings; answers with what each would need."""
    text = Text()
    if topic.field:
        text.append("In the file: ").append(topic.field, "bold").append("\n\n")
    for heading, part in (
        ("What it is", topic.what),
        ("What it costs", topic.cost),
        ("What Axolotl does with it", topic.axolotl),
        ("What to take", topic.advice),
    ):
        if part:
            text.append(f"{heading}\n", "bold").append(f"{part}\n\n")
    if prices:
        text.append("The answers, and what the plan would need with each\n", "bold")
        for line in prices:
            text.append(f"  {line.label:<20} ")
            text.append(line.price, FIT_STYLE[line.fit] if line.fit else "")
            text.append(f"\n    {line.about}\n" if line.about else "\n", "dim")
        text.append("\n")
    return text.append(f"Source: {topic.source}", "dim")
