"""MW431."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule


@rule("MW431", "sequence-len-unset", "hint", keys=("base_model",))
def sequence_len_unset(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`sequence_len` is not set.

    What it checks
        The key is not in the file.

    Why it matters
        Axolotl then takes 512 tokens, and drops every longer row without a word: a dataset of long
        conversations shrinks, or vanishes. Memory follows this length too.

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            micro_batch_size: 1
            gradient_accumulation_steps: 4

        Good:
            base_model: HuggingFaceTB/SmolLM2-135M
            micro_batch_size: 1
            gradient_accumulation_steps: 4
            sequence_len: 2048

    Fix
        Write the length that the rows need; `excess_length_strategy` says what becomes of longer ones
        (drop, truncate, raise).

    Source
        axolotl 0.19.0 utils/schemas/config.py:671 (executed), utils/data/utils.py:334 (read)
    """
    plan = subject.plan
    if "sequence_len" in plan:
        return
    message = "sequence_len is not set: Axolotl takes 512 tokens and drops longer rows without a word"
    yield self.finding(message, "sequence_len", plan=plan)
