"""MW734."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wizard.axolotl import batch, plugins, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_PAIRS = frozenset({"dpo", "ipo"})
_ANSWERS = frozenset({"grpo", "gdpo", "ebft"})
_OF: Mapping[str, frozenset[str]] = {
    "dpo_label_smoothing": _PAIRS, "dpo_ld_alpha": _PAIRS, "dpo_use_weighting": _PAIRS, "dpo_padding_free": _PAIRS,
    "dpo_use_liger_kernel": _PAIRS, "precompute_ref_log_probs": _PAIRS,
    "kto_desirable_weight": frozenset({"kto"}), "kto_undesirable_weight": frozenset({"kto"}),
    "simpo_gamma": frozenset({"simpo"}), "cpo_alpha": frozenset({"simpo"}),
    "ebft": frozenset({"ebft"}), "vllm": _ANSWERS, "trl": _ANSWERS,
}  # fmt: skip
"""The methods whose trainers are given each key; of `trl` all read `beta`."""


@rule("MW734", "keys-of-another-method", "warning", keys=(*_OF, "orpo_alpha"))
def keys_of_another_method(self: Rule, subject: Subject) -> Iterator[Finding]:
    """Settings of one method of preference training under another.

    What it checks
        Under `rl`: keys that begin with `dpo_` and `precompute_ref_log_probs` with another method than `dpo` and `ipo`;
        `kto_` weights without `kto`; `simpo_gamma` and `cpo_alpha` without `simpo`; the blocks `trl` (but for its
        `beta`) and `vllm` with a method that writes no answers; `ebft` without `ebft`. And `orpo_alpha` with another
        than `orpo`, where neither `rl_beta` nor `trl.beta` is written.

    Why it matters
        Axolotl takes them, and hands them to the trainer of the one method alone: the run goes on without.
        `orpo_alpha` is handed on to any as its beta.

    Example
        Bad:
            rl: kto
            dpo_label_smoothing: 0.1

        Bad:
            rl: dpo
            simpo_gamma: 0.5

        Bad:
            rl: dpo
            orpo_alpha: 0.1

        Good:
            rl: simpo
            rl_beta: 2.0
            simpo_gamma: 0.5

    Fix
        Write the `rl` that is meant, or leave the keys out. There is none to apply.

    Source
        axolotl 0.19.0, 0.20.0 and 0.21.0 core/builders/rl.py, core/trainers/{dpo,grpo}/__init__.py (read); 0.21.0
        trained on a CPU (executed)
    """
    plan = subject.plan
    method = preference.rl(plan)
    if not method or plugins.foreign(plan):
        return
    inner = batch.trl(plan)
    unread = [key for key, of in _OF.items() if plan.get(key) and method not in of]
    if set(inner) <= {"beta"}:
        unread = [key for key in unread if key != "trl"]
    if unread:
        message = f"rl: {method:.20} does not read {', '.join(unread)}: the run goes on without"
        yield self.finding(message, *unread, "rl", plan=plan)
    if plan.get("orpo_alpha") and method != "orpo" and inner.get("beta") is None and plan.get("rl_beta") is None:
        message = f"orpo_alpha with rl: {method:.20}: Axolotl hands it on as the beta of this method; rl_beta says that"
        yield self.finding(message, "orpo_alpha", "rl", plan=plan)
