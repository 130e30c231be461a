"""MW717."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.domain.text import in_yaml, quoted
from wizard.rules.registry import Rule, Subject, rule

_METRICS = ("sacrebleu", "comet", "ter", "chrf", "perplexity")


@rule(
    "MW717",
    "unknown-eval-metric",
    "error",
    keys=("eval_causal_lm_metrics",),
    quotes="eval_causal_lm_metrics must be",
)
def unknown_eval_metric(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eval_causal_lm_metrics` is no list of known metrics.

    What it checks
        The value is a list of sacrebleu, comet, ter, chrf and perplexity, and nothing else.

    Why it matters
        Axolotl computes no others, and refuses the file.

    Example
        Bad:
            eval_causal_lm_metrics:
              - bleu

        Bad:
            eval_causal_lm_metrics: perplexity

        Good:
            eval_causal_lm_metrics:
              - perplexity

    Fix
        Name metrics out of those five, as a list.

    Source
        axolotl 0.19.0 utils/schemas/validation.py:507 (executed)
    """
    plan = subject.plan
    value = plan.get("eval_causal_lm_metrics")
    if not value:
        return
    if not isinstance(value, list):
        message = f"eval_causal_lm_metrics is {quoted(value)} and no list: Axolotl refuses the file"
        yield self.finding(message, "eval_causal_lm_metrics", plan=plan)
        return
    unknown = [in_yaml(name) for name in value if name not in _METRICS]
    if unknown:
        message = f"eval_causal_lm_metrics has {', '.join(unknown)}, where Axolotl takes {', '.join(_METRICS)}"
        yield self.finding(message, "eval_causal_lm_metrics", plan=plan)
