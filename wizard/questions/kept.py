"""What experts change of what is kept of a run: evaluations, checkpoints, logs, where the result goes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from wizard.axolotl import evaluation
from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE, Plan
from wizard.domain.values import mapping
from wizard.questions.entries import Write, optional, seen, shown, text, whole
from wizard.questions.question import Group, Question, Situation, TypedQuestion

_TIMES = re.compile(r"(\d{1,9})\s*(steps?)?")


def _read_times(each: str, steps: str) -> Callable[[Plan], str]:
    """`2`, or `100 steps`; empty where neither is written."""

    def read(plan: Plan) -> str:
        if plan.get(steps) is not None:
            return f"{shown(steps)(plan)} steps"
        return shown(each)(plan)

    return read


def _write_times(each: str, steps: str, strategy: str) -> Write:
    """Takes `2` for so many in a pass, `100 steps` for one after so many, and nothing for Axolotl's own."""

    def write(typed: str, situation: Situation) -> Mapping[str, object]:
        found = _TIMES.fullmatch(typed.strip())
        if typed.strip() and (found is None or int(found[1]) < 1):
            raise InputError("a number of times in a pass, such as 2, or of steps between two, such as 100 steps")
        by_steps = found is not None and found[2] is not None
        number = int(found[1]) if found is not None else REMOVE
        changes = {each: REMOVE if by_steps else number, steps: number if by_steps else REMOVE}
        named = situation.plan.get(strategy)
        return changes | ({strategy: REMOVE} if found is not None and named not in (None, "steps") else {})

    return write


def _evaluates(situation: Situation) -> bool:
    return evaluation.evaluates(situation.plan)


def _pad(plan: Plan) -> str:
    return str(mapping(plan, "special_tokens").get("pad_token") or "")


def _write_pad(typed: str, situation: Situation) -> Mapping[str, object]:
    left = {key: value for key, value in mapping(situation.plan, "special_tokens").items() if key != "pad_token"}
    if typed.strip():
        left["pad_token"] = seen(typed, "name a token")
    return {"special_tokens": left or REMOVE}


def _name(key: str) -> Write:
    return optional(text(key), key)


_EVALUATED: tuple[Question, ...] = (
    TypedQuestion(
        "evaluations", "Evaluations in a pass", "evals_per_epoch",
        "How often the rows kept aside are looked at: 2 is twice in a pass, 100 steps is after so many steps.",
        _read_times("evals_per_epoch", "eval_steps"), _write_times("evals_per_epoch", "eval_steps", "eval_strategy"),
        shown=_evaluates, also=("eval_steps", "eval_strategy"), folded=True,
    ),
    TypedQuestion(
        "saves", "Checkpoints in a pass", "saves_per_epoch",
        "How often it is saved: 1 is once in a pass, 500 steps is after so many steps. Empty: Axolotl's own.",
        _read_times("saves_per_epoch", "save_steps"), _write_times("saves_per_epoch", "save_steps", "save_strategy"),
        also=("save_steps", "save_strategy"), folded=True,
    ),
    TypedQuestion(
        "keeps", "Checkpoints that are kept", "save_total_limit",
        "Older ones are deleted. Empty: 4 are kept.",
        shown("save_total_limit"), optional(whole("save_total_limit", 1, 10_000), "save_total_limit"), folded=True,
    ),
)  # fmt: skip
_LOGGED: tuple[Question, ...] = (
    TypedQuestion(
        "logs", "Steps for a line of the log", "logging_steps",
        "How often loss and learning rate are written. Empty: Axolotl's own, at most every 10 steps.",
        shown("logging_steps"), optional(whole("logging_steps", 1, 1_000_000), "logging_steps"), folded=True,
    ),
    TypedQuestion(
        "wandb", "W&B project", "wandb_project",
        "The run is logged there under this project; `wandb login` comes first. Empty: it is not.",
        shown("wandb_project"), _name("wandb_project"), wide=True, folded=True,
    ),
    TypedQuestion(
        "mlflow", "MLflow", "mlflow_experiment_name",
        "The run is logged under this experiment, at the address that MLflow is set to. Empty: it is not.",
        shown("mlflow_experiment_name"), _name("mlflow_experiment_name"), wide=True, folded=True,
    ),
    TypedQuestion(
        "trackio", "Trackio", "trackio_project_name",
        "The run is logged on this machine, or in a Space of Hugging Face, under this project. Empty: it is not.",
        shown("trackio_project_name"), _name("trackio_project_name"), wide=True, folded=True,
    ),
)  # fmt: skip
_AFTER: tuple[Question, ...] = (
    TypedQuestion(
        "hub", "Upload as", "hub_model_id",
        "owner/name on Hugging Face; what is saved is uploaded there, private. Empty: nothing is.",
        shown("hub_model_id"), _name("hub_model_id"), wide=True, folded=True,
    ),
    TypedQuestion(
        "pad", "Padding token", "special_tokens",
        "The token that fills short rows. Empty: that of the tokenizer, else its token for the end of a text.",
        _pad, _write_pad, folded=True,
    ),
)  # fmt: skip
KEPT = (
    Group("Evaluations and checkpoints", _EVALUATED),
    Group("Logs", _LOGGED),
    Group("Upload and padding", _AFTER),
)
