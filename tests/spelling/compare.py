"""Whether memwizard reads alike what Axolotl resolves alike."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from tests.conformance.compare import MISSING, machine_of
from tests.conformance.generate import Case
from tests.spelling.judged import AXOLOTL, Judged
from wizard.domain.plan import Plan
from wizard.knowledge.models.catalogue import built
from wizard.review import Review, refusals, review

MODEL = "meta-llama/Llama-3.1-8B"


def reviewed(case: Case) -> Review:
    """memwizard's review, of a model whose memory shows what is read."""
    plan = Plan({**case.config, "base_model": MODEL}, axolotl=AXOLOTL)
    return review(plan, built(MODEL), machine_of(case.machine))


def differences(groups: Sequence[Sequence[Judged]]) -> list[str]:
    """A line for each spelling that Axolotl resolves as another one, and memwizard does not.

    Alike have to be the settings and the estimate; the findings too, where Axolotl says the same of both and no default
    is written out, since a rule may ask whether a key was written; of what Axolotl refuses, that it is refused.
    """
    lines = []
    for group in groups:
        taken, same_words, refused = _grouped(group)
        lines += [line for cases in taken.values() for line in _compared(cases, _settings)]
        lines += [line for cases in same_words.values() for line in _compared(cases, _findings)]
        lines += [f"{case.origin} | not refused" for case in refused if not refusals(reviewed(case).findings)]
    return lines


def _grouped(group: Sequence[Judged]) -> tuple[dict[Any, list[Case]], dict[Any, list[Case]], list[Case]]:
    """By the settings that Axolotl resolves; by these and all that it says; and what it refuses."""
    taken, same_words, refused = defaultdict[Any, list[Case]](list), defaultdict[Any, list[Case]](list), list[Case]()
    for case, answer in group:
        if answer["errors"]:
            refused += [] if any(text.startswith(MISSING) for text in answer["errors"]) else [case]
            continue
        taken[answer["settings"]].append(case)
        if "written out" not in case.origin:
            same_words[answer["settings"], tuple(answer["warnings"]), tuple(answer["unknown"])].append(case)
    return taken, same_words, refused


def _compared(cases: Sequence[Case], part: Any) -> Iterator[str]:
    first, *others = cases
    expected = part(reviewed(first))
    for other in others:
        found = part(reviewed(other))
        if found != expected:
            names = [name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name)]
            told = "; ".join(f"{name}: {expected.get(name)} | {found.get(name)}" for name in sorted(names))
            yield f"{first.origin} | {other.origin} | {told}"


def _settings(found: Review) -> dict[str, object]:
    return {**found.effective._asdict(), "estimate": found.estimate}


def _findings(found: Review) -> dict[str, object]:
    return {one.code: one.severity for one in found.findings}
