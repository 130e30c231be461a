"""The outside of a wizard, as it really is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.domain.errors import InputError

if TYPE_CHECKING:
    from wizard.data.advice import DataCaution, DataTold
    from wizard.data.review import Dataset
    from wizard.data.seen import Marking
    from wizard.domain.head import Head
    from wizard.domain.machine import Machine
    from wizard.domain.model import Model
    from wizard.domain.plan import Plan
    from wizard.domain.preset import Preset
    from wizard.domain.receipt import Receipt
    from wizard.domain.version import Version
    from wizard.session.draft import Draft
    from wizard.world.drafts import Drafts


class RealHere:
    """What is on this machine of what a run needs."""

    def installed(self, package: str) -> str | None:
        """The version of a package."""
        from wizard.world import there

        return there.installed_package(package)

    def exists(self, path: str) -> bool:
        """Whether there is such a file."""
        from wizard.world import there

        return there.exists(path)

    def logged_in(self) -> bool:
        """Whether there is a token of the hub."""
        from wizard.world import there

        return there.logged_in()

    def free_disk(self, path: str) -> int | None:
        """Bytes free."""
        from wizard.world import there

        return there.free_disk(path)

    def cached(self, name: str) -> bool:
        """Whether a model's weights are here."""
        from wizard.world import there

        return there.cached(name)

    def cache_folder(self) -> str:
        """Where they are downloaded to."""
        from wizard.world import there

        return there.cache_folder()

    def receipts(self) -> tuple[Receipt, ...]:
        """The runs so far."""
        from wizard.world.receipts import Receipts

        try:
            return Receipts().all()
        except InputError:
            return ()  # `check` says why


class RealOutside(RealHere):
    """The world, as a wizard may use it.

    `hub`: the Hugging Face hub may be asked for a model. `drafts`: where work is kept, None for nowhere. `axolotl`: the
    version that plans are for.
    """

    def __init__(self, hub: bool = False, drafts: Drafts | None = None, axolotl: Version | None = None) -> None:
        self.hub = hub
        self.drafts = drafts
        self.axolotl = axolotl
        self._said: dict[str, Model] = {}
        self._looked: tuple[object, tuple[Dataset, ...]] | None = None

    def probe(self) -> Machine:
        """This machine now."""
        from wizard.world import probe

        return probe.probe()

    def model(self, name: str) -> tuple[Model | None, str | None]:
        """The model of a name, or the sentence why not."""
        from wizard.world import models

        found, why = models.resolve_or_none(name, allow_hub=self.hub, hint=False)  # a wizard asks
        if found is None and name in self._said:
            return self._said[name], None
        return found, why

    def look_up(self, name: str) -> tuple[Model | None, str | None]:
        """The same, from the hub too."""
        from wizard.world import models

        return models.resolve_or_none(name, allow_hub=True)

    def shapes_as(self, name: str, like: str) -> tuple[Model | None, str | None]:
        """What a model that is not found is said to be like."""
        from wizard.world import models

        try:
            self._said[name] = models.stand_in(like)
        except InputError as error:
            return None, str(error)
        return self._said[name], None

    def presets(self) -> tuple[Preset, ...]:
        """All presets, for the version that plans are for."""
        from wizard.world import presets

        return tuple(replace(one, plan=one.plan.for_axolotl(self.axolotl)) for one in presets.presets())

    def read(self, path: str) -> str | None:
        """The text of a file, None where there is none."""
        from wizard.world.yamlfile import read_text

        try:
            found = Path(path).expanduser().exists()
        except (OSError, RuntimeError, ValueError) as error:
            raise InputError(f"can't be written: {error}", file=path) from None
        return read_text(str(Path(path).expanduser())) if found else None

    def head(self, path: str) -> Head:
        """The head of a data file."""
        from wizard.world.rowhead import head

        return head(path)

    def far_nowhere(self, entry: Mapping[str, object]) -> Head | None:
        """Why there are no rows of a data set of the hub, where neither a cache has it nor the hub may be asked."""
        from wizard.world.hubrows import nowhere

        return None if self.hub else nowhere(str(entry.get("path") or ""))

    def far_head(self, entry: Mapping[str, object]) -> Head:
        """The head of a data set of the hub, from the caches here, else from the hub where it may be asked."""
        from wizard.world.hubrows import head

        told = {key: value if isinstance(value, str) else "" for key, value in entry.items()}
        return head(told.get("path", ""), told.get("name", ""), told.get("split", ""), allow_hub=self.hub)

    def marking(self, plan: Plan, entry: Mapping[str, object], file: str | None) -> Marking:
        """How the conversations of an entry are marked."""
        from wizard.cli.marking import marking
        from wizard.world.configs import folder_of

        return marking(plan, entry, folder_of(file) if file else None)

    def data(self, plan: Plan, machine: Machine, file: str | None) -> DataTold:
        """What the data of a plan comes to, and the lengths that would suit it."""
        from wizard.cli.datafiles import Looker
        from wizard.cli.hours import epoch_hours
        from wizard.cli.rows import rows_text
        from wizard.data.advice import DataTold, advice
        from wizard.data.review import review_data
        from wizard.output.text.data import data_text, hours_text
        from wizard.world.configs import folder_of

        known = machine if machine.gpus else None
        looker = Looker(plan, None, folder_of(file) if file else None, 20_000, named=False, quiet=True)
        datasets, lines = looker.look()
        review = review_data(plan, datasets, known, looker.counted_by, looker.exact)
        hours = epoch_hours(plan, review, known, file or ".", None)
        told = [data_text("the data", review, lines), *([hours_text(hours, machine.title)] if hours else [])]
        text = "\n".join([*told, "", *rows_text(plan, self, file)]).rstrip("\n")
        return DataTold(text, advice(plan, review, known))

    def caution(self, plan: Plan, machine: Machine, file: str | None) -> DataCaution:
        """What is lost of the rows. They are read once for all lengths and batches, as a small sample."""
        from wizard.cli.datafiles import Looker, as_they_are
        from wizard.data.advice import DataCaution, few_otherwise, length_advice, more_steps, shorter_helps
        from wizard.data.review import review_data
        from wizard.output.text.data import caution_text, too_long
        from wizard.world.configs import folder_of

        folder = folder_of(file) if file else None
        named = tuple(repr(plan.get(key)) for key in ("datasets", "base_model", "tokenizer_config"))
        whose = named, as_they_are(plan, folder)
        if self._looked is None or self._looked[0] != whose:
            looker = Looker(plan, None, folder, 2_000, named=False, quiet=True)
            self._looked = whose, looker.look()[0]
        known = machine if machine.gpus else None
        review = review_data(plan, self._looked[1], known, "", exact_tokenizer=False)
        more = more_steps(plan, review, known)
        longer = too_long(review) and bool(length_advice(review))
        suits = more is not None or longer or shorter_helps(plan, review, known)
        return DataCaution(caution_text(review), more, suits=suits, otherwise=few_otherwise(review, more))

    def write(self, path: str, text: str) -> Path | None:
        """Write a file whole."""
        from wizard.world import atomic

        if path.endswith(os.sep):
            raise InputError("is a folder; name a file in it", file=path)
        return atomic.write(Path(path).expanduser(), text)

    def opened(self, path: str) -> tuple[Plan, str]:
        """The plan of a person's own file, and its text."""
        from wizard.world.configs import plan_of
        from wizard.world.yamlfile import read_text

        text = read_text(str(Path(path).expanduser()))
        return plan_of(text, path, self.axolotl), text

    def machine(self, origin: str, name: str) -> Machine:
        """A machine by its name."""
        from wizard.cli.common import chosen_machine

        if origin not in ("named", "recorded"):
            raise InputError(f"there is no machine '{name}' of the kind '{origin}'")
        found = chosen_machine(name if origin == "named" else None, name if origin == "recorded" else None)
        assert found is not None
        return found

    def gpu_names(self) -> tuple[str, ...]:
        """The names of the GPUs that are known."""
        from wizard.knowledge.gpus import gpus

        return tuple(gpus())

    def rewrite(self, text: str, changes: Mapping[str, object], path: str) -> str:
        """A person's own YAML with some fields changed."""
        from wizard.world.rewrite import rewrite

        return rewrite(text, changes, path)

    def understood(self, text: str, path: str) -> Plan:
        """The plan in a text."""
        from wizard.world.configs import plan_of

        return plan_of(text, path, self.axolotl)

    def edit(self, text: str, name: str) -> str:
        """The text as the person's editor leaves it."""
        from wizard.world.editor import edit

        return edit(text, name)

    def value(self, text: str, key: str, axolotl: Version) -> object:
        """A value that was typed for a key."""
        from wizard.world.typed import value_of

        return value_of(text, key, axolotl)

    def take(self, draft: Draft) -> None:
        """Go on with a draft of a wizard that has ended."""
        if self.drafts is not None and draft.source is not None:
            self.drafts.take(Path(draft.source))

    def keep(self, draft: Mapping[str, object]) -> None:
        """Keep the draft of this wizard."""
        if self.drafts is not None:
            whole = {key: _absolute(draft.get(key)) for key in ("file", "target")}
            self.drafts.save({**draft, **whole})

    def forget(self) -> None:
        """Drop it."""
        if self.drafts is not None:
            self.drafts.forget()


def _absolute(path: object) -> object:
    """A file's path that holds in every folder; `-` is stdout."""
    return os.path.abspath(os.path.expanduser(path)) if isinstance(path, str) and path not in ("", "-") else path


def nearby(path: str | None) -> str | None:
    """A path as short as it can be told from here."""
    if path is None or not os.path.isabs(path):
        return path
    short = os.path.relpath(path)
    return path if short.startswith(os.pardir) else short
