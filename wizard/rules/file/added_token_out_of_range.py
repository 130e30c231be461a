"""MW864."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.domain.finding import Finding
from wizard.domain.values import mapping
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW864",
    "added-token-out-of-range",
    "error",
    keys=("added_tokens_overrides",),
    crashes="not found in added_tokens",
)
def added_token_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`added_tokens_overrides` gives a new text to a token that is not there, or not one of the added ones.

    What it checks
        Each number in `added_tokens_overrides`: it is below 0, is not below the rows of the model's vocabulary, or
        belongs to an ordinary token of a tokenizer whose added ones are known (Llama 3, Qwen 2.5 and 3).

    Why it matters
        Only added tokens, such as the reserved ones, can be overridden. For another number the run dies when the
        tokenizer is loaded: "Token ID 999999 not found in added_tokens".

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            added_tokens_overrides:
              128041: <|mine|>

        Bad:
            base_model: meta-llama/Llama-3.1-8B
            added_tokens_overrides:
              1000: <|mine|>

        Good:
            base_model: meta-llama/Llama-3.1-8B
            added_tokens_overrides:
              128041: <|mine|>

    Fix
        Take the number of a reserved token out of the model's tokenizer.json. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/tokenizer.py:87-112 (executed)
    """
    plan, rows = subject.plan, subject.model.vocab if subject.model is not None else None
    known = turns.known(plan)
    first = known.first if known is not None else 0
    end = "the run dies when the tokenizer is loaded"
    numbers = [
        int(str(key)) for key in mapping(plan, "added_tokens_overrides") if re.fullmatch(r"-?\d{1,18}", str(key))
    ]
    beyond = [one for one in numbers if rows is not None and one >= rows]
    ordinary = [one for one in numbers if one < first and one not in beyond]
    if beyond:
        message = f"added_tokens_overrides: {', '.join(map(str, beyond))} is beyond this model's {rows:,} tokens"
        yield self.finding(f"{message}: {end}", "added_tokens_overrides", plan=plan)
    if ordinary:
        why = f"the added tokens begin with {first}" if first else "tokens are counted from 0"
        message = f"added_tokens_overrides: {', '.join(map(str, ordinary))} is no added token, {why}"
        yield self.finding(f"{message}: {end}", "added_tokens_overrides", plan=plan)
