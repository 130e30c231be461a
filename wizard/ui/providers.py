"""What the palette asks, imported when it is opened."""

from __future__ import annotations

from collections.abc import Callable

from textual.command import Provider


def provider(name: str) -> Callable[[], type[Provider]]:
    """A class of `commands` by its name, once it is asked for."""

    def found() -> type[Provider]:
        from wizard.ui import commands

        kind: type[Provider] = getattr(commands, name)
        return kind

    return found


questions = provider("QuestionCommands")
EVERY = {questions, *map(provider, ("PresetCommands", "ModelCommands", "RuleCommands", "WordCommands"))}
