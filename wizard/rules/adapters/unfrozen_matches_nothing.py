"""MW338."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from wizard.axolotl import adapters
from wizard.axolotl.unfrozen import expression, is_plain, matcher, names, rows, unfrozen_parameters
from wizard.domain.finding import Finding
from wizard.domain.model import Model
from wizard.domain.nearest import did_you_mean
from wizard.domain.patterns import endless, readable
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW338",
    "unfrozen-matches-nothing",
    "error",
    keys=("unfrozen_parameters",),
    crashes=(
        "element 0 of tensors does not require grad",
        "All parameters are frozen. Model will not be trained.",
        "invalid unfreeze range",
        "End of range must be greater than start.",
        "re.error",
    ),
)
def unfrozen_matches_nothing(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A pattern of `unfrozen_parameters` that no weight of the model has.

    What it checks
        Each pattern in a run without an adapter against the start of the names of the model's weights, a dot being a
        dot: that it is a regular expression, matches something, and that the range behind it lies within the rows. The
        model must be known, and its form exact. A tied output layer has no weight of its own. An expression that Python
        could take for ever with is not tried, which is said.

    Why it matters
        All weights are frozen but those that match. Where no pattern matches, nothing is trained: the run dies at its
        first step ("element 0 of tensors does not require grad"), or with gradient checkpointing ends with the weights
        it began with, and a line in the log. Where one of several matches nothing, less is trained than was meant: a
        warning then.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            unfrozen_parameters: [model.layer.1.self_attn.*]

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            unfrozen_parameters: ["model.embed_tokens.weight$[:99999999]"]

        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            unfrozen_parameters: [model.layers.2.*, "model.layers.(1"]

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            unfrozen_parameters: [model.layers.1.self_attn.*, "model.embed_tokens.weight$[:32000]"]

    Fix
        Write names as the message shows them. There is none to apply: what was meant is not known.

    Source
        axolotl 0.19.0 and 0.21.0 utils/freeze.py:53-275 (executed with a tiny model)
    """
    plan, model = subject.plan, subject.model
    patterns = unfrozen_parameters(plan)
    if adapters.adapter(plan) is not None or not patterns:
        return
    for pattern in patterns:
        wrong = _unreadable(pattern) or (model is not None and model.exact and _out_of_range(pattern, model))
        if wrong:
            yield self.finding(f"unfrozen_parameters: {wrong}: the run dies at once", "unfrozen_parameters", plan=plan)
            return
    if model is None or not model.exact:
        return
    unclear = next((one for one in patterns if endless(expression(one))), None)
    if unclear is not None:
        message = (
            f"unfrozen_parameters: {unclear} can be cut in so many ways that Axolotl, which tries it on the name of "
            "each weight, may never end; it is not tried here, and counts as no weight"
        )
        yield self.finding(message, "unfrozen_parameters", plan=plan, severity="warning")
    all_names = sorted(name for tensor in model.tensors for name in names(tensor))
    idle = [one for one in patterns if not _matches(one, all_names)]
    if not idle:
        return
    near = did_you_mean(idle[0], tuple(dict.fromkeys(tensor.path for tensor in model.tensors)))
    said = f"unfrozen_parameters: this model has no weight whose name begins as {', '.join(idle)}"
    if len(idle) == len(patterns):
        yield self.finding(f"{said}: all is frozen, and nothing is trained.{near}", "unfrozen_parameters", plan=plan)
    else:
        yield self.finding(f"{said}.{near}", "unfrozen_parameters", plan=plan, severity="warning")


def _matches(pattern: str, all_names: list[str]) -> bool:
    """Whether it matches one of these names, which are sorted; one that is not tried is taken to."""
    if is_plain(pattern):
        place = bisect_left(all_names, pattern)
        return place < len(all_names) and all_names[place].startswith(pattern)
    found = matcher(pattern)
    return found is None or any(map(found.match, all_names))


def _unreadable(pattern: str) -> str | None:
    if not readable(expression(pattern)):
        return f"{pattern} is no regular expression"
    span = rows(pattern)
    if span is not None and span[1] is not None and span[0] >= span[1]:
        return f"the range of {pattern} ends before it begins"
    return None


def _out_of_range(pattern: str, model: Model) -> str | None:
    span, found = rows(pattern), matcher(pattern)
    if span is None or found is None:
        return None
    for tensor in model.tensors:
        if max(span[0] + 1, span[1] or 0) > tensor.shape[0] and any(map(found.match, names(tensor))):
            return f"the range of {pattern} goes beyond the {tensor.shape[0]:,} rows of {tensor.path}"
    return None
