"""MW753."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import evaluation
from wizard.domain.finding import Finding, Fix
from wizard.domain.nearest import closest
from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.rules.registry import Rule, Subject, rule

_TIMES = ("no", "steps", "epoch")
_KNOWN = {
    "eval_strategy": _TIMES,
    "save_strategy": (*_TIMES, "best"),
    "hub_strategy": ("end", "every_save", "checkpoint", "all_checkpoints"),
    "wandb_mode": ("online", "offline", "disabled", "shared", "dryrun", "run"),
}
_ELSE = {"hub_strategy": "end", "wandb_mode": "online"}


@rule(
    "MW753",
    "unknown-strategy",
    "error",
    fix="unsafe",
    keys=(*_KNOWN, "evaluation_strategy"),
    crashes=(
        "is not a valid IntervalStrategy",
        "is not a valid SaveStrategy",
        "is not a valid HubStrategy",
        "Input should be 'online'",
    ),
)
def unknown_strategy(self: Rule, subject: Subject) -> Iterator[Finding]:
    """When to evaluate, save, push or report, in a word that transformers or wandb does not know.

    What it checks
        `eval_strategy` is no, steps or epoch, `save_strategy` one of those or best, and `hub_strategy` beside
        `hub_model_id` end, every_save, checkpoint or all_checkpoints; `wandb_mode` beside `wandb_project` is online,
        offline, disabled or shared.

    Why it matters
        Axolotl's schema takes any text. The run dies when the trainer is made, after the data is prepared and the
        model loaded.

    Example
        Bad:
            save_strategy: epochs

        Bad:
            hub_model_id: me/model
            hub_strategy: every-save

        Good:
            save_strategy: epoch

    Fix
        The nearest word, `epoch`, `end` or `online` where none is near. Not safe: another time may be meant.

    Source
        axolotl 0.19.0 core/builders/base.py:454-495; transformers 5.16.1 trainer_utils.py (executed, 0.21.0 the same)
    """
    plan = subject.plan
    for key, name in _asked(plan):
        if name in _KNOWN[key]:
            continue
        near = closest(name.lower(), _KNOWN[key], 0.6) or _ELSE.get(key, "epoch")
        known = ", ".join(_KNOWN[key])
        message = f"{key}: {in_yaml(name)} is none of {known}: the run dies when the trainer is made"
        yield self.finding(message, key, plan=plan, fix=Fix({key: near}, "unsafe", f"{key}: {near}"))


def _asked(plan: Plan) -> Iterator[tuple[str, str]]:
    """The words that the trainer gets; steps that are written go before them."""
    when = evaluation.eval_strategy(plan)
    if when is not None and evaluation.evaluates(plan) and not evaluation.eval_steps(plan):
        yield "eval_strategy", when
    saved = evaluation.save_strategy(plan)
    if saved is not None and saved != "False" and not evaluation.save_steps(plan):
        yield "save_strategy", saved
    hub = plan.get("hub_strategy")
    if hub and plan.get("hub_model_id"):
        yield "hub_strategy", in_yaml(hub)
    mode = plan.get("wandb_mode")
    if isinstance(mode, str) and mode and plan.get("wandb_project"):
        yield "wandb_mode", mode
