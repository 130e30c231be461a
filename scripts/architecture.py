"""Draws the rooms of wizard and their imports into docs/architecture.md: `python -m scripts.architecture`."""

from __future__ import annotations

from scripts.imports import ROOT, Graph, imports, reduced, rooms

PAGE = ROOT / "docs" / "architecture.md"
BEGIN, END = "```mermaid\n", "```\n"


def picture(graph: Graph | None = None) -> str:
    """The fewest arrows that lead everywhere imports do, as a Mermaid flowchart; an arrow means "imports"."""
    arrows = reduced(rooms(imports()) if graph is None else graph)
    lines = [f"    {name} --> {other}" for name in sorted(arrows) for other in sorted(arrows[name])]
    return "\n".join(["flowchart TD", *lines]) + "\n"


def drawn(page: str) -> str:
    """The picture that a page has. Raises ValueError where it has none."""
    return page[page.index(BEGIN) + len(BEGIN) : page.index(END, page.index(BEGIN) + len(BEGIN))]


def main() -> None:
    """Put the picture in place of the one that the page has."""
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(page.replace(BEGIN + drawn(page) + END, BEGIN + picture() + END), encoding="utf-8")


if __name__ == "__main__":
    main()
