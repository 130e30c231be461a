"""What is saved and how often: `save_*`, `saves_per_epoch`, `load_best_model_at_end`.

Source: axolotl 0.19.0 and 0.21.0 core/builders/base.py (`_configure_training_args`: `save_total_limit` is 4 where none
is written, checkpoints after each epoch where nothing else is); transformers 5 trainer_callback.py
(`DefaultFlowCallback`: the last step saves too) and trainer_utils.py (`rotate_checkpoints`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from wizard.axolotl import evaluation
from wizard.domain.plan import Plan
from wizard.domain.values import flag, number

LIMIT = 4
"""Checkpoints that stay where `save_total_limit` is not written."""


@dataclass(frozen=True, slots=True)
class Saving:
    """`saves`: how many checkpoints the run writes, None where that depends on the data. `limit`: how many stay.

    `states`: whether a checkpoint has the optimizer's states.
    """

    saves: int | None
    limit: int
    states: bool

    @property
    def kept(self) -> int:
        """Checkpoints that are there at the end, as far as is known."""
        return self.limit if self.saves is None else min(self.saves, self.limit)

    @property
    def at_once(self) -> int:
        """The same while another is written: an older one goes after it."""
        return self.limit + 1 if self.saves is None else min(self.saves, self.limit + 1)


def saving(plan: Plan) -> Saving:
    """As the plan says it; never raises. Below 0 all stay (`rotate_checkpoints`), be it LIMIT where nobody knows how
    many.
    """
    saves, written = _saves(plan), number(plan.get("save_total_limit"), 0)
    limit = int(written) if math.isfinite(written) else 0
    if limit < 0:
        return Saving(saves, saves or LIMIT, not flag(plan.get("save_only_model")))
    if limit == 1 and keeps_best(plan):
        limit = 2
    return Saving(saves, limit or LIMIT, not flag(plan.get("save_only_model")))


def keeps_best(plan: Plan) -> bool:
    """Whether the best checkpoint stays beside the latest: it does wherever both are written at steps that agree, but
    for `load_best_model_at_end: false` (axolotl 0.21.0 core/builders/causal.py:251).
    """
    wanted = plan.get("load_best_model_at_end") is not False or bool(plan.get("early_stopping_patience"))
    if not wanted or not evaluation.evaluates(plan):
        return False
    saved, evaluated = evaluation.save_steps(plan), evaluation.eval_steps(plan)
    if saved > 0 and evaluated > 0:
        return saved % evaluated == 0
    saved, evaluated = evaluation.per_epoch(plan, "saves_per_epoch"), evaluation.evals_per_epoch(plan)
    return saved > 0 and evaluated > 0 and evaluated % saved == 0


def _saves(plan: Plan) -> int | None:
    """How many times it is saved. A share of all steps (below 1) says so without the data."""
    if evaluation.save_strategy(plan) in ("no", "false"):
        return 0
    every, last = evaluation.save_steps(plan), number(plan.get("max_steps"), 0.0)
    epochs = max(0.0, number(plan.get("num_epochs"), 1.0))
    if (rate := evaluation.per_epoch(plan, "saves_per_epoch")) > 0:
        times = max(1.0, rate * epochs)
    elif 0 < every < 1:
        times = 1 / every
    elif every and last > 0:
        times = max(1.0, last / every)  # the last step saves too
    elif every or last > 0 or evaluation.save_strategy(plan) not in (None, "epoch"):
        return None
    else:
        times = max(1.0, epochs)
    return math.ceil(times) + int(flag(plan.get("save_first_step"))) if math.isfinite(times) else None
