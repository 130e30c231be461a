"""MW830."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import Repeated
from wizard.rules.registry import Rule, Subject, rule

_MOST = 20
"""Keys that are told one by one."""
_MENDED = 200
"""More are not taken out: a file with so many wants a person."""
_LINES = 5


@rule("MW830", "key-given-twice", "warning", fix="safe")
def key_given_twice(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key that stands there more than once.

    What it checks
        Each mapping of the file, nested ones too, for a key that it has several times. What is merged in with `<<`
        is no second one: a key of the mapping itself goes before it.

    Why it matters
        Axolotl reads the last and drops the others without a word. Who changes the first one changes nothing.

    Example
        Bad:
            adapter: lora
            lora_r: 32
            lora_alpha: 16
            lora_target_linear: true
            lora_r: 8

        Good:
            adapter: lora
            lora_alpha: 16
            lora_target_linear: true
            lora_r: 8

    Fix
        Those that do not count are taken out. Safe: they did nothing.

    Source
        PyYAML 6.0.3 constructor.py:134, which axolotl 0.19.0 cli/config.py:248 loads with (executed)
    """
    plan = subject.plan
    mendable = len(plan.repeated) <= _MENDED
    for one in plan.repeated[:_MOST]:
        top = one.path[0]
        says = f"take out {_lines(one.lines[:-1], 'the one on')}"
        fix = Fix({top: plan.values[top]}, "safe", says) if top in plan and mendable else None
        message = (
            f"{', '.join(one.path)} is given {_times(len(one.lines))}, on {_lines(one.lines)}: {_counts(one, subject)}"
        )
        yield replace(self.finding(message, top, plan=plan, fix=fix), line=one.lines[-1])
    more = plan.repeated[_MOST:]
    if more:
        message = f"{len(more)} more keys are given several times: of each the last counts"
        changes = {top: plan.values[top] for one in more if (top := one.path[0]) in plan}
        fix = Fix(changes, "safe", "take out those that do not count") if changes and mendable else None
        yield replace(self.finding(message, plan=plan, fix=fix), line=more[0].lines[-1])


def _times(number: int) -> str:
    return "twice" if number == 2 else f"{number} times"


def _lines(lines: tuple[int, ...], one: str = "") -> str:
    shown = list(dict.fromkeys(lines))
    if len(shown) == 1:
        return f"{one} line {shown[0]}".strip()
    *firsts, last = shown
    if len(shown) > _LINES:
        firsts = [*firsts[: _LINES - 1], *(["…"] if len(shown) > _LINES else [])]  # type: ignore[list-item]
    return f"{one and 'those on '}lines {', '.join(map(str, firsts))} and {last}"


def _counts(one: Repeated, subject: Subject) -> str:
    value = subject.plan.values.get(one.path[0])
    plain = len(one.path) == 1 and isinstance(value, (str, int, float))
    shown = str(value) if not isinstance(value, bool) else str(value).lower()
    named = f", {shown}" if plain and len(shown) < 40 and shown.isprintable() else ""
    return (
        f"the last counts{named}, Axolotl drops {'the other' if len(one.lines) == 2 else 'the others'} without a word"
    )
