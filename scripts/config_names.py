"""Writes wizard/knowledge/models/config_names.json: what the configs of transformers have, by architecture.

    python -m scripts.config_names PYTHON... > wizard/knowledge/models/config_names.json

Each PYTHON has a transformers; a name that one of them has is taken. Under "any" stand those of all architectures.
"""

from __future__ import annotations

import json
import subprocess
import sys

from wizard.knowledge.models.catalogue import built, catalogue

_ASK = """
import json, sys
from transformers.models.auto.configuration_auto import CONFIG_MAPPING
def is_value(made, name):
    try:
        return not name.startswith("_") and not callable(getattr(made, name))
    except Exception:
        return True
def names(made):
    return {name for name in dir(made) if is_value(made, name)} | {*(made.attribute_map or {})}
found = {}
for kind in sys.argv[1:]:
    made = CONFIG_MAPPING[kind]()
    inner = getattr(made, "text_config", None)
    found[kind] = sorted(names(made) | (names(inner) if inner is not None else set()))
print(json.dumps(found))
"""


def asked(python: str, kinds: list[str]) -> dict[str, list[str]]:
    """The names that one transformers has, by architecture."""
    done = subprocess.run([python, "-c", _ASK, *kinds], capture_output=True, text=True, check=True)
    found: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(pythons: list[str]) -> None:
    """Ask each, and write what they have together."""
    kinds = sorted({built(name).architecture for name in catalogue()})
    every = [asked(python, kinds) for python in pythons]
    names = {kind: {name for found in every for name in found[kind]} for kind in kinds}
    shared = set.intersection(*names.values())
    rows = {"any": sorted(shared), **{kind: sorted(own - shared) for kind, own in names.items()}}
    lines = [f" {json.dumps(kind)}: {json.dumps(row)}" for kind, row in rows.items()]
    sys.stdout.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
