"""MW324."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule(
    "MW324",
    "fixed-token-not-trained",
    "warning",
    fix="unsafe",
    keys=("fix_untrained_tokens",),
    quotes="is fixed via `fix_untrained_tokens`, yet not in `peft_trainable_token_indices",
)
def fixed_token_not_trained(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A token of `fix_untrained_tokens` that `peft_trainable_token_indices` leaves out.

    What it checks
        Both are set, and a number of the first is not in the second (in a mapping: in none of its lists, though
        Axolotl, which compares with the mapping's keys, warns then too).

    Why it matters
        The token starts from the mean of all others and then stays there: only the rows that
        `peft_trainable_token_indices` lists are trained. Axolotl warns.

    Example
        Bad:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fix_untrained_tokens: [128011, 128012]
            peft_trainable_token_indices: [128011]

        Good:
            adapter: lora
            lora_r: 16
            lora_alpha: 32
            lora_target_linear: true
            fix_untrained_tokens: [128011, 128012]
            peft_trainable_token_indices: [128011, 128012]

    Fix
        The missing tokens are added to a list of `peft_trainable_token_indices`. Not safe: they are trained.

    Source
        axolotl 0.19.0 utils/schemas/config.py:1526 (executed)
    """
    plan = subject.plan
    fixed, trained = plan.get("fix_untrained_tokens"), plan.get("peft_trainable_token_indices")
    if not fixed or not trained:
        return
    tokens = [fixed] if isinstance(fixed, int) else fixed if isinstance(fixed, list) else []
    if isinstance(trained, dict):
        known = [one for row in trained.values() if isinstance(row, list) for one in row]
    elif isinstance(trained, list):
        known = trained
    else:
        return
    missing = [token for token in tokens if isinstance(token, int) and token not in known]
    if not missing:
        return
    fix = None
    if isinstance(trained, list):
        changes = {"peft_trainable_token_indices": [*trained, *missing]}
        fix = Fix(changes, "unsafe", "them in peft_trainable_token_indices")
    named = ", ".join(map(str, missing))
    message = f"fix_untrained_tokens {named} not in peft_trainable_token_indices: fixed but never trained"
    yield self.finding(message, "peft_trainable_token_indices", "fix_untrained_tokens", plan=plan, fix=fix)
