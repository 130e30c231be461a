"""Reads YAML safely: bounded in size, depth and aliases, with the line of every key."""

from __future__ import annotations

import os
import re
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from wizard.domain.errors import InputError
from wizard.domain.plan import Repeated
from wizard.domain.spelled import kept
from wizard.domain.templates import marked
from wizard.world.innerplaces import InnerPlaces, Where
from wizard.world.yamlnodes import MAX_NODES, check

_ROWS = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow")
"""Endings of files that hold rows; one in .json may be a config."""
MAX_BYTES = 1 << 20
MAX_DEPTH = 40
MAX_NUMBER = 10**30
_LONG = 1000
"""Characters beyond which no number is worth reading: PyYAML takes quadratic time for `1:1:1:...`."""
_MARK = "\ufeff"

_STR, _EQUALS = "tag:yaml.org,2002:str", "tag:yaml.org,2002:value"
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


_SHORT = 64
"""Characters up to which a word may come again: only those are kept."""


class Loader(_Base):  # type: ignore[misc]
    """PyYAML's safe loader, as Axolotl uses it; every value it can't make is an error with its line."""

    def resolve(self, kind: type[yaml.Node], value: str, implicit: tuple[bool, bool]) -> str:
        """The tag of a node without one; configs have the same words again and again."""
        if kind is yaml.ScalarNode:
            if not implicit[0]:
                return _STR
            if len(value) <= _SHORT:
                return _tag_of(value)
        tag: str = super().resolve(kind, value, implicit)
        return tag


_RESOLVER: Any = yaml.resolver.Resolver()


@lru_cache(maxsize=4096)
def _tag_of(value: str) -> str:
    """The tag that PyYAML gives a scalar without quotes."""
    tag: str = _RESOLVER.resolve(yaml.ScalarNode, value, (True, False))
    return tag


def _checked(make: Callable[[Loader, yaml.Node], Any], kind: str) -> Callable[[Loader, yaml.Node], Any]:
    """A constructor that names the line: PyYAML lets errors of int(), float() and dates through as they are."""

    def construct(loader: Loader, node: yaml.Node) -> Any:
        if kind in ("int", "float") and len(node.value) > _LONG:
            raise yaml.constructor.ConstructorError(None, None, "a number with too many digits", node.start_mark)
        try:
            value = make(loader, node)
            value = kept(value, node.value) if kind == "float" else value
        except (ValueError, TypeError, LookupError, AttributeError, OverflowError):
            value = None
            problem = f"this is no {node.tag.rpartition(':')[2]}"
        else:
            problem = "a number with too many digits" if type(value) is int and abs(value) > MAX_NUMBER else ""
        if problem:
            raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)
        return value

    return construct


class StrictLoader(yaml.SafeLoader):
    """The same in Python, which is the one that Axolotl reads with: some texts are too much for it alone."""


for _tag in ("bool", "int", "float", "binary", "timestamp"):
    for _loader in (Loader, StrictLoader):
        _name = f"tag:yaml.org,2002:{_tag}"
        _loader.add_constructor(_name, _checked(yaml.SafeLoader.yaml_constructors[_name], _tag))

_DIFFERS = re.compile(r"[\t\ufeff]|[\[{][^\n]*\?")
"""Where libyaml takes what PyYAML in Python refuses: tabs, marks of byte order, question marks within brackets."""
_QUOTED = re.compile(r"^ *[\w-]+: +'[^'\n\t\ufeff]*' *$", re.MULTILINE)
"""A key with a text in quotes, whose brackets are none: patterns of modules' names are often written so."""
_SHARED = re.compile(r"[&*!]|<<")
"""Without these a text has no anchors, aliases, merge keys or tags of its own."""
_MAX_STRICT = 1 << 16
"""Characters beyond which Python would take too long."""


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML mapping, the 1-based lines and columns of its top-level keys, and the text it came from.

    A column is where a key begins, and where it has ended. Of a key that stands there several times, the last counts.
    `inner`: where nested keys stand.
    """

    values: dict[str, object]
    lines: dict[str, int]
    text: str
    columns: dict[str, tuple[int, int]] = field(default_factory=dict)
    repeated: tuple[Repeated, ...] = ()
    inner: InnerPlaces = field(default_factory=InnerPlaces, repr=False, compare=False)

    def where(self, key: str) -> Where | None:
        """The place of a key, of a nested one by its path, or of the nearest around it; None where there is none."""
        if key in self.lines:
            return self.lines[key], *self.columns[key]
        return self.inner.find(key) if "." in key or "[" in key else None


def read_text(path: str) -> str:
    """The text of a file, or of stdin for `-`. Raises InputError with the reason why not."""
    return read_marked(path)[1]


def read_marked(path: str) -> tuple[str, str]:
    """The byte order mark of a file, mostly none, and its text. Raises as `read_text` does."""
    try:
        raw = _read_bytes(path)
    except OSError as error:
        raise InputError(_why(error), file=path) from None
    if path.lower().endswith(_ROWS):
        raise InputError(f"this is a data file: `memwizard data {path}` tells what is in it", file=path)
    if len(raw) > MAX_BYTES:
        raise InputError(f"larger than {MAX_BYTES >> 20} MiB: not a training config", file=path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", file=path, line=line) from None
    return text[: text.startswith(_MARK)], text.removeprefix(_MARK)


def _read_bytes(path: str) -> bytes:
    if path == "-":
        if sys.stdin is None or sys.stdin.closed or sys.stdin.buffer.closed:
            raise OSError(0, "stdin is closed")
        return sys.stdin.buffer.read(MAX_BYTES + 1)
    mode = os.stat(path).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "is a folder, not a file")
    if not stat.S_ISREG(mode):
        raise OSError(0, "not a regular file")
    with Path(path).open("rb") as file:
        return file.read(MAX_BYTES + 1)


def _why(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, PermissionError):
        return "you may not read it"
    return error.strerror or str(error)


def parse(text: str, path: str) -> Document:
    """A YAML mapping from text. Raises InputError with file and line for anything else."""
    try:
        return _parsed(text, path)
    except InputError as error:
        line = "".join(text.splitlines()[error.line - 1 : error.line]) if error.line else ""
        template = marked(line.partition("#")[0])
        if template is None:
            raise
        why = f"holds the template {template}, which nothing has filled in: render the file first"
        raise InputError(why, file=path, line=error.line) from None


@lru_cache(maxsize=8)  # a fix is tried on a text that is judged before and after it
def _parsed(text: str, path: str) -> Document:
    strict = len(text) <= _MAX_STRICT and _differs(text)
    loader: Any = StrictLoader if strict else Loader
    try:
        if not _is_small(text):
            _bound(text, path)
        root = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = " ".join(str(error.problem or error.context or "broken").split())
        if "cannot start any token" in what and "\t" in text:
            what = "a tab where YAML takes only spaces"
        elif "another document" in what:
            what = "another document begins here, and an Axolotl config is a single one"
        elif "nesting depth" in what:  # PyYAML 6.0.4 has a bound of its own, which may come first
            what = f"nested deeper than {MAX_DEPTH} levels"
        raise InputError(f"not valid YAML: {what}", file=path, line=mark.line + 1 if mark else None) from None
    except yaml.reader.ReaderError as error:
        counted = text if strict else text.encode(errors="replace").decode("latin-1")  # the C reader counts bytes
        line = counted.count("\n", 0, error.position) + 1
        raise InputError(f"not valid YAML: {error.reason}", file=path, line=line) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"not valid YAML: {' '.join(str(error).split())}", file=path) from None
    if root is None:
        raise InputError("the file is empty", file=path)
    if not isinstance(root, yaml.MappingNode) or root.tag == "tag:yaml.org,2002:set":
        kind = "a list" if isinstance(root, yaml.SequenceNode) else "a single value"
        raise InputError(f"holds {kind}; an Axolotl config is `key: value` lines", file=path, line=1)
    repeated = check(root, path)
    lines, columns = _lines(root), _columns(root)  # before merge keys are put in their place
    values = _construct(root, path, simple=_SHARED.search(text) is None)
    return Document(values, lines, text, columns, repeated, InnerPlaces(text, loader))


def _differs(text: str) -> bool:
    """Whether PyYAML in Python may refuse what libyaml takes."""
    return _DIFFERS.search(text) is not None and _DIFFERS.search(_QUOTED.sub("", text)) is not None


def _is_small(text: str) -> bool:
    """Whether a text is surely within the bounds, without parsing it.

    It has fewer values than characters. A bracket opens two flow collections at most: `[a: b]` is a list of a
    mapping. A block collection begins where its line has had only spaces and indicators so far; a column holds
    two at most, a mapping and a sequence that is not indented below it.
    """
    if len(text) > MAX_NODES:
        return False
    deepest = max((len(line) - len(line.lstrip(" -?:\t")) for line in text.splitlines()), default=0)
    return 2 * (text.count("[") + text.count("{") + deepest + 1) < MAX_DEPTH


def _bound(text: str, path: str) -> None:
    """Refuse what would take unbounded memory or stack, before anything is built."""
    depth = 0
    for count, event in enumerate(yaml.parse(text, Loader=Loader)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        line = event.start_mark.line + 1 if event.start_mark else None
        if depth > MAX_DEPTH:
            raise InputError(f"nested deeper than {MAX_DEPTH} levels", file=path, line=line)
        if count > MAX_NODES:
            raise InputError("more values than any config has", file=path, line=line)


def _construct(root: yaml.Node, path: str, *, simple: bool) -> dict[str, object]:
    """The values; `simple`: every node stands once and has the tag that its text gives it."""
    try:
        values = _plain(root, Loader("")) if simple else Loader("").construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        what = " ".join(str(error.problem or "broken").split())
        raise InputError(f"not valid YAML: {what}", file=path, line=mark.line + 1 if mark else None) from None
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise InputError(f"not valid YAML: {error}", file=path) from None
    return {str(key): value for key, value in values.items()}


def _plain(node: yaml.Node, loader: Loader) -> Any:
    """What PyYAML would construct, in one pass."""
    if isinstance(node, yaml.MappingNode):
        return {
            key.value if key.tag in (_STR, _EQUALS) else _plain(key, loader): _plain(value, loader)
            for key, value in node.value
        }
    if isinstance(node, yaml.SequenceNode):
        return [_plain(value, loader) for value in node.value]
    if node.tag == _STR:
        return node.value
    makers = loader.yaml_constructors
    return makers.get(node.tag, makers[None])(loader, node)


def _lines(root: yaml.MappingNode) -> dict[str, int]:
    return {str(key.value): key.start_mark.line + 1 for key, _ in root.value}


def _columns(root: yaml.MappingNode) -> dict[str, tuple[int, int]]:
    return {str(key.value): (key.start_mark.column + 1, key.end_mark.column + 1) for key, _ in root.value}
