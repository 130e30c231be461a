"""MW849."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_OF = {
    "trl": "grpo", "vllm": "grpo", "ebft": "ebft", "rl_beta": "dpo", "dpo_beta": "dpo",
    "dpo_use_logits_to_keep": "dpo", "dpo_generate_during_eval": "dpo", "dpo_norm_loss": "dpo", "rpo_alpha": "dpo",
    "dpo_use_weighting": "dpo", "dpo_label_smoothing": "dpo", "dpo_ld_alpha": "dpo", "dpo_use_liger_kernel": "dpo",
    "dpo_padding_free": "dpo", "dpo_loss_type": "dpo", "dpo_loss_weights": "dpo", "orpo_alpha": "orpo",
    "simpo_gamma": "simpo", "cpo_alpha": "simpo", "kto_desirable_weight": "kto", "kto_undesirable_weight": "kto",
}  # fmt: skip
"""The method that reads each key."""
_APART = ("dpo_loss_type", "dpo_loss_weights", "dpo_beta", "dpo_use_liger_kernel")
"""Rules of their own tell of these."""


@rule("MW849", "preference-keys-alone", "warning", keys=(key for key in _OF if key not in _APART))
def preference_keys_alone(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of preference training in a file that trains otherwise.

    What it checks
        `trl`, `vllm`, `ebft`, `rl_beta`, `orpo_alpha`, `simpo_gamma`, `cpo_alpha`, `kto_desirable_weight`,
        `kto_undesirable_weight`, `rpo_alpha` and those that begin with `dpo_`, where there is no `rl`. One finding
        tells of all.

    Why it matters
        Axolotl takes them, and nobody reads them: without `rl` the training is supervised, on the same rows.

    Example
        Bad:
            rl_beta: 0.1

        Good:
            rl: dpo
            rl_beta: 0.1
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train

    Fix
        Write the `rl` that is meant, or leave the keys out. There is none to apply.

    Source
        axolotl 0.19.0 core/builders/rl.py, core/trainers/{grpo,dpo,ebft}/: nothing else reads them (read); 0.21.0
        trained with `trl` and without `rl` on a CPU (executed)
    """
    plan = subject.plan
    if preference.rl(plan) or plan.get("plugins"):
        return
    alone = [key for key in _OF if key not in _APART and plan.get(key) not in (None, False, {})]
    if alone:
        of = dict.fromkeys(_OF[key] for key in alone)
        read = "it" if len(alone) == 1 else "them"
        message = f"{', '.join(alone)} without rl: nothing reads {read}, and the training is supervised; "
        message += f"did you mean rl: {' or '.join(of)}?"
        yield self.finding(message, *alone, plan=plan)
