"""Reads and reviews one config as `check` does: with the settings of its project and its own comments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from wizard.axolotl.base import folders, written_to
from wizard.axolotl.datasets import entries
from wizard.axolotl.own_templates import used
from wizard.axolotl.rewards import own_files
from wizard.axolotl.templates import has_marks
from wizard.cli.baseline import Baseline
from wizard.cli.common import chosen_machine, model_of
from wizard.cli.selection import Comments, counted
from wizard.domain.finding import Finding
from wizard.domain.head import Head
from wizard.domain.kept import Kept
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.templates import unfilled
from wizard.domain.version import Version
from wizard.output.text.snippet import Place
from wizard.review import Review, errors, refused, review
from wizard.world.comments import lines
from wizard.world.configs import folder_of, written
from wizard.world.rowhead import file_in_place, heads, missing_module, missing_place
from wizard.world.settings import Settings, settings_for
from wizard.world.yamlfile import Document, parse


@dataclass(frozen=True)
class Judged:
    """A config and its review, with the findings that count; `notes`: for stderr; `strict`: as the settings say.

    `refused`: Axolotl says that it does not take it. `errors`: the codes of what Axolotl refuses, or dies of. Both
    whether that counts here or not.
    """

    document: Document
    review: Review
    notes: tuple[str, ...] = ()
    strict: bool = False
    refused: bool = False
    errors: frozenset[str] = frozenset()

    @cached_property
    def _text(self) -> list[str]:
        return lines(self.document.text)

    def place(self, finding: Finding) -> Place | None:
        """Where the key of a finding stands; None where the file has none of its keys."""
        if finding.line is None or finding.line > len(self._text):
            return None
        text = self._text[finding.line - 1]
        for key in finding.fields:
            where = self.document.where(key)
            if where is not None and where[0] == finding.line:
                return Place(*where, text)
        indent = len(text) - len(text.lstrip())
        return Place(finding.line, indent + 1, max(len(text), indent + 1) + 1, text)

    def places(self) -> list[Place | None]:
        """The places of all findings."""
        return [self.place(finding) for finding in self.review.findings]


@dataclass
class Checker:
    """What one call asks for, with the machines and settings found so far."""

    gpu: str | None = None
    demo: str | None = None
    model: str | None = None
    hub: bool = False
    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    axolotl: Version | None = None
    baseline: Baseline | None = None
    _told: list[str] = field(default_factory=list)
    _machines: Kept[str | None, Machine | None] = field(default_factory=lambda: Kept(64))
    _settings: Kept[Path, Settings] = field(default_factory=lambda: Kept(256))
    _read: Kept[tuple[Path, str, str | None], Head | None] = field(default_factory=lambda: Kept(256))
    _counted: Kept[Settings, frozenset[str]] = field(default_factory=lambda: Kept(64))

    def __post_init__(self) -> None:
        """What the command line names must be there, whatever the files are."""
        counted(Settings(), self.select, self.ignore)
        if self.gpu is not None or self.demo is not None:
            self.machine(Settings())

    def settings(self, file: str) -> Settings:
        """The settings of a file's project. Raises InputError where they are wrong."""
        folder = folder_of(file)
        if folder not in self._settings:
            self._settings[folder] = settings_for(folder)
        return self._settings[folder]

    def machine(self, settings: Settings) -> Machine | None:
        """The machine a file is judged for: the one named here, in the settings, or this one."""
        named = self.gpu if self.gpu is not None or self.demo is not None else settings.gpu
        if named not in self._machines:
            source = settings.source if named != self.gpu else None
            self._machines[named] = chosen_machine(named, self.demo, source)
            found = self._machines[named]
            if found is None or not found.gpus:
                self._told.append("memory and GPU are not judged: no GPU is known; name one with --gpu")
        return self._machines[named]

    def _heads(self, plan: Plan, file: str) -> dict[str, Head]:
        """What is read of the data files that a plan names; each is read once in a call."""
        folder = folder_of(file)
        found = {}
        for entry in entries(plan, "datasets", "test_datasets"):
            path, kind = entry.values.get("path"), entry.values.get("ds_type")
            if not isinstance(path, str) or unfilled({"path": path}):
                continue
            key = (folder, path, kind if isinstance(kind, str) else None)
            if key not in self._read:
                self._read[key] = heads([key[1:]], folder).get(path)
            head = self._read[key]
            if head is not None:
                found[path] = head
        read = [*folders(plan).items(), *((key, text) for key, text in used(plan) if not has_marks(text))]
        for name, place in read:
            local = name.endswith(("resume_from_checkpoint", "chat_template_jinja"))
            missing = None if unfilled({"path": place}) else missing_place(place, folder, local=local)
            if missing is not None:
                found.setdefault(place, missing)
        for place in own_files(plan):
            missing = missing_module(place, folder)
            if missing is not None:
                found.setdefault(place, missing)
        for place in written_to(plan).values():
            taken = None if unfilled({"path": place}) else file_in_place(place)
            if taken is not None:
                found.setdefault(place, taken)
        return found

    def judge(self, text: str, file: str) -> Judged:
        """The review of a text. Raises InputError for what is no config."""
        name = "<stdin>" if file == "-" else file
        settings = self.settings(file)
        if settings not in self._counted:
            self._counted[settings] = counted(settings, self.select, self.ignore)
        document = parse(text, name)
        plan = written(document, name, self.axolotl)
        machine = self.machine(settings)
        open_model = self.model is None and "base_model" in unfilled({"base_model": plan.get("base_model")})
        known, why = (None, None) if open_model else model_of(plan, self.model, file, hub=self.hub)
        notes = [*self._told, *([f"{name}: no estimate: {why}"] if why is not None else [])]
        self._told.clear()
        comments = Comments(text, name)
        found = review(plan, known, machine, {} if file == "-" else self._heads(plan, file))
        wanted = self._counted[settings]
        told = (one for one in found.findings if one.code in wanted and not comments.ignored(one))
        kept = tuple(one for one in told if self.baseline is None or not self.baseline.has(file, one))
        said, all_of_them = (*notes, *comments.notes), (refused(found.findings), errors(found.findings))
        return Judged(document, replace(found, findings=kept), said, bool(settings.strict), *all_of_them)
