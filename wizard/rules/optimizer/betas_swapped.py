"""MW934."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import number
from wizard.rules.registry import Rule, Subject, rule

_USUAL = (0.9, 0.999)


@rule("MW934", "betas-swapped", "warning", fix="unsafe", keys=("adam_beta1", "adam_beta2"))
def betas_swapped(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Adam's two betas, as if they were swapped.

    What it checks
        `adam_beta1` above `adam_beta2`, where the second is 0.95 or less; one that is not written is 0.9 and 0.999.

    Why it matters
        The first says how long the mean of gradients is kept, the second how long that of their squares, by which steps
        are divided. Swapped, an old direction goes on for hundreds of steps at a scale of the last few: the loss swings
        or grows, and no library says a word.

    Example
        Bad:
            adam_beta1: 0.999
            adam_beta2: 0.9

        Good:
            adam_beta1: 0.9
            adam_beta2: 0.999

    Fix
        The two, swapped. Not safe: another training.

    Source
        arXiv 1412.6980, section 2 and 4 (beta1 below the root of beta2 is what its convergence rests on); torch 2.13.0
        optim/adamw.py takes any pair in [0, 1) (trained with on a CPU)
    """
    plan = subject.plan
    first, second = (number(plan.get(f"adam_beta{place + 1}"), usual) for place, usual in enumerate(_USUAL))
    if 0 <= second <= 0.95 and second < first < 1:
        message = f"adam_beta1 {first:g} is above adam_beta2 {second:g}, as if they were swapped: steps swing"
        fix = Fix(
            {"adam_beta1": second, "adam_beta2": first}, "unsafe", f"adam_beta1: {second:g}, adam_beta2: {first:g}"
        )
        yield self.finding(message, "adam_beta1", "adam_beta2", plan=plan, fix=fix)
