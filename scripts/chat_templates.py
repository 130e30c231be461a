"""Writes wizard/knowledge/axolotl/chat_templates.json: the texts of the chat templates that Axolotl brings.

    python -m scripts.chat_templates SITE_PACKAGES... > wizard/knowledge/axolotl/chat_templates.json

Each folder has an axolotl. What they do not have alike is told on stderr, and the last one's is written.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path


def texts(folder: Path) -> dict[str, str]:
    """The templates of one release, by name."""
    place = folder / "axolotl/utils/chat_templates/templates"
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(place.glob("*.jinja"))}


def main() -> None:
    """Read them all, and write."""
    found: dict[str, str] = {}
    for folder in map(Path, sys.argv[1:]):
        new = texts(folder)
        for name in sorted(name for name in found.keys() & new.keys() if found[name] != new[name]):
            sys.stderr.write(f"{name} is another in {folder}\n")
        found |= new
    sys.stdout.write(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
