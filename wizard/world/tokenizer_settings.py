"""What the files of a model's tokenizer say of its chat template and its special tokens, on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from wizard.world import cache

_SETTINGS = "tokenizer_config.json"
_OWN = "chat_template.jinja"
_MOST = 4 << 20


@dataclass(frozen=True, slots=True)
class TokenizerSettings:
    """`template`: the text of its chat template. `here`: its files are on this machine. None: not told there."""

    template: str | None = None
    eos: str | None = None
    bos: str | None = None
    here: bool = False


def tokenizer_settings(name: str, folder: Path | None = None) -> TokenizerSettings:
    """Those of a folder, or of `owner/name` in the cache. `folder`: where the config lies."""
    places = _places(name, folder)
    settings = _json(places)
    own = next(filter(None, (read(place / _OWN) for place in places)), None) or _text(settings)
    return TokenizerSettings(own, _token(settings, "eos_token"), _token(settings, "bos_token"), bool(settings))


def read(place: Path) -> str | None:
    """The text of a small file, None where there is none or it can't be read."""
    try:
        if place.is_file() and place.stat().st_size <= _MOST:
            return place.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None
    return None


def _text(settings: Mapping[str, object]) -> str | None:
    """`chat_template` of a tokenizer's settings: a text, or several by name of which `default` counts."""
    found = settings.get("chat_template")
    if isinstance(found, list):
        named = {one.get("name"): one.get("template") for one in found if isinstance(one, dict)}
        found = named.get("default")
    return found if isinstance(found, str) and found else None


def _token(settings: Mapping[str, object], key: str) -> str | None:
    found = settings.get(key)
    text = found.get("content") if isinstance(found, dict) else found
    return text if isinstance(text, str) and text else None


def _places(name: str, folder: Path | None) -> list[Path]:
    """The folders that may hold the tokenizer of a model: its own, or of the cache."""
    if not name.strip():
        return []
    found = [start / os.path.expanduser(name) for start in (Path(), *([folder] if folder else []))]
    repo = cache.hub_id(name)
    kept = cache.find(repo, _SETTINGS) if repo else None
    return [*found, *([kept.folder] if kept else [])]


def _json(places: list[Path]) -> Mapping[str, object]:
    for place in places:
        text = read(place / _SETTINGS)
        try:
            found = json.loads(text) if text else None
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            return found
    return {}
