"""When it is evaluated and saved: `val_set_size`, `test_datasets`, `eval_strategy`, `eval_steps`, `save_steps` and kin.

Source: axolotl 0.19.0 utils/schemas/{config,validation}.py, core/builders/base.py.
"""

from __future__ import annotations

from wizard.domain.plan import Plan
from wizard.domain.text import in_yaml
from wizard.domain.values import number


def val_set_size(plan: Plan) -> float:
    """The share of rows, or from 1 on their number, that is kept aside; 0 where none is written."""
    return number(plan.get("val_set_size"), 0.0)


def test_datasets(plan: Plan) -> bool:
    """Whether there is data to evaluate on beside the training's."""
    return bool(plan.get("test_datasets"))


def test_data(plan: Plan) -> object:
    """The data to evaluate on, as written."""
    return plan.get("test_datasets")


def eval_strategy(plan: Plan) -> str | None:
    """When it is evaluated, under its name or its old one. None where nothing is written; YAML's `no` is no text."""
    written = plan.get("eval_strategy", plan.get("evaluation_strategy"))
    return in_yaml(written) if written else None


def evaluation_strategy(plan: Plan) -> object:
    """The old name of `eval_strategy`, as written."""
    return plan.get("evaluation_strategy")


def eval_steps(plan: Plan) -> float:
    """Steps, or below 1 the share of all, between two evaluations; 0 where none is written."""
    return number(plan.get("eval_steps"), 0.0)


def evals_per_epoch(plan: Plan) -> float:
    """Evaluations in an epoch; 0 where none is written."""
    return per_epoch(plan, "evals_per_epoch")


def per_epoch(plan: Plan, key: str) -> float:
    """A number of times in an epoch, as under `evals_per_epoch` or `saves_per_epoch`; 0 where none is written."""
    return number(plan.get(key), 0.0)


def save_steps(plan: Plan) -> float:
    """Steps, or below 1 the share of all, between two checkpoints; 0 where none is written."""
    return number(plan.get("save_steps"), 0.0)


def save_strategy(plan: Plan) -> str | None:
    """When it is saved; None where nothing is written."""
    written = plan.get("save_strategy")
    return None if written is None else in_yaml(written)


def evaluates(plan: Plan) -> bool:
    """Whether it is evaluated at all."""
    if eval_strategy(plan) == "no" or plan.get("eval_strategy") is False:
        return False
    return val_set_size(plan) > 0 or test_datasets(plan)


def keeps_none(plan: Plan) -> bool:
    """Whether `val_set_size` is written as 0, which is what the early checks look for."""
    return plan.get("val_set_size") is not None and plan.get("val_set_size") == 0
