"""The file as it would be written, beside the form; what the last change touched is marked."""

from __future__ import annotations

import difflib

from rich.text import Text
from textual.containers import VerticalScroll
from textual.geometry import Region

from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.settled import Settled
from wizard.ui.widgets.yaml_text import yaml_line


class FileLines(Lines):
    """A comment for which there is no room is left out; a word or two of it would tell nothing."""

    def lay_out(self, width: int) -> list[Text]:
        """Each line as far as there is room."""
        return [fitting(one, width) for one in super().lay_out(width)]


def fitting(line: Text, width: int) -> Text:
    """A line of the file, without a comment behind a value that would lose more than half of it."""
    said, mark, comment = line.plain.partition("  # ")
    room = width - len(said) - len(mark)
    if line.cell_len <= width or not mark or 2 * room >= len(comment):
        return line
    found = line.copy()
    found.right_crop(len(line.plain) - len(said.rstrip()))
    return found


class YamlPanel(VerticalScroll, Settled, can_focus=False):
    """Lines of the file. Those that differ from the last one shown have a mark in front, and come into view."""

    DEFAULT_CSS = """
    YamlPanel { height: 1fr; padding: 0 1 0 0; scrollbar-size-vertical: 1; }
    """

    def __init__(self) -> None:
        super().__init__(FileLines())
        self.text: str | None = None

    def show(self, text: str) -> None:
        """Draw a file."""
        if text == self.text:
            return
        before, self.text = self.text, text
        lines = text.splitlines()
        marked = touched(before.splitlines(), lines) if before is not None else frozenset()
        drawn = Text()
        for number, line in enumerate(lines):
            drawn.append("▸" if number in marked else " ", "bold")
            drawn.append_text(yaml_line(line))
            drawn.append("\n" if number < len(lines) - 1 else "")
        self.query_one(Lines).put(drawn)
        if marked:
            first = Region(0, max(0, min(marked) - 2), 1, 5)
            self.call_after_refresh(self.scroll_to_region, first, animate=False)


def touched(before: list[str], after: list[str]) -> frozenset[int]:
    """The places of the new lines whose keys or values were not so before; a comment may tell of anything."""
    old, new = _without_comments(before), _without_comments(after)
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    found = {place for tag, _, _, start, end in matcher.get_opcodes() if tag != "equal" for place in range(start, end)}
    return frozenset(place for place in found if not after[place].startswith("# "))


def _without_comments(lines: list[str]) -> list[str]:
    return [line.partition("  # ")[0] for line in lines]
