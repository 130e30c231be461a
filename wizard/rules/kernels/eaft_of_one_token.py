"""MW979."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import eaft
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule


@rule("MW979", "eaft-of-one-token", "warning", fix="unsafe", keys=("eaft_k",))
def eaft_of_one_token(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eaft_k` of 0 or 1, with which every token counts nothing.

    What it checks
        `use_eaft: true` with `eaft_k` of 0 or 1, unless `eaft_alpha` is 0.

    Why it matters
        EAFT weighs each token by how unsure the model is between its `eaft_k` likeliest tokens. Of one, or none, it is
        never unsure: every weight and every loss is 0, the run goes through and has trained nothing.

    Example
        Bad:
            use_eaft: true
            eaft_k: 1

        Good:
            use_eaft: true
            eaft_k: 20

    Fix
        Without the key it is 20. Not safe: then it trains.

    Source
        axolotl 0.21.0 monkeypatch/loss/eaft.py:34-51, core/builders/causal.py:411 (executed)
    """
    plan = subject.plan
    if eaft.weighs_nothing(plan):
        message = f"eaft_k: {plan.shown('eaft_k')}: every token weighs 0, so that the run trains nothing"
        yield self.finding(message, "eaft_k", plan=plan, fix=Fix({"eaft_k": REMOVE}, "unsafe", "no eaft_k"))
