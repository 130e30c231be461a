"""What a shell offers for the value of an option; nothing is imported before it asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import click
from click.shell_completion import CompletionItem

Completer = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
_MANY = 60


def _starting(names: Iterable[str], begun: str) -> list[CompletionItem]:
    lower = begun.lower()
    return [CompletionItem(name) for name in names if name.lower().startswith(lower)][:_MANY]


def gpus(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The names of the catalogue, several of one too: `8xh100-80gb`."""
    from wizard.knowledge.gpus import gpus as known

    many = re.match(r"(?:[0-9]+x){0,2}", begun)
    before = many[0] if many else ""
    return _starting((before + name for name in known()), begun)


def presets(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Those that come along, and the person's own."""
    from wizard.world.presets import presets as known

    offered = {preset.name: preset.title for preset in known()}
    return [CompletionItem(one.value, help=offered[one.value]) for one in _starting(offered, begun)]


def models(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The ids of the catalogue, found without their owner too; else folders."""
    from wizard.knowledge.models.catalogue import catalogue

    ids = [name for row in catalogue().values() for name in (row.id, *row.also)]
    found = _starting(ids, begun) or [CompletionItem(one) for one in ids if f"/{begun.lower()}" in one.lower()][:_MANY]
    return found or [CompletionItem(begun, type="dir")]


def themes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The themes of the screen."""
    from wizard.world.preferences import THEMES

    return _starting(THEMES, begun)


def versions(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The versions of Axolotl that are known, the newest first."""
    from wizard.knowledge.axolotl.versions import NEWEST, known

    return _starting([NEWEST, *map(str, reversed(known()))], begun)


def explained(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """What `explain` tells of: rules, keys and words."""
    from wizard.knowledge.axolotl.versions import newest
    from wizard.rules.meaning import words

    return _starting(dict.fromkeys(words(newest())), begun)
