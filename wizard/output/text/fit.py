"""What fits, as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from textwrap import wrap

from wizard.domain.estimate import Estimate
from wizard.domain.finding import Finding
from wizard.domain.plan import REMOVE
from wizard.domain.text import joined
from wizard.domain.units import gib, gib_number
from wizard.fit.alternatives import Instead
from wizard.fit.answer import FitAnswer
from wizard.fit.search import Found, host_bytes
from wizard.output.text.estimate import assumed
from wizard.output.text.sizes import size_notes
from wizard.rules.registry import Change

_WIDTH = 79
_LABEL = 52
"""The most letters of a change that its figures stand beside; behind a longer one they have a line of their own."""


def fit_text(name: str | None, answer: FitAnswer, errors: Sequence[Finding] = ()) -> str:
    """How things stand, the best that fits, the ladder of single changes; without a file the best alone.

    `errors`: what Axolotl refuses in the file as it stands, whatever fits.
    """
    machine, free = answer.machine, answer.free
    each = " on each" if machine is not None and machine.count > 1 else ""
    where = f"{machine.title}, {gib(free)} free{each}" if machine is not None and machine.gpus else "no GPU known"
    chosen = answer.plan.get("base_model") or answer.model.id  # a catalogue's row has the shapes of several
    lines = [f"{f'{name}: ' if name else ''}{chosen} on {where}"]
    if name:
        lines.append(f"as it stands: {_need(answer.now, free)}")
        lines += assumed(answer.fit, answer.assumed)
        lines += [line for one in errors for line in _folded(f"refused as it is: {one.code} {one.message}")]
    lines += [line for note in size_notes(machine) for line in _folded(note)] if machine is not None else []
    lines += ["", *_best(answer)]
    if name:
        lines += _ladder("What saves memory", answer.saves, answer, "gives up")
        lines += _ladder("What more memory would buy", answer.gains, answer, "gains")
    return joined(lines)


def _need(estimate: Estimate, free: int | None) -> str:
    device = estimate.device
    return f"{gib(device.likely)} ({gib_number(device.low)} to {gib_number(device.high)}): {estimate.fit(free)}"


def _best(answer: FitAnswer) -> list[str]:
    if answer.free is None:
        return ["Whether it fits is unknown: name a GPU with --gpu."]
    found = answer.found
    if found is not None:
        return [*_folded(f"Best for {answer.want.prefer}: {found.choice.says}"), *_of(found, answer)]
    lines = [f"Nothing fits with rows of {answer.want.length:,} tokens."]
    if answer.experts_lost:
        lost = f"Nothing trains on this base: its experts are stored by {answer.experts_lost} one by one, and"
        lines = _folded(f"{lost} transformers 5 loses them. Take the 16-bit model (`memwizard explain MW931`).")
    if answer.short is not None:
        lines += ["", *_folded(f"With shorter rows: {answer.short.choice.says}"), *_of(answer.short, answer)]
    if answer.instead:
        lines += ["", "What would else do:", *(line for one in answer.instead for line in _instead(one))]
    elif answer.short is None and not answer.experts_lost:
        lines.append("No GPU of the catalogue and no smaller model was found that does it.")
    return lines


def _of(found: Found, answer: FitAnswer) -> list[str]:
    given = found.choice.gives_up
    host = host_bytes(found.estimate)
    return [
        f"  needs {_need(found.estimate, answer.free)}",
        *([f"  and {gib(host)} of host memory on each machine{_of_host(answer)}"] if host else []),
        *([f"  {answer.throughput.says}, by arithmetic"] if answer.throughput else []),
        *(f"  gives up: {one}" for one in given),
        *(["  to set:"] if found.changes else ["  it is set so already"]),
        *(f"    {line}" for line in settings(found.changes)),
    ]


def _of_host(answer: FitAnswer) -> str:
    """What is known of it: the search keeps below what is free, or below a guess."""
    free = answer.machine.host_free_bytes if answer.machine else None
    return f", of {gib(free)} free" if free is not None else "; how much it has is unknown"


def settings(changes: dict[str, object]) -> list[str]:
    """Fields and values as they stand in a file; those that go are said so."""
    return [
        f"(take {name} out)" if value is REMOVE else f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in changes.items()
    ]


def _folded(text: str, indent: str = "") -> list[str]:
    """A sentence as lines, those after the first set in."""
    return wrap(text, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")


def _instead(one: Instead) -> list[str]:
    host = host_bytes(one.found.estimate)
    beside = f" and {gib(host)} of host memory" if host else ""
    says = f"{one.kind}: {one.says}: {gib(one.found.estimate.device.likely)}{beside}; {one.found.choice.says}"
    return _folded(says, "  ")


def _ladder(title: str, changes: tuple[Change, ...], answer: FitAnswer, word: str) -> list[str]:
    if not changes:
        return []
    widest = max((len(change.says) for change in changes if len(change.says) <= _LABEL), default=_LABEL)
    lines = ["", f"{title} (GiB, then what is needed)"]
    for change in changes:
        then = change.estimate
        price = f"{-change.saves_bytes / 2**30:+6.1f}  {gib_number(then.device.likely):>6}  {then.fit(answer.free)}"
        if len(change.says) > widest:
            lines += _folded(change.says, "  ")
        lines.append(f"  {change.says if len(change.says) <= widest else '':<{widest}}  {price}")
        if change.gives_up != "nothing":
            lines.append(f"    {word}: {change.gives_up}")
    return lines
