"""Finds the Axolotl configs that FILE arguments mean: files, folders, globs."""

from __future__ import annotations

import glob
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from wizard.domain.errors import InputError
from wizard.world.yamlfile import read_text

_ENDINGS = (".yml", ".yaml")
_CONFIG = re.compile(r"^[\"']?(?:base_model|datasets)[\"']?[ \t]*:", re.MULTILINE)
_JSON = re.compile(r"[\"'{,\s](?:base_model|datasets)[\"']?\s*:")


@dataclass(slots=True)
class FoundFiles:
    """The files to judge, each once; how many others were skipped in each argument; and what could not be used."""

    files: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    problems: list[InputError] = field(default_factory=list)


def find(arguments: Iterable[str], *, skip_others: bool = False) -> FoundFiles:
    """The files of all arguments, in their order, those of a folder or a glob sorted.

    Below a folder, YAML files that are no Axolotl config are skipped, and so are hidden folders and virtual
    environments. `skip_others`: a file that is named is skipped too when it is none.
    """
    found = FoundFiles()
    seen: dict[str, bool] = {}
    for argument in arguments:
        skipped, taken = 0, False
        for file, named in _meant(argument, found.problems):
            key = file if file == "-" else os.path.realpath(file)
            if key not in seen:
                seen[key] = (named and not skip_others) or looks_like_a_config(file, unreadable=named)
                if seen[key]:
                    found.files.append(file)
                skipped += not seen[key]
            taken |= seen[key]
        if os.path.isdir(argument) and not taken and not skip_others:
            message = "there is no Axolotl config below this folder: no YAML file has base_model or datasets"
            found.problems.append(InputError(message, file=argument))
        elif skipped:
            found.skipped[argument] = skipped
    return found


def stamps(arguments: Iterable[str]) -> dict[str, tuple[int, int]]:
    """The YAML files of all arguments with what tells that one has changed: when it was written last, and its size."""
    found = {}
    for argument in arguments:
        for file, _ in _meant(argument, []):
            try:
                state = os.stat(file)
            except OSError:  # it comes later, or has gone
                continue
            found[file] = (state.st_mtime_ns, state.st_size)
    return found


def looks_like_a_config(file: str, *, unreadable: bool) -> bool:
    """Whether a YAML file has `base_model` or `datasets`; `unreadable` is the answer where it can't be read."""
    if file == "-":
        return True
    try:
        text = read_text(file)
    except InputError:
        return unreadable
    return text_looks_like_a_config(text)


def text_looks_like_a_config(text: str) -> bool:
    """Whether a YAML text has `base_model` or `datasets`."""
    return (_JSON if text.lstrip().startswith("{") else _CONFIG).search(text) is not None


def _meant(argument: str, problems: list[InputError]) -> Iterator[tuple[str, bool]]:
    """The files of one argument, and whether they were named (not only lie below a folder)."""
    if argument == "-" or (os.path.lexists(argument) and not os.path.isdir(argument)):
        yield argument, True
        return
    if os.path.isdir(argument):
        yield from _below(argument, problems)
        return
    if not glob.has_magic(argument):
        yield argument, True  # reading it says why not
        return
    matches = sorted(_matches(argument))
    if not matches:
        problems.append(InputError("no file matches", file=argument))
    for match in matches:
        if os.path.isdir(match):
            yield from _below(match, problems)
        else:
            yield match, True


def _matches(pattern: str, start: str = "") -> set[str]:
    """What a pattern stands for below a folder; `**` follows no links to folders, which may lead round and round."""
    before, stars, after = f"{pattern}/*".partition("**/") if pattern.endswith("**") else pattern.partition("**/")
    if not stars or (before and not before.endswith("/")):
        return set(glob.glob(os.path.join(glob.escape(start), pattern)))
    roots = glob.glob(os.path.join(glob.escape(start), before)) if before else [start]
    return {match for root in roots for folder in _folders(root) for match in _matches(after or "*", folder)}


def _folders(root: str) -> Iterator[str]:
    """A folder and those below it, but for hidden ones."""
    for where, folders, _ in os.walk(root or "."):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield where if root else where[2:]


def _below(folder: str, problems: list[InputError]) -> Iterator[tuple[str, bool]]:
    def say(error: OSError) -> None:
        problems.append(InputError(f"can't be looked into: {error.strerror or error}", file=str(error.filename)))

    paths = []
    for where, folders, names in os.walk(folder, onerror=say):
        folders[:] = [name for name in folders if not _is_passed_over(where, name)]
        paths += [os.path.normpath(os.path.join(where, name)) for name in names if name.lower().endswith(_ENDINGS)]
    yield from ((path, False) for path in sorted(paths) if os.path.isfile(path))


def _is_passed_over(where: str, name: str) -> bool:
    return name.startswith(".") or os.path.exists(os.path.join(where, name, "pyvenv.cfg"))
