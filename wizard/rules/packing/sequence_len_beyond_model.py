"""MW432."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule

_ROPE = ("max_position_embeddings", "rope_scaling", "rope_parameters", "rope_theta")


@rule("MW432", "sequence-len-beyond-model", "warning", fix="unsafe", keys=("sequence_len",))
def sequence_len_beyond_model(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`sequence_len` is more than the model has positions for.

    What it checks
        With a known model: `sequence_len` is above its `max_position_embeddings`, and
        `overrides_of_model_config` says nothing of positions.

    Why it matters
        Axolotl raises the model's limit to `sequence_len` with a warning, but nothing teaches the model the
        new positions, and memory is paid for all of them.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            sequence_len: 16384

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            sequence_len: 8192

    Fix
        `sequence_len` takes the model's limit. Unsafe: longer rows are dropped then. Scaling the positions in
        `overrides_of_model_config` is the other way, and the only one where `min_sample_len` is above that limit.

    Source
        axolotl 0.19.0 loaders/model.py:411 (read)
    """
    plan, model = subject.plan, subject.model
    if model is None or model.max_length is None or subject.effective.sequence_len <= model.max_length:
        return
    if any(key in mapping(plan, "overrides_of_model_config") for key in _ROPE):
        return
    length, limit = subject.effective.sequence_len, model.max_length
    message = f"sequence_len {length} is beyond the model's {limit} positions: it likely trains on ones it never saw"
    fix = subject.first_that_runs(Fix({"sequence_len": limit}, "unsafe", f"sequence_len: {limit}"))
    yield self.finding(message, "sequence_len", plan=plan, fix=fix)
