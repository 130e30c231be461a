"""MW799."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf

from wizard.axolotl import batch, beta, preference
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.domain.values import flag, number, texts
from wizard.rules.registry import Rule, Subject, rule

_PUSHES = "the model is trained towards what it should leave"
_BOUNDS: dict[str, dict[str, tuple[float, float, str]]] = {
    "kto": {"kto_desirable_weight": (0, inf, _PUSHES), "kto_undesirable_weight": (0, inf, _PUSHES)},
    "orpo": {"orpo_alpha": (0, inf, _PUSHES)},
    "simpo": {
        "simpo_gamma": (0, inf, "the rejected answer may be the likelier one"),
        "cpo_alpha": (0, inf, "the chosen answers are unlearned"),
    },
    "dpo": {"dpo_label_smoothing": (0, 0.5, "above a half the model is trained towards what was rejected")},
}
"""Of each method's numbers the least and the most, and what comes of others."""
_OF_GROUPS: dict[str, tuple[float, float, str]] = {
    "beta": (0, inf, "the model is driven away from its reference"),
    "epsilon": (0, inf, "hardly an answer changes the model"),
    "epsilon_high": (0, inf, "hardly a better answer changes the model"),
    "ref_model_mixup_alpha": (0, 1, "each synchronization throws the reference further past the model"),
}
"""The same inside `trl`, for GRPO and GDPO."""


@rule(
    "MW799",
    "weight-out-of-range",
    "warning",
    keys=("rl",),
)
def weight_out_of_range(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A number of a preference loss with which another training is made than its name says.

    What it checks
        Below 0: the weights of KTO, `orpo_alpha`, `simpo_gamma`, `cpo_alpha`, `dpo_loss_weights`, and with GRPO
        `trl.beta`, `trl.epsilon` and `trl.epsilon_high`; `trl.epsilon` of 1 or more; `trl.ref_model_mixup_alpha`
        outside 0 to 1 beside `trl.sync_ref_model`. `dpo_label_smoothing` outside 0 to 0.5; a half of it with the loss
        `robust`, which divides by what is left. A weight of KTO that is 0. `orpo_alpha` beside an `rl_beta` or
        `trl.beta` of another value.

    Why it matters
        Axolotl and TRL take any number, and the run goes through. A weight of 0 is taken as none written, which means
        1; and of the three names of ORPO's weight only the first that is written counts: `trl.beta`, `rl_beta`,
        `orpo_alpha`.

    Example
        Bad:
            rl: kto
            micro_batch_size: 2
            remove_unused_columns: false
            kto_undesirable_weight: -1.0
            datasets:
              - path: argilla/ultrafeedback-binarized-preferences-cleaned-kto
                type: llama3.ultra

        Bad:
            rl: orpo
            rl_beta: 0.5
            orpo_alpha: 0.1
            datasets:
              - path: argilla/ultrafeedback-binarized-preferences-cleaned
                type: chat_template.argilla

        Bad:
            rl: dpo
            dpo_loss_type: [robust]
            dpo_label_smoothing: 0.5
            datasets:
              - path: Intel/orca_dpo_pairs
                type: chatml.intel
                split: train

        Good:
            rl: kto
            micro_batch_size: 2
            remove_unused_columns: false
            kto_undesirable_weight: 0.5
            datasets:
              - path: argilla/ultrafeedback-binarized-preferences-cleaned-kto
                type: llama3.ultra

    Fix
        None: the number is the person's choice.

    Source
        axolotl 0.19.0 and 0.21.0 core/builders/rl.py:147-190, trl 1.14.1 trainer/dpo_trainer.py:793 and :1506,
        trainer/kto_trainer.py:1600, experimental/cpo/cpo_trainer.py:711 and :885, experimental/orpo/orpo_trainer.py:692
        (trained with on a CPU)
    """
    plan, method = subject.plan, preference.rl(subject.plan)
    for key, said in _found(plan, method):
        yield self.finding(f"{key} {said}", key, plan=plan)


def _found(plan: Plan, method: str | None) -> Iterator[tuple[str, str]]:
    if method in ("grpo", "gdpo"):
        block = batch.trl(plan)
        for name, (least, most, said) in _OF_GROUPS.items():
            if name == "ref_model_mixup_alpha" and not flag(block.get("sync_ref_model")):
                continue
            if block.get(name) is not None and not least <= number(block[name], 0.0) <= most:
                span = "below 0" if most == inf else f"not from {least} to {most}"
                yield f"trl.{name}", f"{block[name]} is {span}: {said}"
        if number(block.get("epsilon"), 0.0) >= 1:
            yield (
                "trl.epsilon",
                f"{block['epsilon']} is 1 or more: a worse answer is made as unlikely as it gets, unclipped",
            )
        return
    for key, (least, most, said) in _BOUNDS.get(method or "", {}).items():
        if plan.get(key) is not None and not least <= number(plan.get(key), 0.0) <= most:
            span = f"below {least}" if most == inf else f"not from {least} to {most}"
            yield key, f"{plan.shown(key)} is {span}: {said}"
    more = {"kto": _taken_as_one, "orpo": _unread_alpha, "dpo": _of_losses}.get(method or "")
    if more is not None:
        yield from more(plan)


def _taken_as_one(plan: Plan) -> Iterator[tuple[str, str]]:
    for key in _BOUNDS["kto"]:
        if plan.get(key) is not None and number(plan.get(key), 1.0) == 0:
            yield key, "0 is taken as none written, which means 1"


def _unread_alpha(plan: Plan) -> Iterator[tuple[str, str]]:
    counts, alpha = beta.key(plan), number(plan.get("orpo_alpha"), 0.0)
    if plan.get("orpo_alpha") is not None and counts is not None and beta.value(plan) != alpha:
        yield "orpo_alpha", f"{plan.shown('orpo_alpha')} is not read: {counts} counts in its place"


def _of_losses(plan: Plan) -> Iterator[tuple[str, str]]:
    weights = plan.get("dpo_loss_weights")
    for place, weight in enumerate(weights if isinstance(weights, list) else ()):
        if number(weight, 0.0) < 0:
            yield f"dpo_loss_weights[{place}]", f"{weight} is below 0: {_PUSHES}"
    halved = number(plan.get("dpo_label_smoothing"), 0.0) == 0.5
    if "robust" in texts(plan.get("dpo_loss_type")) and halved:
        yield "dpo_label_smoothing", "0.5 leaves nothing to divide by in the loss robust: it is no number"
