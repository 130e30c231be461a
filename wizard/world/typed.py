"""A value that a person types, read as a file would have it, and numbers as the person means them."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

import yaml

from wizard.domain.errors import InputError
from wizard.domain.spelled import powered, spelled, text_of
from wizard.domain.version import Version
from wizard.knowledge.axolotl.keys import takes_number
from wizard.world.yamlfile import Loader, parse

_KEY = "value"
_TEXT = "tag:yaml.org,2002:str"


def value_of(text: str, key: str | None = None, version: Version | None = None) -> object:
    """What YAML makes of it; None of nothing. Raises InputError with one sentence where it is no YAML.

    Lines are counted from the first of the text. `key`: the path that it is for, which tells where `1e-4` is a number.
    """
    block = f"{_KEY}:\n{indent(text, '  ')}\n"
    try:
        document = parse(block, _KEY)
        if key is not None and version is not None:
            document = parse(numbered(block, version, key), _KEY)
    except InputError as error:
        where = f" (line {max(error.line - 1, 1)})" if error.line and "\n" in text.strip() else ""
        raise InputError(f"{error.message}{where}") from None
    if document.repeated:
        raise InputError(f"`{document.repeated[0].path[-1]}` is given twice")
    return document.values.get(_KEY)


def numbered(text: str, version: Version, key: str | None = None) -> str:
    """A text of YAML that can be read, with `1.0e-4` for `1e-4`, which is a text in YAML, where a number is meant.

    `key`: the path that the text's only key stands for.
    """
    words = _words(yaml.compose(text, Loader=Loader), "")
    for path, node in sorted(words, key=lambda one: -one[1].start_mark.index):
        start, end = node.start_mark.index, node.end_mark.index
        whole = path if key is None else key + path.removeprefix(_KEY)
        if takes_number(whole, version) and text[start:end] == node.value:  # an alias leads to what is done already
            text = text[:start] + text_of(spelled(node.value)) + text[end:]
    return text


def _words(node: yaml.Node | None, path: str) -> Iterator[tuple[str, yaml.ScalarNode]]:
    """Words without quotes that are numbers with a power of ten to a person, and texts to YAML, with their paths."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _words(value, f"{path}.{key.value}" if path else str(key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _words(value, f"{path}[{place}]")
    elif isinstance(node, yaml.ScalarNode) and not node.style and node.tag == _TEXT and powered(node.value):
        yield path, node
