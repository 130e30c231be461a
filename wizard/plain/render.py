"""A review in plain lines: the fit first, then figures, then what to do."""

from __future__ import annotations

from collections.abc import Container

from wizard.domain.estimate import COMPONENTS, PHASES, Fit
from wizard.domain.finding import Finding
from wizard.domain.text import sentence
from wizard.domain.units import GIB, MIB, gib
from wizard.fit.answer import FitAnswer
from wizard.knowledge.help import topic
from wizard.output.text.findings import saving
from wizard.questions.question import Step
from wizard.questions.steps import position
from wizard.review import Review
from wizard.session.fixes import next_fix
from wizard.session.last_run import LastRun
from wizard.session.proposals import otherwise, proposals

UNKNOWN = "No estimate: the model's shapes are not known."
FIT_WORDS: dict[Fit, str] = {
    "fits": "fits",
    "tight": "tight, it may not fit",
    "over": "over, it does not fit",
    "unknown": "no GPU is known",
}
_KINDS = ("error", "warning", "hint")
_MANY = 5


def price_text(fit: Fit | None, needs: int | None) -> str:
    """`" - over 101.2 GiB"`, or empty where there is no price."""
    if fit is None:
        return ""
    return f" - {'needs' if fit == 'unknown' else fit} {gib(needs)}"


def fit_lines(answer: FitAnswer | None) -> list[str]:
    """What fits best, then each change: what it saves or takes, what it gives up or gains, and what is needed then."""
    if answer is None:
        return [UNKNOWN]
    best, lines = answer.found or answer.short, []
    if otherwise(answer):
        lines.append(otherwise(answer))
    if best is not None:
        lines.append(f"{proposals(answer)[0].about} It needs {gib(best.estimate.device.likely)}.")
    if answer.found is not None:
        lines.append("take best takes it.")
    for words, changes in (("saves", answer.saves), ("takes", answer.gains)):
        for change in changes:
            then, gives = change.estimate, "gives up" if words == "saves" else "gains"
            price = f"{words} {gib(abs(change.saves_bytes))}, then {gib(then.device.likely)}"
            lines.append(f"{change.says}: {price}, {FIT_WORDS[then.fit(answer.free)]}; {gives} {change.gives_up}.")
    return lines


def verdict(review: Review, before: Review | None = None) -> list[str]:
    """The fit and the figures; `before`: the review that this one is compared with."""
    estimate = review.estimate
    if estimate is None:
        return [UNKNOWN]
    free = review.machine.free_bytes if review.machine else None
    each = " on each GPU" if review.effective.sharding.gpus > 1 else ""
    of = f"of {gib(free)} free" if free is not None else "needed"
    lines = [
        f"Memory{each}: {FIT_WORDS[review.fit]}. Likely {gib(estimate.device.likely)} {of}{_against(review, before)}.",
        f"Low {gib(estimate.device.low)}, high {gib(estimate.device.high)}; worst at {estimate.worst_phase}.",
    ]
    if "eval" in estimate.phases:
        lines.append(f"Evaluation alone has {gib(estimate.phases['eval'])} of tensors.")
    return lines


def _against(review: Review, before: Review | None) -> str:
    if before is None or before.estimate is None or review.estimate is None:
        return ""
    more = review.estimate.device.likely - before.estimate.device.likely
    return f", change {more / GIB:+.1f} GiB" if abs(more) >= 0.05 * GIB else ", no change"


def news(review: Review, before: Review) -> list[str]:
    """The findings that were not there before, and the codes of those that are gone."""
    known = {(finding.code, finding.fields) for finding in before.findings}
    left = {finding.code for finding in review.findings}
    lines = [
        line
        for finding in review.findings
        if (finding.code, finding.fields) not in known
        for line in finding_lines(finding, review, new=True)
    ]
    gone = sorted({finding.code for finding in before.findings} - left)
    return [*lines, f"Settled: {', '.join(gone)}."] if gone else lines


def finding_lines(finding: Finding, review: Review, *, new: bool = False) -> list[str]:
    """A finding and its fix; says so where `fix` takes it."""
    word = f"New {finding.severity}" if new else finding.severity.capitalize()
    lines = [f"{word} {finding.code}: {sentence(finding.message)}"]
    if finding.fix is not None:
        kind = "  Fix" if finding.fix.safety == "safe" else "  Fix (the training is not the same then)"
        take = ". Type fix to take it." if finding is next_fix(review) else "."
        lines.append(f"{kind}: {finding.fix.says}{saving(finding.fix.saves_bytes)}{take}")
    return lines


def findings_text(review: Review) -> list[str]:
    """Every finding with its fix."""
    lines = [line for finding in review.findings for line in finding_lines(finding, review)]
    return [f"Findings: {counted(review)}.", *lines]


def run_lines(run: LastRun | None, step: Step, unfolded: Container[int]) -> list[str]:
    """At the head of a step, what the last run died of, where no question that is asked there says it."""
    if run is None or run.at.step.id != step.id:
        return []
    if run.at.question is None:
        return [sentence(run.says)]
    if not run.at.question.folded or position(step.id) in unfolded:
        return []
    return [f"{sentence(run.says)} Type more for the question that it concerns: {run.at.question.title}."]


def counted(review: Review) -> str:
    """`"2 errors, 1 hint"`, or `"none"`."""
    counts = {kind: sum(finding.severity == kind for finding in review.findings) for kind in _KINDS}
    said = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items() if count)
    return said or "none"


def topic_lines(name: str) -> list[str]:
    """What a question is about, a part on each line; `name`: its id, or machine, preset, model, target."""
    found = topic(name)
    if found is None:
        return []
    parts = {
        "What it is": found.what,
        "What it costs": found.cost,
        "What Axolotl does with it": found.axolotl,
        "What to take": found.advice,
    }
    return [f"{head}: {part}" for head, part in parts.items() if part]


def memory_text(review: Review) -> list[str]:
    """Components at the worst moment, phases, and the changes that save most."""
    estimate = review.estimate
    if estimate is None:
        return [UNKNOWN]
    lines = [*verdict(review), f"At the worst moment of the training, in {estimate.peak_phase}:"]
    parts = [(name, estimate.components[name]) for name in COMPONENTS]
    lines += [f"  {name} {gib(size)}" for name, size in parts if size >= 50 * MIB]
    lines.append("Tensors in each phase:")
    for phase in PHASES:
        if phase in estimate.phases:
            worst = ", the worst" if phase == estimate.worst_phase else ""
            lines.append(f"  {phase} {gib(estimate.phases[phase])}{worst}")
    lines += [f"Beware: {warning}" for warning in estimate.warnings]
    return [*lines, *_cheapest(review)]


def _cheapest(review: Review) -> list[str]:
    changes = review.changes()[:_MANY]
    if not changes:
        return ["No single change saves memory."]
    lines = ["Could save:"]
    for change in changes:
        then = change.estimate.fit(review.machine.free_bytes if review.machine else None)
        fit = "" if then == "unknown" else f", then {then}"
        cost = f"; gives up: {change.gives_up}" if change.safety == "unsafe" else ""
        lines.append(f"  {change.says}, saves {gib(change.saves_bytes)}{fit}{cost}")
    return lines
