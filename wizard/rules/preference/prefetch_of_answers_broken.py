"""MW770."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import batch, preference
from wizard.domain.finding import Finding
from wizard.domain.values import flag
from wizard.domain.version import Version
from wizard.rules.registry import Rule, Subject, rule

_TRIED = (Version(0, 19), Version(0, 21))


@rule(
    "MW770",
    "prefetch-of-answers-broken",
    "error",
    keys=("trl",),
    crashes=(
        "'int' object is not subscriptable",
        "too many values to unpack (expected 7)",
        "got an unexpected keyword argument 'num_tiles'",
    ),
)
def prefetch_of_answers_broken(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`trl.async_prefetch`, which does not go together with the TRL of that Axolotl.

    What it checks
        With `rl: grpo` or `gdpo`: `trl.async_prefetch` without `trl.streaming_partial_batch` in 0.21; in 0.19 it or
        `trl.use_data_producer` at all.

    Why it matters
        In 0.21 the count of tokens that the background thread leaves among the rows is a plain number, which TRL 1.14
        can't shuffle: "TypeError: 'int' object is not subscriptable", whoever writes the answers. 0.19 unpacks seven
        things of TRL 1.9's answers, which are more, and takes fewer arguments than that hands over.

    Example
        Bad:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              async_prefetch: true

        Good:
            rl: grpo
            micro_batch_size: 4
            trl:
              num_generations: 4
              async_prefetch: true
              streaming_partial_batch: true

    Fix
        With 0.21 `streaming_partial_batch: true` scores groups one by one and shuffles nothing. There is none to apply.

    Source
        axolotl 0.21.0 core/trainers/grpo/async_trainer.py:1564 and :2693 with trl 1.14.1; 0.19.0 :1515 and :727 with
        trl 1.9.0 (executed on a CPU); what 0.20.0 does is not known
    """
    plan = subject.plan
    inner = batch.trl(plan)
    asked = [key for key in ("async_prefetch", "use_data_producer") if flag(inner.get(key))]
    if preference.rl(plan) not in ("grpo", "gdpo") or not asked or subject.axolotl not in _TRIED:
        return
    if subject.axolotl == _TRIED[0]:
        message = f"trl.{asked[0]} does not go with the TRL of Axolotl 0.19: the run dies of the first answers"
        yield self.finding(message, f"trl.{asked[0]}", plan=plan)
    elif "async_prefetch" in asked and not flag(inner.get("streaming_partial_batch")):
        message = "trl.async_prefetch without trl.streaming_partial_batch: the run dies of the first answers"
        yield self.finding(message, "trl.async_prefetch", plan=plan)
