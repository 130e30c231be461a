"""What a wizard, and a command that writes, need of the outside; the command line hands it in."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from wizard.data.advice import DataCaution, DataTold
from wizard.data.seen import Marking
from wizard.domain.head import Head
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.preset import Preset
from wizard.domain.receipt import Receipt
from wizard.domain.version import Version
from wizard.session.draft import Draft


class Files(Protocol):
    """Files as they are read and written."""

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none. Raises InputError where it can't be read."""
        ...

    def write(self, path: str, text: str) -> Path | None:
        """Write a file whole; the backup's path if there was one. Raises InputError."""
        ...


class OwnFiles(Files, Protocol):
    """A person's own configs."""

    def opened(self, path: str) -> tuple[Plan, str]:
        """The plan of a person's own file, and its text. Raises InputError."""
        ...

    def rewrite(self, text: str, changes: Mapping[str, object], path: str) -> str:
        """A person's own YAML with these fields changed and every other byte kept. Raises InputError."""
        ...

    def understood(self, text: str, path: str) -> Plan:
        """The plan in a text. Raises InputError where it is no config."""
        ...

    def edit(self, text: str, name: str) -> str:
        """The text as the person's editor leaves it, in a file of this name. Raises InputError where there is none."""
        ...

    def value(self, text: str, key: str, axolotl: Version) -> object:
        """What a typed text means as the value of a key, of a path. Raises InputError where it is no YAML."""
        ...


class DraftStore(Protocol):
    """Where unfinished work is kept. None of it ever raises."""

    def take(self, draft: Draft) -> None:
        """Go on with a draft of a wizard that has ended: it is this one's now."""
        ...

    def keep(self, draft: Mapping[str, object]) -> None:
        """Keep the draft of this wizard in place of the one before."""
        ...

    def forget(self) -> None:
        """Drop the draft of this wizard: it is written, or not wanted."""
        ...


class Machines(Protocol):
    """GPUs: those of this machine, and others by their names."""

    def probe(self) -> Machine:
        """This machine now; may take seconds, so it is called beside the screen."""
        ...

    def machine(self, origin: str, name: str) -> Machine:
        """A machine that was named (`named`) or recorded (`recorded`). Raises InputError.

        No machine that a person names is made anywhere else: the allocator settings of this environment come along.
        """
        ...

    def gpu_names(self) -> tuple[str, ...]:
        """The names of the GPUs that are known."""
        ...


class Data(Protocol):
    """The rows that a plan names."""

    def head(self, path: str) -> Head:
        """The head of a data file: its columns and some rows, or why they can't be told."""
        ...

    def far_nowhere(self, entry: Mapping[str, object]) -> Head | None:
        """An `unread` head, with why, where it is clear at once that `far_head` would give no rows; else None."""
        ...

    def far_head(self, entry: Mapping[str, object]) -> Head:
        """The head of an entry that names a data set of the hub, `unread` with why if it has none; may take seconds."""
        ...

    def marking(self, plan: Plan, entry: Mapping[str, object], file: str | None) -> Marking:
        """How the conversations of an entry are marked. `file`: the person's own, where it is one."""
        ...

    def data(self, plan: Plan, machine: Machine, file: str | None) -> DataTold:
        """How long the rows of the plan's local files are and what comes of it; may take seconds."""
        ...

    def caution(self, plan: Plan, machine: Machine, file: str | None) -> DataCaution:
        """What is lost of those rows, images apart; empty where little is. May take a second.

        Files that have been read are not read again as long as the plan names the same.
        """
        ...


class Here(Protocol):
    """What is on this machine of what a run needs. Nothing is imported, and none of it ever raises."""

    def installed(self, package: str) -> str | None:
        """The version of a package, by its name as pip lists it; None where it is not installed."""
        ...

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        ...

    def logged_in(self) -> bool:
        """Whether there is a token of the hub."""
        ...

    def free_disk(self, path: str) -> int | None:
        """Bytes free where a path is or would be."""
        ...

    def cached(self, name: str) -> bool:
        """Whether a model's weights are here."""
        ...

    def cache_folder(self) -> str:
        """Where they are downloaded to."""
        ...


class Runs(Protocol):
    """What was trained on this machine."""

    def receipts(self) -> tuple[Receipt, ...]:
        """The runs of this person so far, the oldest first; none where they can't be read."""
        ...


class Outside(OwnFiles, DraftStore, Machines, Data, Here, Runs, Protocol):
    """All of it. `hub`: a model may be looked up on the network."""

    hub: bool

    def model(self, name: str) -> tuple[Model | None, str | None]:
        """The model of a name, or None and the sentence why not."""
        ...

    def look_up(self, name: str) -> tuple[Model | None, str | None]:
        """The same, and the hub is asked where it is not here: the person wants it for this once."""
        ...

    def shapes_as(self, name: str, like: str) -> tuple[Model | None, str | None]:
        """The model whose shapes a name that is not found is said to have: another one, or a size (`7B`).

        From now on `model` gives it for that name.
        """
        ...

    def presets(self) -> tuple[Preset, ...]:
        """All presets."""
        ...
