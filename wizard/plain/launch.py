"""The word `launch`: writes what starts the run, beside the config."""

from __future__ import annotations

from typing import Protocol

from wizard.domain.diff import unified
from wizard.domain.errors import InputError
from wizard.output.launch.catalogue import KINDS, files
from wizard.output.launch.launch import launch_of
from wizard.plain.render import sentence
from wizard.review import Review
from wizard.session.ports import Outside
from wizard.session.state import State


class Talking(Protocol):
    """What it needs of the dialogue."""

    outside: Outside
    target: str
    last: Review

    @property
    def state(self) -> State:
        """The state now."""
        ...

    def tell(self, *lines: str) -> None:
        """Say lines."""
        ...

    def change(self, state: State, says: str, told: dict[str, object] | None = None) -> bool:
        """Go to another state."""
        ...

    def agrees_to(self, question: str) -> bool:
        """Yes or no."""
        ...


def launch(talk: Talking, kind: str) -> bool:
    """Write the files of a kind, over an existing one after its difference was told; whether the plan changed."""
    changed = False
    try:
        if talk.target in ("", "-"):
            raise InputError("name the config's file first, at the last step: what starts it stands beside it")
        made = launch_of(talk.last, talk.target)
        if changes := KINDS[kind].changes(made):
            changed = talk.change(talk.state.with_fields(changes), f"to start with {kind}", {})
        for path, text in files(kind, made, talk.state.plan).items():
            _write(talk, path, text)
    except InputError as error:
        talk.tell(f"Not written: {sentence(error)}")
        return changed
    talk.tell(f"Once the config is written, start it with: {KINDS[kind].command(made)}")
    return changed


def _write(talk: Talking, path: str, text: str) -> None:
    old = talk.outside.read(path)
    if old == text:
        talk.tell(f"{path} is already so.")
        return
    if old is not None:
        talk.tell(*unified(old, text, path).splitlines())
        if not talk.agrees_to(f"{path} exists. Replace it?"):
            talk.tell(f"{path} was left as it is.")
            return
    talk.outside.write(path, text)
    talk.tell(f"Wrote {path}.")
