"""The right side: the memory bar by component, the fit, the worst phase, findings and what could save."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll

from wizard.domain.estimate import COMPONENTS, PHASES, Estimate
from wizard.domain.units import GIB, gib, gib_number
from wizard.questions.steps import where
from wizard.review import Review
from wizard.session.fixes import first_told
from wizard.ui.symbols import COMPONENT_STYLE, FIT_STYLE, UNICODE, fit_text
from wizard.ui.widgets.finding_line import short
from wizard.ui.widgets.finding_list import FindingList
from wizard.ui.widgets.heading import Heading
from wizard.ui.widgets.lines import Lines
from wizard.ui.widgets.settled import Settled

Recent = Sequence[tuple[str, int | None]]
"""The last changes, the latest first, with the bytes that each added."""


class MemoryPanel(VerticalScroll, Settled, can_focus=False):
    """Always beside the questions where there is room."""

    DEFAULT_CSS = """
    MemoryPanel { padding: 0 0 0 1; scrollbar-size-vertical: 1; scrollbar-gutter: stable; }
    MemoryPanel > Lines { height: auto; }
    """

    last: tuple[Review, Recent] | None = None

    def on_resize(self) -> None:
        """The bar is as long as there is room."""
        self.call_after_refresh(self._again)

    def _again(self) -> None:
        if self.last is not None:
            self.show(*self.last)

    def compose(self) -> ComposeResult:
        """Four parts, each under its title."""
        yield Lines(id="memory", wraps=True)
        yield Heading("Findings")
        yield FindingList()
        yield Heading("Could save")
        yield Lines(id="changes", wraps=True)
        yield Heading("Last changes", id="recent-title")
        yield Lines(id="recent", wraps=True)

    def show(self, review: Review, recent: Recent = ()) -> None:
        """Draw a review and what led to it."""
        self.last = review, recent
        memory = self.query_one("#memory", Lines)
        memory.put(memory_text(review, max(20, memory.content_size.width or 42)))
        self.query_one(FindingList).show(review)
        self.query_one("#changes", Lines).put(changes_text(review))
        self.query_one("#recent", Lines).put(recent_text(recent))
        self.query_one("#recent-title").display = bool(recent)


def memory_text(review: Review, width: int) -> Text:
    """The fit, the bar, the components, the phases."""
    text = Text()
    estimate = review.estimate
    if estimate is None:
        return Text.assemble(("No estimate: the model's shapes are not known.", "dim"))
    free = review.machine.free_bytes if review.machine else None
    each = " per GPU" if review.effective.sharding.gpus > 1 else ""
    text.append(f"Memory{each}: ", "bold")
    text.append(fit_text(review.fit), FIT_STYLE[review.fit])
    of = f" of {gib(free)} free" if free is not None else " GiB needed"
    text.append(f"\n{gib_number(estimate.device.likely)}{of}", "bold")
    text.append(f"  ({gib_number(estimate.device.low)} to {gib_number(estimate.device.high)})\n", "dim")
    text.append_text(bar(estimate, free, width))
    legend = [
        (Text.assemble((f"{UNICODE.components[one]} ", COMPONENT_STYLE[one]), one), gib_number(size))
        for one in COMPONENTS
        if (size := estimate.components[one]) >= 0.05 * GIB
    ]
    text.append("\n").append_text(in_columns(legend, width))
    text.append(f"\nworst at {estimate.worst_phase}", "bold")
    phases = [(Text(one, "dim"), gib_number(estimate.phases[one])) for one in PHASES if one in estimate.phases]
    text.append("\ntensors in each phase:\n", "dim").append_text(in_columns(phases, width))
    text.append(f"\n{evaluation(estimate)}")
    for warning in estimate.warnings:
        text.append(f"\n! {warning}", "yellow")
    return text


def in_columns(parts: Sequence[tuple[Text, str]], width: int) -> Text:
    """Names and figures in as many columns as there is room for; the figures of a column end below each other."""
    if not parts:
        return Text()
    name, figure = max(one.cell_len for one, _ in parts), max(len(one) for _, one in parts)
    cell = name + 1 + figure
    many = max(1, (width + 1) // (cell + 1))
    gap = " " * (2 if many * (cell + 2) - 2 <= width else 1)
    lines = [Text() for _ in range(-(-len(parts) // many))]
    for place, (one, number) in enumerate(parts):
        line = lines[place // many]
        line.append(gap if line.cell_len else "").append_text(one)
        line.append(f"{' ' * (name - one.cell_len)} {number:>{figure}}", one.style)
    return Text("\n").join(lines)


def evaluation(estimate: Estimate) -> str:
    """What evaluation needs beside training."""
    needs = estimate.phases.get("eval")
    if needs is None:
        return "evaluation: none"
    more = needs - max(size for phase, size in estimate.phases.items() if phase != "eval")
    word = "more" if more > 0 else "less"
    return f"evaluation: {gib_number(needs)} of tensors, {gib_number(abs(more))} {word} than training"


def bar(estimate: Estimate, free: int | None, width: int) -> Text:
    """The components side by side, what is left of the free memory, and a line where that ends."""
    need = estimate.device.likely
    scale = max(need, free or 0, 1)
    cells, used = list[tuple[str, str]](), 0
    for component in COMPONENTS:
        size = min(round(width * estimate.components[component] / scale), width - len(cells))
        cells += [(UNICODE.components[component], COMPONENT_STYLE[component])] * size
    used = len(cells)
    cells += [(UNICODE.free, "dim")] * (width - used)
    if free is not None:
        end = min(width - 1, round(width * free / scale))
        cells[end] = (UNICODE.limit, "bold")
    text = Text(no_wrap=True)
    for symbol, style in cells:
        text.append(symbol, style)
    return text


def nothing_saves(review: Review) -> str:
    """What is left where no change helps."""
    smaller = f": try a smaller model, {where('model')} shows which fit" if review.fit == "over" else ""
    return f"no change saves memory{smaller}"


def recent_text(recent: Recent) -> Text:
    """The last changes and what each did."""
    return Text("\n").join(Text(f"{says}{added_text(added)}") for says, added in recent)


def added_text(added: int | None) -> str:
    """`": -3.4 GiB"`."""
    if added is None:
        return ""
    return f": {added / GIB:+.1f} GiB" if is_seen(added) else ": no change"


def is_seen(added: int) -> bool:
    """Whether a difference is more than nothing as it is shown."""
    return abs(added) >= 0.05 * GIB


def changes_text(review: Review) -> Text:
    """The changes that save most, safe ones first."""
    if not review.judged:
        return Text.assemble((UNICODE.awaited, "dim"))
    changes = review.changes()[:5]
    if not changes:
        return Text.assemble((nothing_saves(review), "dim"))
    told = []
    for change in changes:
        then = change.estimate.fit(review.machine.free_bytes if review.machine else None)
        says = f"{change.says}, saves {gib_number(change.saves_bytes)}: "
        told.append(Text.assemble(says, (fit_text(then), FIT_STYLE[then])))
        if change.safety == "unsafe":
            told.append(Text.assemble((f"  gives up: {change.gives_up}", "dim")))
    return Text("\n").join(told)


def brief(review: Review, width: int, recent: Recent = ()) -> Text:
    """The same in three lines, for narrow screens."""
    estimate = review.estimate
    if estimate is None:
        return Text("No estimate: the model's shapes are not known.")
    free = review.machine.free_bytes if review.machine else None
    text = Text(no_wrap=True, overflow="ellipsis")
    of = f" of {gib(free)} free" if free is not None else " GiB needed"
    need = f"{gib_number(estimate.device.likely):>5}"  # a longer figure does not move the rest
    head = f" {need}{of}, worst at {estimate.worst_phase} "
    text.append(fit_text(review.fit), FIT_STYLE[review.fit])
    text.append(head, "bold")
    text.append_text(bar(estimate, free, max(8, width - len(head) - 12)))
    if not review.judged:
        return text.append(f"\nfindings {UNICODE.awaited}\ncould save: {UNICODE.awaited}", "dim")
    text.append("\n").append_text(_first_finding(review, width))
    shown = review.changes()[: 1 if recent else 2]
    could = "; ".join(f"{change.says} -{gib_number(change.saves_bytes)}" for change in shown)
    # at the end, so that a digit that is typed moves nothing: the whole history stands in the panel
    last = "".join(f"; last change {added / GIB:+.1f} GiB" for _, added in recent[:1] if added and is_seen(added))
    text.append(f"\n{f'could save: {could}' if could else nothing_saves(review)}{last}", "dim")
    return text


def _first_finding(review: Review, width: int) -> Text:
    finding = first_told(review)
    if finding is None:
        return Text.assemble(("no findings", "dim"))
    return short(finding, width, len(review.findings) - 1)
