"""`python -m scripts.every_key > tests/plain/every_key.json`: sets every key of the schema at `--plain`, and reads it.

The test command does so with a sample of them; on the screen `tests/session/test_every_key.py` has all. It counts the
keys of each version, and tells what does not stand in the file as it was set; it fails then.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from pathlib import Path

import yaml

from tests.session.scripts import Noted
from tests.session.test_every_key import BASE, TEXTS, begun, reopened
from wizard.domain.keypath import ABSENT, at, steps_of
from wizard.domain.plan import Plan
from wizard.domain.version import Version, parse_version
from wizard.plain import run
from wizard.questions.every_key import KeyNow, every
from wizard.session.conversation import Conversation
from wizard.session.every_key import set_key
from wizard.session.opening import Opening
from wizard.session.results import Changed

VERSIONS = ("0.19", "0.20", "0.21")


def taken(session: Conversation, row: KeyNow) -> tuple[str, object]:
    """The first text that a key takes as another value, and that value; the session is as it was then."""
    for text in [*map(str, row.key.values), *TEXTS]:
        if isinstance(set_key(session, row.path, text), Changed):
            value = at(session.state.plan.values, steps_of(row.path))
            session.undo()
            return text, value
    raise AssertionError(f"{row.path} takes none of the texts")


def typed(opening: Opening, *lines: str) -> str:
    """What `--plain` says where a person types these lines and no more."""
    waiting, said = iter(lines), list[str]()

    def read(prompt: str) -> str:
        said.append(prompt)
        if (line := next(waiting, None)) is None:
            raise EOFError
        return line

    with contextlib.suppress(EOFError):
        run(opening, Noted("rtx-4090"), read=read, say=said.append)
    return "\n".join(said)


def fault(path: str, text: str, value: object, version: Version, folder: Path) -> str:
    """What is wrong after a key was set, written and read again; empty where nothing is."""
    target = folder / "axolotl.yml"
    plan, steps = Plan(BASE).for_axolotl(version), steps_of(path)
    said = typed(Opening(plan, Noted("rtx-4090").here, "none", str(target)), f"set {path} {text}", "write", "")
    if not target.exists():
        return f"{path}: {text} is not written: {said[-300:]}"
    written = target.read_text(encoding="utf-8")
    if value is ABSENT or at(yaml.safe_load(written), steps) != value:
        return f"{path}: {text} stands as {at(yaml.safe_load(written), steps)!r}"
    if "# Everything else" in written:
        return f"{path} has no place of its own"
    again = reopened(target, version)
    if at(again.state.plan.values, steps) != value or again.rendered() != written:
        return f"{path}: it is not read again as {value!r}"
    return ""


def tried(name: str, part: slice = slice(None)) -> tuple[int, list[str]]:
    """How many keys of a version were set, those of a part of their list alone, and what is wrong with them."""
    version = parse_version(name)
    assert version is not None
    rows = every(Plan(BASE).for_axolotl(version))[part]
    with tempfile.TemporaryDirectory() as folder:
        session, found = begun(version, Path(folder)), list[str]()
        for number, row in enumerate(rows):
            (place := Path(folder) / str(number)).mkdir()
            found.append(fault(row.path, *taken(session, row), version, place))
    return len(rows), [one for one in found if one]


def main() -> int:
    """Try those of each version."""
    made = {name: tried(name) for name in VERSIONS}
    told = {name: {"keys": count, "wrong": wrong} for name, (count, wrong) in made.items()}
    sys.stdout.write(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return any(wrong for _, wrong in made.values())


if __name__ == "__main__":
    sys.exit(main())
