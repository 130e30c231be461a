"""Writes docs/glossary.md from wizard/knowledge/glossary.toml: `python -m scripts.glossary`."""

from __future__ import annotations

from pathlib import Path

from wizard.knowledge.help import GlossaryTerm, glossary, term

PAGE = Path(__file__).parents[1] / "docs" / "glossary.md"
HEAD = """<!-- Written by `python -m scripts.glossary` from wizard/knowledge/glossary.toml. Change that, not this. -->

# Words

What the wizard's words mean, for somebody who has never fine-tuned a model. Names in `this type` are fields of an
Axolotl config. The formulas behind the figures are in [estimate.md](estimate.md).
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_entry(one) for one in glossary())])


def anchor(name: str) -> str:
    """What a link to a term's heading ends with."""
    return name.lower().replace(" ", "-")


def _entry(one: GlossaryTerm) -> str:
    parts = [f"## {one.name}", " ".join(filter(None, (one.short, one.more)))]
    if one.see:
        parts.append(f"See {', '.join(_link(name) for name in one.see)}.")
    return "\n\n".join(parts) + "\n"


def _link(name: str) -> str:
    found = term(name)
    return f"`{name}`" if found is None else f"[{found.name}](#{anchor(found.name)})"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
