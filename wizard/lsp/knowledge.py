"""What is told and offered of a key: from the facts of the chosen version."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.text import in_yaml
from wizard.domain.version import Version
from wizard.knowledge.axolotl.dataset_types import dataset_types
from wizard.knowledge.axolotl.fields import plugin_classes
from wizard.knowledge.axolotl.keys import Key, find_key, keys
from wizard.knowledge.models.catalogue import catalogue
from wizard.lsp.cursor import Cursor

_ENTRY = "[]"


def inside(block: str, version: Version) -> Iterator[Key]:
    """The keys of a block, of the file itself for an empty path."""
    start = f"{block}." if block else ""
    for key in keys(version):
        name = key.path.removeprefix(start)
        if key.path.startswith(start) and name and "." not in name and _ENTRY not in name:
            yield key


def key_at(cursor: Cursor, version: Version) -> Key | None:
    """The key on a line, or the list that an entry is in."""
    return find_key(cursor.path.removesuffix(_ENTRY) if cursor.at == "entry" else cursor.path, version)


def values(cursor: Cursor, version: Version) -> list[str]:
    """The values that are offered for a key, as YAML writes them."""
    key = key_at(cursor, version)
    if key is None:
        return []
    found = [in_yaml(value) for value in key.listed]
    if "boolean" in key.types:
        found += ["true", "false"]
    return list(dict.fromkeys([*found, *_known(key.path, version)]))


def _known(path: str, version: Version) -> list[str]:
    """Names that the schema takes as text, and of which we know more."""
    if path == "base_model":
        return sorted(catalogue())
    if path == "plugins":
        return list(plugin_classes(version))
    if path in ("datasets[].type", "test_datasets[].type"):
        return sorted({name for kind in ("supervised", "dpo", "kto") for name in dataset_types(version).names(kind)})
    return []


def told(key: Key) -> str:
    """What is told of a key, as Markdown."""
    lines = [f"**{key.path}**: {key.wanted()}"]
    if key.default is not None:
        lines.append(f"Axolotl takes `{in_yaml(key.default)}` without it.")
    if key.about:
        lines.append(key.about)
    if key.plugin:
        lines.append(f"Needs `{key.plugin}` under `plugins`.")
    if key.memory:
        lines.append("The memory estimate follows it.")
    return "\n\n".join(lines)
