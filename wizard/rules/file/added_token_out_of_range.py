"""MW864."""

from __future__ import annotations

from collections.abc import Iterator

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
    """`added_tokens_overrides` gives a new text to a token that the vocabulary does not have.

    What it checks
        Each number in `added_tokens_overrides` against the rows of the model's vocabulary. The model must be known.

    Why it matters
        Only reserved tokens that the tokenizer brings can be overridden. For another number the run dies when the
        tokenizer is loaded: "Token ID 999999 not found in added_tokens".

    Example
        Bad:
            base_model: HuggingFaceTB/SmolLM2-135M
            added_tokens_overrides:
              128041: <|mine|>

        Good:
            base_model: meta-llama/Llama-3.1-8B
            added_tokens_overrides:
              128041: <|mine|>

    Fix
        Take the number of a reserved token out of the model's tokenizer.json. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 loaders/tokenizer.py:87-112 (executed)
    """
    plan, model = subject.plan, subject.model
    if model is None:
        return
    block = mapping(plan, "added_tokens_overrides")
    beyond = [key for key in block if str(key).isdecimal() and int(str(key)) >= model.vocab]
    if beyond:
        message = f"added_tokens_overrides: {', '.join(map(str, beyond))} is beyond this model's {model.vocab:,} tokens"
        yield self.finding(f"{message}: the run dies when the tokenizer is loaded", "added_tokens_overrides", plan=plan)
