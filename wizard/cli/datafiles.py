"""Looks into the files of a plan's datasets."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from wizard.axolotl.dataset_types import form_read
from wizard.cli.common import shown
from wizard.cli.echo import echo
from wizard.data.measure import Measures, wrong_columns
from wizard.data.review import Dataset
from wizard.data.rowtext import Counter
from wizard.domain.errors import InputError
from wizard.domain.media import Media
from wizard.domain.nearest import did_you_mean
from wizard.domain.plan import Plan
from wizard.domain.references import references
from wizard.domain.text import plain
from wizard.knowledge.axolotl.dataset_forms import Form, forms, nearest_form
from wizard.knowledge.tokens import Count, by_characters, characters, exactly
from wizard.world.folderfiles import folder_files
from wizard.world.headers import image_size, sound_seconds
from wizard.world.reading import Reading
from wizard.world.rowfile import KINDS, line_of, rows
from wizard.world.tokenizers import tokenizer

_MOST_HEADERS = 100_000
"""Most images and sounds whose headers are read."""

_MOST_FILES = 64
"""Of a folder: with more, none of them is read."""


class Looker:
    """Reads the rows of each dataset, as a sample. `named`: the person named the file, so it must be there.

    `quiet`: no progress is told. `guessed`: the types are those that the files were taken for.

    `counted_by` says how tokens are counted. `problems`: files that can't be used.
    """

    def __init__(
        self,
        plan: Plan,
        model: str | None,
        folder: Path | None,
        sample: int,
        *,
        named: bool,
        quiet: bool = False,
        guessed: bool = False,
    ) -> None:
        self._guessed = guessed
        self.problems: list[InputError] = []
        self._looked = 0
        self._plan, self._folder, self._sample, self._named, self._quiet = plan, folder, sample, named, quiet
        whose = model or plan.get("tokenizer_config") or plan.get("base_model")
        found, why = tokenizer(whose, folder)
        self.exact = found is not None
        self._count: Counter
        if found is None:
            self._count, self._marks = by_characters, Count(0, 1, 1)
            few, many = characters()
            self.counted_by = f"by {few:g} to {many:g} characters a token (fewer where letters are not English): {why}"
        else:
            count = found.count
            self._count, self._marks = (lambda text: exactly(count(text))), exactly(found.marks)
            self.counted_by = f"by the tokenizer of {found.name}"

    def look(self) -> tuple[tuple[Dataset, ...], dict[int, int | None]]:
        """Every file of the datasets, and of each with bad rows the line of the first, by its place."""
        entries = self._plan.get("datasets")
        found: list[Dataset] = []
        lines: dict[int, int | None] = {}
        for entry in entries if isinstance(entries, list) else []:
            if not isinstance(entry, dict):
                found.append(Dataset(str(entry), unknown="not a dataset: it takes `path` and `type`"))
                continue
            if not _files(entry):
                found.append(Dataset("datasets", unknown="an entry names no `path`"))
            for path in _files(entry):
                for one in self._of_path(path, entry):
                    if one.bad is not None:
                        lines[len(found)] = line_of(self._here(one.path), one.bad.line)
                    found.append(replace(one, path=shown(one.path)))
        return tuple(found), lines

    def _here(self, path: str) -> str:
        """The path from here, or from the config's folder where it is not here."""
        beside = os.path.join(self._folder, path) if self._folder is not None else path
        return beside if not _exists(path) and _exists(beside) else path

    def _of_path(self, path: str, entry: Mapping[str, object]) -> Iterator[Dataset]:
        """A file, or each file of a folder that is trained on."""
        place = Path(self._here(path))
        try:
            place = Path(os.path.expanduser(place))
            if not place.is_dir():
                yield self._file(path, entry)
                return
            inside = folder_files(place)
        except (OSError, RuntimeError, ValueError) as error:
            why = error.strerror if isinstance(error, OSError) else None
            why = why or f"can't be read ({type(error).__name__})"
            yield Dataset(path, unknown=self._refused(path, why) if self._named else why)
            return
        many = f"{len(inside.names):,} files, of which none was read" if len(inside.names) > _MOST_FILES else ""
        if many or not inside.names:
            yield Dataset(path, unknown=f"a folder whose rows are not read: {many or inside.why}")
            return
        for name in inside.names:
            yield self._file(os.path.join(path, name), entry)

    def _file(self, path: str, entry: Mapping[str, object]) -> Dataset:
        ending = Path(path).suffix.lower()
        place = self._here(path)
        kind = str(entry.get("ds_type") or KINDS.get(ending) or "")
        if not self._named and not _exists(place) and ending not in KINDS:
            return Dataset(path, unknown="not a file on this machine, so its rows are not read")
        if kind not in KINDS.values():
            why = "memwizard reads jsonl, json, csv, txt and parquet"
            return Dataset(path, unknown=self._refused(path, why) if self._named else f"not read: {why}")
        form = form_read(self._plan, entry)
        if form is None and entry.get("type"):
            hint = did_you_mean(str(entry["type"]), forms())
            return Dataset(path, unknown=f"rows of `type: {entry['type']}` are not known to memwizard.{hint}")
        progress = Progress(path)
        try:
            reading = Reading(place) if self._quiet else Reading(place, progress.say)
            return self._read(reading, path, kind, form)
        except InputError as error:
            return Dataset(path, unknown=self._refused(path, error.message, error.line))
        finally:
            progress.end()

    def _refused(self, path: str, message: str, line: int | None = None) -> str:
        self.problems.append(InputError(message, file=path, line=line))
        return f"can't be used: {message}"

    def _read(self, reading: Reading, path: str, kind: str, form: Form | None) -> Dataset:
        measures: Measures | None = None
        columns: tuple[str, ...] = ()
        guessed = form is None or self._guessed
        media = Media()
        for slot, line, row in rows(reading, kind, self._sample):
            if measures is None:
                columns = tuple(map(str, row))
                form = form or nearest_form(row)
                wrong = wrong_columns(row, form)
                if form is None or wrong is not None:
                    return Dataset(path, form, columns=columns, wrong=wrong)
                measures = Measures(form, self._count, self._marks)
            measures.take(slot, line, row)
            self._media(media, row, Path(path).parent)
        if measures is None:
            return Dataset(path, form, wrong="holds no rows")
        return Dataset(
            path,
            form,
            guessed,
            columns,
            reading.rows,
            reading.exact,
            measures.read,
            reading.share,
            reading.method,
            measures.measured(reading.rows or 0),
            measures.bad,
            media=media if media.any else None,
        )

    def _media(self, media: Media, row: Mapping[str, object], beside: Path) -> None:
        """Note the images and sounds of a row: by the headers of files here, up to a number of them."""
        found = list(references(row))
        images = sum(one.kind == "image" for one in found)
        media.rows += bool(found)
        media.most = max(media.most, images)
        media.sounds += sum(one.kind == "audio" for one in found)
        media.unheard += sum(one.kind == "unheard" for one in found)
        for one in (one for one in found if one.kind != "unheard"):
            folders = (self._folder, beside) if self._looked < _MOST_HEADERS else ()
            self._looked += 1
            size = next(filter(None, (image_size(one.place, folder) for folder in folders)), None)
            if one.kind == "image" and size is not None:
                media.sizes.append(size)
                continue
            seconds = next(filter(None, (sound_seconds(one.place, folder) for folder in folders)), None)
            if one.kind == "audio" and seconds is not None:
                media.seconds.append(seconds)
            else:
                media.unread += 1


class Progress:
    """What part of a file is read, on stderr, where that is a terminal."""

    def __init__(self, path: str) -> None:
        self._path = shown(path)
        self._last = -1

    def say(self, part: float) -> None:
        """Tell it, once for each hundredth."""
        percent = int(100 * part)
        if percent != self._last and sys.stderr is not None and sys.stderr.isatty():
            self._last = percent
            echo(f"\rreading {plain(self._path[-50:])}: {percent}%", err=True, nl=False, own=True)

    def end(self) -> None:
        """Leave the line empty."""
        if self._last >= 0:
            echo("\r\033[K", err=True, nl=False, own=True)


def _exists(path: str) -> bool:
    return os.path.exists(os.path.expanduser(path))


def as_they_are(plan: Plan, folder: Path | str | None) -> tuple[tuple[int, int] | None, ...]:
    """Bytes and time of the last change of each file that the plan's data name; None of what is not here."""
    entries = plan.get("datasets")
    named = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    return tuple(_as_it_is(folder, path) for one in named for path in _files(one))


def _as_it_is(folder: Path | str | None, path: str) -> tuple[int, int] | None:
    for place in (path, os.path.join(folder, path)) if folder is not None else (path,):
        with suppress(OSError, ValueError):
            found = os.stat(place)
            return found.st_size, found.st_mtime_ns
    return None


def _files(entry: Mapping[str, object]) -> list[str]:
    """The files of one dataset: `data_files` where they are named, else its path."""
    named = entry.get("data_files")
    files = [named] if isinstance(named, str) else named
    if isinstance(files, list) and files:
        return [str(one) for one in files]
    return [str(entry["path"])] if entry.get("path") else []
