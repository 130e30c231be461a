"""Finds the architecture behind a name: a folder, an id of the catalogue, or any Hugging Face id."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from wizard.domain.errors import InputError
from wizard.domain.model import Model
from wizard.domain.nearest import did_you_mean
from wizard.knowledge.models import catalogue
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.of_size import of_size, size_said
from wizard.world import cache
from wizard.world.cache import ADAPTER, CONFIG
from wizard.world.jsonfile import parse_object
from wizard.world.yamlfile import read_text

_ALLOW = " `--hub` or MEMWIZARD_HUB=1 lets memwizard ask the Hugging Face hub."


def resolve(name: str, folder: Path | None = None, *, allow_hub: bool = False, hint: bool = True) -> Model:
    """The Model of a folder, a catalogue id, or `owner/name` in the Hugging Face cache or, if allowed, on the hub.

    In that order. `folder`: where relative paths start besides the current one. The catalogue goes before the cache:
    its parameter counts are checked against the published ones, and its answer is the same on every machine.
    Only `allow_hub` lets it ask the network. Raises InputError with the nearest id, or with what is wrong; `hint`: also
    with the option that allows it.
    """
    found = _local(name, folder)
    if found is not None:
        return found
    row = catalogue.find(name)
    if row is not None:
        return catalogue.built(row.id)
    repo = cache.hub_id(name)
    if repo is None:
        raise InputError(
            f"the model '{name}' is neither in the catalogue nor a folder with a config.json."
            f"{_nearest(name)} `memwizard models` lists them."
        )
    return _by_id(repo, allow_hub, hint)


def resolve_or_none(
    name: object, folder: Path | None = None, *, allow_hub: bool = False, hint: bool = True
) -> tuple[Model | None, str | None]:
    """The same for a config's base_model: None and the sentence why, where it can't be found."""
    if not isinstance(name, str) or not name.strip():
        return None, "the config names no base_model"
    try:
        return resolve(name, folder, allow_hub=allow_hub, hint=hint), None
    except InputError as error:
        return None, str(error)


def stand_in(like: str) -> Model:
    """The Model that is said to have the shapes of one that can't be found: another's, or those of a size (`7B`).

    Raises InputError where neither is known.
    """
    size = size_said(like)
    if size is not None:
        return of_size(size)
    found = resolve(like)
    return replace(found, notes=(*found.notes, f"the shapes of {found.id} were named for it, which nobody has checked"))


def _local(name: str, folder: Path | None) -> Model | None:
    for start in ("", *([str(folder)] if folder else [])):
        try:
            found = os.path.join(start, os.path.expanduser(name))
            if not os.path.isdir(found or os.curdir):
                continue
            place = Path(found)
            if (place / CONFIG).is_file():
                return _read(place, Path(name).name or place.resolve().name)
            if (place / ADAPTER).is_file():
                raise InputError(_adapter(place), file=name)
            if name.startswith((".", "/", "~")) or len(Path(name).parts) != 2:
                raise InputError("the folder has no config.json", file=name)
        except (OSError, ValueError, RuntimeError):  # RuntimeError: links that go in a circle
            continue
    return None


def _by_id(repo: str, allow_hub: bool, hint: bool) -> Model:
    """The Model of `owner/name` in the cache or on the hub."""
    place = cache.find(repo)
    if place is None and allow_hub:
        from wizard.world import hub

        try:
            place = hub.fetch(repo)
        except hub.NoSuchModelError as error:
            raise InputError(f"{error.message}.{_nearest(repo)}") from None
        if place is None:
            raise InputError(
                f"the model '{repo}' has no config.json on the hub: perhaps it holds GGUF files alone; name the model"
                " it was made from"
            )
    place = place or cache.find(repo, ADAPTER)
    if place is None:
        raise InputError(
            f"the model '{repo}' is neither in the catalogue nor a folder with a config.json nor in the Hugging Face"
            f" cache.{_nearest(repo)}{_ALLOW if hint else ''}"
        )
    if not (place.folder / CONFIG).is_file():
        raise InputError(f"the model '{repo}' can't be used: {_adapter(place.folder)}")
    return _read(place.folder, place.id)


@lru_cache(maxsize=256)
def _nearest(name: str) -> str:
    return did_you_mean(name, [spelling for row in catalogue.catalogue().values() for spelling in (row.id, *row.also)])


def _adapter(folder: Path) -> str:
    """What to say of a folder with an adapter_config.json alone. Raises OSError where the folder can't be read."""
    try:
        path = str(folder / ADAPTER)
        base = parse_object(read_text(path), path).get("base_model_name_or_path")
    except InputError:
        base = None
    known = isinstance(base, str) and 0 < len(base) < 200 and base.isprintable()
    return f"it holds a LoRA adapter; name {f'its base model {base!r}' if known else 'its base model'} instead"


def _read(folder: Path, model_id: str) -> Model:
    """The Model of a folder's config.json, with the size of its checkpoint where that is known."""
    from wizard.world.safetensors import stored

    path = str(folder / CONFIG)
    config = parse_object(read_text(path), path)
    try:
        return build(config, model_id, stored_bytes=stored(folder), tokenizer_bytes=_tokenizer_bytes(folder))
    except InputError as error:
        raise InputError(error.message, file=path) from None


def _tokenizer_bytes(folder: Path) -> int | None:
    """Bytes of the files that transformers 5 saves of a tokenizer; None where the main one is not here."""
    with suppress(OSError):
        others = [one for one in ("tokenizer_config.json", "chat_template.jinja") if (folder / one).is_file()]
        return sum((folder / one).stat().st_size for one in ("tokenizer.json", *others))
    return None
