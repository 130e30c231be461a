"""What an editor is shown of a review: diagnostics, hints in the line, what is told of a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lsprotocol import types
from pygls.workspace import PositionCodec

from wizard.domain.errors import InputError
from wizard.domain.finding import Finding
from wizard.domain.secrets import masked
from wizard.domain.units import gib, gib_number
from wizard.knowledge.axolotl.versions import of_plan
from wizard.lsp.cursor import Cursor
from wizard.lsp.knowledge import key_at, told
from wizard.lsp.ports import JudgedText, PageOfRule
from wizard.lsp.positions import place_range
from wizard.review import Review
from wizard.rules.catalogue import find, load
from wizard.rules.file.unreadable_file import unreadable

SOURCE = "memwizard"
_SEVERITY = {
    "error": types.DiagnosticSeverity.Error,
    "warning": types.DiagnosticSeverity.Warning,
    "hint": types.DiagnosticSeverity.Hint,
}
HINTED = ("base_model", "micro_batch_size")
"""The keys beside which the memory stands."""


Pages = Callable[[str], PageOfRule | None]
"""Where the page of a rule is, by its code."""


def diagnostics(codec: PositionCodec, lines: Sequence[str], judged: JudgedText, pages: Pages) -> list[types.Diagnostic]:
    """A diagnostic for each finding."""
    return [_diagnostic(one, place_range(codec, lines, place, one.line), pages) for one, place in judged.placed]


def _diagnostic(one: Finding, place: types.Range, pages: Pages) -> types.Diagnostic:
    page = pages(one.code)
    return types.Diagnostic(
        place,
        masked(one.message),
        severity=_SEVERITY[one.severity],
        code=one.code,
        code_description=types.CodeDescription(f"{page.uri}#L{page.line}") if page is not None else None,
        source=SOURCE,
    )


def broken(codec: PositionCodec, lines: Sequence[str], error: InputError, file: str, pages: Pages) -> types.Diagnostic:
    """The one diagnostic of a text that can't be read."""
    found = unreadable(error, file)
    return _diagnostic(found, place_range(codec, lines, None, found.line), pages)


def rules_of(line: int, judged: JudgedText, pages: Pages) -> list[types.Location]:
    """The pages of the rules that speak of a line (from 0)."""
    codes = dict.fromkeys(one.code for one, place in judged.placed if place is not None and place.line == line + 1)
    return [_start(page) for code in codes if (page := pages(code)) is not None]


def _start(page: PageOfRule) -> types.Location:
    start = types.Position(page.line - 1, 0)
    return types.Location(page.uri, types.Range(start, start))


def memory(review: Review) -> str | None:
    """ "14.1 of 22.9 GiB, fits"; None where nothing is known of it."""
    if review.estimate is None:
        return None
    need = review.estimate.device.likely
    free = review.machine.free_bytes if review.machine is not None else None
    return gib(need) if free is None else f"{gib_number(need)} of {gib(free)}, {review.fit}"


def hints(codec: PositionCodec, lines: Sequence[str], judged: JudgedText) -> list[types.InlayHint]:
    """The memory, at the end of its lines."""
    text = memory(judged.review)
    found = []
    for key in HINTED:
        line = judged.lines.get(key)
        if text is None or line is None or line > len(lines) or not lines[line - 1].lstrip().startswith(key):
            continue
        end = codec.client_num_units(lines[line - 1].rstrip("\r\n"))
        found.append(types.InlayHint(types.Position(line - 1, end), text, padding_left=True))
    return found


def hover(at: Cursor, line: int, judged: JudgedText) -> str | None:
    """What is told of the place: the key, what it saves to change it, and what the rules say of it."""
    key = key_at(at, of_plan(judged.review.plan))
    parts = [told(key)] if key is not None else []
    if key is not None and key.memory and (text := memory(judged.review)):
        parts.append(f"This run needs {text}.{_line_costs(judged.review.costs(key.path))}")
        parts += [
            f"{change.says}: saves {gib(change.saves_bytes)}"
            for change in judged.review.changes()
            if key.top in change.changes and change.saves_bytes > 0
        ][:3]
    parts += [_rule(one) for one, place in judged.placed if place is not None and place.line == line + 1]
    return masked("\n\n".join(parts)) if parts else None


def _line_costs(cost: int | None) -> str:
    if cost is None or gib_number(abs(cost)) == gib_number(0):
        return ""
    return f" Without this line it would need {gib(abs(cost))} {'less' if cost > 0 else 'more'}."


def _rule(finding: Finding) -> str:
    why = load(find(finding.code)).sections.get("Why it matters", "")
    return f"**{finding.code} {finding.name}**: {finding.message}\n\n{' '.join(why.split())}"
