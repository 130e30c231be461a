"""Writes docs/commands.md from the commands' own help: `python -m scripts.commands`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from wizard.cli import COMMANDS, cli

PAGE = Path(__file__).parents[1] / "docs" / "commands.md"
HEAD = """<!-- Written by `python -m scripts.commands` from the commands' help. Change that, not this. -->

# Commands

Exit codes: 0 all is well, 1 an error was found or it does not fit, 2 the input or usage is wrong, 70 memwizard itself
has a fault, 130 interrupted (143 by SIGTERM, 129 by a closed line).
"""
_WIDTH = 110


def page() -> str:
    """The whole page."""
    return HEAD + "".join(_section(name, help_text) for name, help_text in _helps())


def _helps() -> Iterator[tuple[str, str]]:
    parent = click.Context(cli, info_name="memwizard", terminal_width=_WIDTH, help_option_names=["-h", "--help"])
    for name in COMMANDS:
        found = cli.get_command(parent, name)
        assert found is not None
        context = click.Context(found, info_name=name, parent=parent, terminal_width=_WIDTH)
        yield name, found.get_help(context)
        for inner, one in getattr(found, "commands", {}).items():
            below = click.Context(one, info_name=inner, parent=context, terminal_width=_WIDTH)
            yield f"{name} {inner}", one.get_help(below)


def _section(name: str, help_text: str) -> str:
    return f"\n## memwizard {name}\n\n```text\n{help_text.rstrip()}\n```\n"


def main() -> None:
    """Write it."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
