"""MW748."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("dpo_use_logits_to_keep", "dpo_generate_during_eval", "dpo_norm_loss", "rpo_alpha")


@rule(
    "MW748",
    "removed-dpo-key",
    "error",
    fix="unsafe",
    keys=_KEYS,
    quotes=(
        "`dpo_use_logits_to_keep` is no longer supported",
        "`dpo_generate_during_eval` is no longer supported",
        "`dpo_norm_loss` is no longer supported",
        "`rpo_alpha` has been deprecated",
    ),
)
def removed_dpo_key(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A key of DPO that TRL has no more.

    What it checks
        `dpo_use_logits_to_keep`, `dpo_generate_during_eval`, `dpo_norm_loss` or `rpo_alpha` has a value, false and 0
        included.

    Why it matters
        TRL took them out in 0.29, so Axolotl refuses the file, even where the value says "off".

    Example
        Bad:
            rl: dpo
            dpo_norm_loss: true

        Bad:
            rl: dpo
            rpo_alpha: 1.0

        Bad:
            rl: dpo
            dpo_generate_during_eval: false

        Good:
            rl: dpo
            rl_beta: 0.1

    Fix
        The key goes. Not safe where it was on; what `rpo_alpha` did takes several entries of `dpo_loss_type` now.

    Source
        axolotl 0.19.0 utils/schemas/deprecated.py:89 to :125 (executed)
    """
    plan = subject.plan
    found = [key for key in _KEYS if key in subject.written]
    message = f"{' and '.join(found)}: removed from TRL, and Axolotl refuses the file"
    lost = "rpo_alpha" in found and plan.get("rpo_alpha")
    decide = "whether the chosen answers' own loss is wanted, as dpo_loss_type: [sigmoid, sft] with dpo_loss_weights"
    says = f"no {' and no '.join(found)}"
    fix = Fix(dict.fromkeys(found, REMOVE), "unsafe", says, decide=decide if lost else "")
    yield self.finding(message, *found, plan=plan, fix=fix)
