"""The estimate's sum, to be checked by hand."""

from __future__ import annotations

from itertools import groupby

from wizard.domain.estimate import COMPONENTS
from wizard.domain.text import joined
from wizard.domain.units import gib
from wizard.memory.terms import Term, terms
from wizard.review import Review


def explain_text(review: Review) -> str:
    """Each component at the worst moment: its terms with formula, numbers, bytes and source."""
    estimate, model = review.estimate, review.model
    assert estimate is not None
    assert model is not None
    lines = ["", f"the sum at the worst moment ({estimate.peak_phase}), in bytes"]
    found = sorted(terms(model, review.effective, estimate), key=lambda term: COMPONENTS.index(term.component))
    for component, group in groupby(found, key=lambda term: term.component):
        lines.append(f"{component}  {estimate.components[component]:,}")
        lines += [line for term in group for line in _term(term)]
    total = estimate.allocated.likely + estimate.components["runtime"]
    lines += ["", f"together {total:,} bytes = {gib(total)}, of which PyTorch allocates {estimate.allocated.likely:,}"]
    return joined(lines)


def _term(term: Term) -> list[str]:
    working = f"{term.working} = " if term.working else ""
    return [f"  {term.name}: {working}{round(term.size):,}", f"      source: {term.source}"]
