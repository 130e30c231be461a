"""What a shell offers for the value of an option; nothing of weight is imported before it asks."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable

import click
from click.shell_completion import BashComplete, CompletionItem, add_completion_class, split_arg_string

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


def files(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Files and folders, which the shell itself lists."""
    return [CompletionItem(begun, type="file")]


def folders(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Folders, which the shell itself lists."""
    return [CompletionItem(begun, type="dir")]


def demos(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The recorded machines."""
    from wizard.world.recorded import names

    return _starting(names(), begun)


def codes(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Codes and names of rules; behind a comma another one."""
    from wizard.rules.catalogue import words

    before, comma, last = begun.rpartition(",")
    return [CompletionItem(before + comma + one.value) for one in _starting(words(), last)]


def settings(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Keys of the newest Axolotl with `=`, and behind that the values that one takes."""
    from wizard.knowledge.axolotl.fields import fields
    from wizard.knowledge.axolotl.keys import find_key
    from wizard.knowledge.axolotl.versions import newest

    name, equals, value = begun.partition("=")
    if not equals:
        return _starting((f"{one}=" for one in fields(newest())), begun)
    key = find_key(name.strip(), newest())
    if key is None:
        return []
    values = [
        *(str(one) for one in key.listed if one is not None),
        *(("true", "false") if "boolean" in key.types else ()),
    ]
    return [CompletionItem(f"{name}={one.value}") for one in _starting(dict.fromkeys(values), value)]


def forms(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """The forms of a row, as `type` in `datasets` names them."""
    from wizard.knowledge.axolotl.dataset_forms import forms as known

    return _starting(known(), begun)


class WholeWords(BashComplete):
    """Bash parts words at `=`, which it counts as words of their own: `--set adapter=q` is put together again."""

    source_template = BashComplete.source_template.replace(
        "COMPREPLY+=($value)", "COMPREPLY+=($value)\n            [[ $value == *= ]] && compopt -o nospace"
    )

    def get_completion_args(self) -> tuple[list[str], str]:
        """The words before the one that is begun, and that one."""
        args, begun = super().get_completion_args()
        if begun.startswith("=") and args:
            begun = args.pop() + begun
        while len(args) > 1 and args[-1] == "=":
            begun = f"{args[-2]}={begun}"
            del args[-2:]
        return args, begun

    def format_completion(self, item: CompletionItem) -> str:
        """Bash puts it in the place of what stands behind `=` alone."""
        _, equals, value = item.value.partition("=")
        behind = equals and value and "=" in split_arg_string(os.environ.get("COMP_WORDS", ""))
        return f"{item.type},{value if behind else item.value}"


add_completion_class(WholeWords)


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
