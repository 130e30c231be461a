"""`memwizard lsp`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from wizard.cli import completing
from wizard.cli.checker import Checker
from wizard.cli.common import gpu_option, model_option
from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.domain.version import Version
    from wizard.lsp.ports import JudgedText, PageOfRule

SETTINGS = ("gpu", "model", "axolotl", "select", "ignore", "fix_on_save")
"""What an editor may send."""


@dataclass
class CheckingEngine:
    """Judges texts as `check` does. `told`: what the editor and the command line name; `begun`: the latter alone."""

    told: Mapping[str, str] = field(default_factory=dict)
    begun: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from wizard.cli.selection import split
        from wizard.cli.version_option import chosen_version

        self._axolotl = chosen_version(self.told.get("axolotl"))[0]
        self._checker = Checker(
            gpu=self.told.get("gpu"),
            model=self.told.get("model"),
            select=split(self._words("select")),
            ignore=split(self._words("ignore")),
            axolotl=self._axolotl,
        )

    @property
    def axolotl(self) -> Version:
        """The known version that files are for."""
        return self._axolotl

    @property
    def fixes_on_save(self) -> bool:
        """Whether what is safe to fix is fixed as a file is saved: `fix_on_save` of the editor's settings."""
        return self.told.get("fix_on_save", "").lower() == "true"

    def _words(self, name: str) -> list[str]:
        return [self.told[name]] if name in self.told else []

    def concerns(self, text: str) -> bool:
        """Whether a text is an Axolotl config."""
        from wizard.world.finder import text_looks_like_a_config

        return text_looks_like_a_config(text)

    def judge(self, text: str, file: str) -> JudgedText:
        """The review of a text. Raises InputError for what is no config."""
        from wizard.lsp.ports import JudgedText

        found = self._checker.judge(text, file)
        return JudgedText(
            found.review, tuple(zip(found.review.findings, found.places(), strict=True)), found.document.lines
        )

    def page(self, code: str) -> PageOfRule | None:
        """Where a rule's page is; None where there is none."""
        from wizard.lsp.ports import PageOfRule
        from wizard.world.rulepages import rule_page

        found = rule_page(code)
        return PageOfRule(found.file.as_uri(), found.line) if found is not None else None

    def changed(self, text: str, file: str, changes: Mapping[str, object]) -> str:
        """The text with these fields changed. Raises InputError where it can't be."""
        from wizard.world.rewrite import rewrite

        return rewrite(text, changes, file)

    def settled(self, text: str, file: str) -> str:
        """The text with all safe fixes. Raises InputError for what is no config."""
        from wizard.cli.fixing import settle

        return settle(text, file, lambda made: self._checker.judge(made, file)).text

    def renewed(self, settings: Mapping[str, object] | None) -> CheckingEngine:
        """The same with an editor's settings, or with those that hold. Raises InputError."""
        if settings is None:
            return replace(self)
        given = {name: str(settings[name]) for name in SETTINGS if settings.get(name)}
        return CheckingEngine({**self.begun, **given}, self.begun)


@click.command()
@gpu_option
@model_option
@click.option(
    "--axolotl",
    metavar="VERSION",
    shell_complete=completing.versions,
    help="The Axolotl that the files are for, as 0.21.",
)
def command(gpu: str | None, model: str | None, axolotl: str | None) -> int:
    """Serve an editor: findings while you type, fixes, help and completion, by the Language Server Protocol.

    \b
    Examples:
      memwizard lsp
      memwizard lsp --gpu rtx-4090

    It speaks on stdin and stdout. Files that are no Axolotl configs are left alone.
    """
    try:
        from wizard.lsp.features import server
    except ModuleNotFoundError as error:
        if error.name not in ("pygls", "lsprotocol"):
            raise
        raise InputError("needs the package `pygls`: pip install 'memwizard[lsp]'") from None
    import sys

    from wizard.cli.quiet import one_line_each
    from wizard.lsp.bounded import BoundedInput

    one_line_each("pygls")
    named = {"gpu": gpu, "model": model, "axolotl": axolotl}
    begun = {name: value for name, value in named.items() if value}
    made = server(CheckingEngine(begun, begun))
    made.start_io(cast("BinaryIO", BoundedInput(sys.stdin.buffer)))  # it reads lines and bytes, and no more is called
    return 0
