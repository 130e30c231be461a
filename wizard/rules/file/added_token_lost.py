"""MW960."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule("MW960", "added-token-lost", "warning", keys=("added_tokens_overrides",))
def added_token_lost(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`added_tokens_overrides` gives a token a text that it can't have, and moves all tokens behind it.

    What it checks
        In `added_tokens_overrides` a text that is empty, that stands there twice, or that is the tokenizer's own end of
        sequence or turn under another number, where the tokenizer is known.

    Why it matters
        A tokenizer has each text once. Axolotl writes the texts into its files, and as they are read again the second
        token of a text, or the empty one, is left out: each token behind it then has the number before its own. The run
        goes through, and the model is trained with special tokens that are not its own.

    Example
        Bad:
            base_model: meta-llama/Llama-3.2-1B
            added_tokens_overrides:
              128011: <|step|>
              128012: <|step|>

        Bad:
            base_model: meta-llama/Llama-3.2-1B-Instruct
            added_tokens_overrides:
              128011: <|eot_id|>

        Good:
            base_model: meta-llama/Llama-3.2-1B
            added_tokens_overrides:
              128011: <|step|>
              128012: <|end_of_step|>

    Fix
        A text of its own for each. There is none to apply: which is meant is not known.

    Source
        axolotl 0.21.0 loaders/tokenizer.py:28-115 (executed: of five tokens with a text twice four are left, and the
        last has the number before)
    """
    plan = subject.plan
    block = {key: text for key, text in mapping(plan, "added_tokens_overrides").items() if isinstance(text, str)}
    texts, own = list(block.values()), turns.known(plan)
    taken = {own.eos, own.end} - {None, ""} if own is not None else set()
    for key, text in block.items():
        if not text:
            said = "is empty"
        elif texts.count(text) > 1:
            said = f"is {text}, as another token is"
        elif text in taken:
            said = f"is {text}, which the tokenizer has"
        else:
            continue
        message = f"added_tokens_overrides.{key} {said}: that token is lost, and each behind it gets another number"
        yield self.finding(message, "added_tokens_overrides", plan=plan)
        return
