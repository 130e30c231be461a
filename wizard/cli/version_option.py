"""`--axolotl`: the version that a config is for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from wizard.cli import completing
from wizard.cli.echo import echo
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.version import Version

Command = Callable[..., Any]


def axolotl_option(command: Command) -> Command:
    """`--axolotl`, which MEMWIZARD_AXOLOTL or the person's settings also set. The command gets a known Version."""
    return click.option(
        "--axolotl",
        metavar="VERSION",
        shell_complete=completing.versions,
        callback=_axolotl,
        help="The Axolotl that the config is for, as 0.21, or `newest`. Default: the one installed here, else the"
        " newest that memwizard knows.",
    )(command)


def _axolotl(context: click.Context, _: click.Parameter, given: str | None) -> Version:
    from wizard.knowledge.axolotl.versions import newest

    if context.resilient_parsing:  # completing a line reads no settings
        return newest()
    found, sentence = chosen_version(given)
    if sentence:
        echo(f"memwizard: {sentence}", err=True)
    return found


def chosen_version(given: str | None) -> tuple[Version, str]:
    """The known version that is meant, and what is to be said of it. Raises InputError for a text that is none.

    What is given comes before the person's settings, those before what is installed, that before the newest known.
    """
    from wizard.domain.text import plain
    from wizard.domain.version import parse_version
    from wizard.knowledge.axolotl.versions import NEWEST, nearest, newest
    from wizard.world.installed import installed_axolotl
    from wizard.world.preferences import preferences

    wanted = preferences().axolotl.value if given is None else given.strip()
    if wanted == NEWEST:
        return newest(), ""
    text, here = (wanted, "") if wanted is not None else (installed_axolotl(), ", which is installed here,")
    if text is None:
        return newest(), ""
    version = parse_version(text)
    if version is None and given is not None:
        raise InputError(f"`--axolotl` takes a version such as {newest()}, or `{NEWEST}`, not '{plain(given)}'")
    if version is None:
        return newest(), ""
    found = nearest(version)
    return found, "" if found == version else f"Axolotl {version}{here} is not known; {_knows()}; read as {found}"


def _knows() -> str:
    from wizard.knowledge.axolotl.versions import known

    return f"memwizard knows {known()[0]} to {known()[-1]}"
