"""A value that a person types, read as a file would have it."""

from __future__ import annotations

from textwrap import indent

from wizard.domain.errors import InputError
from wizard.world.yamlfile import parse

_KEY = "value"


def value_of(text: str) -> object:
    """What YAML makes of it; None of nothing. Raises InputError with one sentence where it is no YAML.

    Lines are counted from the first of the text.
    """
    try:
        document = parse(f"{_KEY}:\n{indent(text, '  ')}\n", _KEY)
    except InputError as error:
        where = f" (line {max(error.line - 1, 1)})" if error.line and "\n" in text.strip() else ""
        raise InputError(f"{error.message}{where}") from None
    if document.repeated:
        raise InputError(f"`{document.repeated[0].path[-1]}` is given twice")
    return document.values.get(_KEY)
