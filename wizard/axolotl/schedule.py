"""The schedule of the learning rate: `lr_scheduler`, `lr_scheduler_kwargs`, `cosine_min_lr_ratio` and their kin.

Source: axolotl 0.19.0 core/trainers/mixins/scheduler.py:25-153, core/builders/base.py:280-290.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import inf

from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.domain.values import flag, mapping, number


def lr_scheduler(plan: Plan) -> str:
    """The name of the schedule; `cosine` where none is written."""
    return in_yaml(plan.get("lr_scheduler") or "cosine")


def lr_scheduler_kwargs(plan: Plan) -> Mapping[str, object]:
    """What is handed to the schedule; empty where it is none."""
    return mapping(plan, "lr_scheduler_kwargs")


def own_cosine(plan: Plan) -> bool:
    """Whether Axolotl makes a cosine of its own, which gets nothing of `lr_scheduler_kwargs`."""
    return lr_scheduler(plan) == "cosine" and (quadratic(plan) or bool(ratio(plan, "cosine_min_lr_ratio")))


def ratio(plan: Plan, key: str) -> float | None:
    """`cosine_min_lr_ratio` or `cosine_constant_lr_ratio` as a number, None where none is written."""
    written = {
        "cosine_min_lr_ratio": plan.get("cosine_min_lr_ratio"),
        "cosine_constant_lr_ratio": plan.get("cosine_constant_lr_ratio"),
    }[key]
    return None if written is None else number(written, 0.0)


def quadratic(plan: Plan) -> bool:
    """Whether the warmup is quadratic."""
    return flag(plan.get("lr_quadratic_warmup"))


def warmups(plan: Plan) -> tuple[str, ...]:
    """The keys that ask for a warmup of some length."""
    written = {"warmup_steps": plan.get("warmup_steps"), "warmup_ratio": plan.get("warmup_ratio")}
    return tuple(key for key, value in written.items() if number(value, 0.0) > 0)


def all_warmup(plan: Plan) -> bool:
    """Whether the warmup is as long as the whole run, as far as the file tells. Of one step Axolotl makes two.

    A method of preferences takes a share of all that its data gives, whatever `max_steps` says.
    """
    most = number(plan.get("max_steps"), 0.0)
    if plan.get("warmup_steps") is not None:
        steps = number(plan.get("warmup_steps"), 0.0)
        return most > 0 and (2 if steps == 1 else steps) == most
    return number(plan.get("warmup_ratio"), 0.0) == 1 and not (plan.get("rl") and most > 0)


def learns_nothing(plan: Plan) -> bool:
    """Whether the one rate that is written is 0."""
    others = ("lr_groups", "embedding_lr", "embedding_lr_scale", "dion_lr")
    written = plan.get("learning_rate")
    return written is not None and number(written, 1.0) == 0 and not any(plan.get(key) for key in others)


def makes_no_step(plan: Plan) -> bool:
    """Whether the run ends before its first step, as `num_epochs` says."""
    written = plan.get("num_epochs")
    return written is not None and number(written, 1.0) <= 0 and number(plan.get("max_steps"), 0.0) <= 0


def counts_no_steps(plan: Plan) -> bool:
    """Whether the steps that `num_epochs` gives are no number that a run can be made of.

    Of less than none a warmup is made that transformers refuses, unless its steps are written.
    """
    written = number(plan.get("num_epochs"), 1.0)
    if number(plan.get("max_steps"), 0.0) > 0:
        return False
    return written == inf or (written < 0 and not number(plan.get("warmup_steps"), 0.0))


def loraplus_lr_ratio(plan: Plan) -> float:
    """How many times the rate of LoRA's second matrix is that of the first; 1 where none is written."""
    return number(plan.get("loraplus_lr_ratio"), 1.0)


def lr_groups(plan: Plan) -> list[tuple[int, Mapping[str, object]]]:
    """The groups of weights with rates of their own, each with its place."""
    written = plan.get("lr_groups")
    listed = written if isinstance(written, list) else []
    return [(place, group) for place, group in enumerate(listed) if isinstance(group, dict)]
