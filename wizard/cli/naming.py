"""A rule by the word that a person typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.rules.entry import Entry


def named(word: str, file: str | None = None) -> Entry:
    """The rule with this code or name. Raises InputError, for `file`, with the nearest and where to see them all."""
    from wizard.rules.catalogue import find

    try:
        return find(word)
    except InputError as error:
        raise InputError(f"{error.message} `memwizard rules` lists them.", file=file) from None
