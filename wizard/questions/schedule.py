"""What experts change of the steps of the training: the schedule of the learning rate, its limits, the seed."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl import schedule
from wizard.domain.plan import REMOVE, Plan
from wizard.questions.entries import optional, real, shown, whole
from wizard.questions.question import Choice, Option, Question, Situation, TypedQuestion

_SCHEDULES = (
    ("cosine", "falls in half a wave to 0: Axolotl's own and the usual one"),
    ("linear", "falls in a straight line to 0"),
    ("constant_with_warmup", "stays as high as it is after the warm-up"),
    ("constant", "stays as it is from the first step, without a warm-up"),
    ("inverse_sqrt", "falls fast at first, then ever slower"),
)
_WARMUPS = ("warmup_ratio", "warmup_steps")


def _schedules(situation: Situation) -> tuple[Option, ...]:
    return tuple(Option(name, about, {"lr_scheduler": name}) for name, about in _SCHEDULES)


def _schedule_now(situation: Situation) -> int | None:
    names = [name for name, _ in _SCHEDULES]
    now = schedule.lr_scheduler(situation.plan)
    return names.index(now) if now in names else None


def _read_warmup(plan: Plan) -> str:
    written = next((key for key in reversed(_WARMUPS) if plan.get(key) is not None), None)
    return shown(written)(plan) if written else ""


def _write_warmup(text: str, situation: Situation) -> Mapping[str, object]:
    if not text.strip():
        return dict.fromkeys(_WARMUPS, REMOVE)
    if "." in text or text.strip() == "0":
        return {**real("warmup_ratio", 0.0, 1.0)(text, situation), "warmup_steps": REMOVE}
    return {"warmup_ratio": REMOVE, **whole("warmup_steps", 1, 1_000_000)(text, situation)}


SCHEDULE: tuple[Question, ...] = (
    Choice(
        "schedule", "Schedule of the learning rate", "lr_scheduler",
        "How the learning rate moves over the steps, after the warm-up.",
        _schedules, _schedule_now, folded=True,
    ),
    TypedQuestion(
        "warmup", "Warm-up", "warmup_ratio",
        "A share of all steps (0.03 is 3%) or a number of steps in which the learning rate grows from 0. Empty: "
        "Axolotl's own, 3% and at most 100 steps.",
        _read_warmup, _write_warmup, folded=True, also=_WARMUPS,
    ),
    TypedQuestion(
        "decay", "Weight decay", "weight_decay",
        "Pulls trained weights towards 0 at each step. 0 to 0.1 is usual.",
        shown("weight_decay", 0), real("weight_decay", 0.0, 10.0), folded=True,
    ),
    TypedQuestion(
        "clip", "Largest gradient", "max_grad_norm",
        "Gradients that are longer together are cut to this length. 1 is usual; empty: Axolotl's own.",
        shown("max_grad_norm"), optional(real("max_grad_norm", 0.0, 1000.0), "max_grad_norm"), folded=True,
    ),
    TypedQuestion(
        "steps", "Steps at most", "max_steps",
        "The training ends after so many updates, whatever is left of the data. Empty: all of the passes.",
        shown("max_steps"), optional(whole("max_steps", 1, 100_000_000), "max_steps"), folded=True,
    ),
    TypedQuestion(
        "seed", "Seed", "seed",
        "Where chance begins: the same seed draws the same order of rows and the same adapter to begin with.",
        shown("seed"), optional(whole("seed", 0, 2**32 - 1), "seed"), folded=True,
    ),
)  # fmt: skip
