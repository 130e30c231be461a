"""The step of several GPUs: how they share the work."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from wizard.axolotl import fsdp, mesh, plugins
from wizard.axolotl.kinds import kind_of
from wizard.domain.model import Model
from wizard.domain.plan import REMOVE, Plan
from wizard.fit.division import division_changes, division_of, divisions
from wizard.knowledge.preference import Cost
from wizard.questions.question import Choice, Group, Option, Question, Situation, Step

_LABELS = {
    "ddp": "Each holds the whole model (DDP)",
    "zero1": "States divided (ZeRO 1)",
    "zero2": "States in host memory (ZeRO 2)",
    "fsdp2_kept": "States, gradients divided (FSDP2)",
    "fsdp2": "All divided (FSDP2)",
    "zero3": "All divided (ZeRO 3)",
    "zero3_params": "ZeRO 3, weights in host memory",
    "fsdp2_offload": "FSDP2, all in host memory",
    "zero3_offload": "ZeRO 3, all in host memory",
}
_AXES = ("context_parallel_size", "tensor_parallel_size", "expert_parallel_size")
_SIZES = (1, 2, 4, 8, 16, 32, 64)


def _several(situation: Situation) -> bool:
    return situation.machine is not None and situation.machine.count > 1


def _costs(situation: Situation) -> tuple[Cost, ...]:
    model, machine = situation.model, situation.machine
    if model is None or machine is None or machine.count < 2:
        return ()
    return tuple(one for one in divisions(situation.plan, model, machine.count) if one.context == 1)


def _divisions(situation: Situation) -> tuple[Option, ...]:
    """The sizes of the mesh stay with FSDP2, which goes with them, and go with the others."""
    plan, model = situation.plan, situation.model
    found = []
    for cost in _costs(situation):
        assert model is not None
        changes: dict[str, object] = {"fsdp_config": fsdp.fsdp_config_as_written(plan) or REMOVE}
        changes |= division_changes(cost, plan, model)
        if cost.name.startswith("fsdp2"):
            changes |= mesh.written(plan)
        found.append(Option(_LABELS[cost.name], f"{cost.title}. Gives up: {cost.gives_up}", changes))
    return tuple(found)


def _division_now(situation: Situation) -> int | None:
    now = division_of(situation.plan.changed(dict.fromkeys(mesh.SIZES, REMOVE)))
    names = [cost.name for cost in _costs(situation)]
    return names.index(now) if now in names else None


def _left(situation: Situation, key: str) -> int:
    """GPUs over which this size may divide: those that the other sizes leave."""
    assert situation.machine is not None
    left = situation.machine.count
    for other in _AXES:
        left //= max(1, mesh.size(situation.plan, other)) if other != key else 1
    return max(1, left)


def _filled(plan: Plan, key: str, size: int, gpus: int) -> dict[str, object]:
    """The change to another size; beside expert parallelism the rest of the GPUs has to be named."""
    changes: dict[str, object] = {key: size if size > 1 else REMOVE}
    if key == "expert_parallel_size":
        others = [one for one in plugins.plugins(plan) if one != plugins.EXPERT_PARALLEL]
        changes["plugins"] = [*others, *([plugins.EXPERT_PARALLEL] if size > 1 else [])] or REMOVE
    then = plan.changed(changes)
    if mesh.expert_parallel_size(then) > 1:
        named = prod(max(1, mesh.size(then, axis)) for axis in _AXES)
        changes["dp_shard_size"] = gpus // named if gpus // named > 1 else REMOVE
    elif mesh.expert_parallel_size(plan) > 1:
        changes["dp_shard_size"] = REMOVE
    return changes


def _axis(
    key: str, whole: str, applies: Callable[[Plan, Model], bool]
) -> tuple[Callable[[Situation], tuple[Option, ...]], Callable[[Situation], int | None]]:
    """The answers to the size of one axis: the powers of two that divide the GPUs which the others leave."""

    def options(situation: Situation) -> tuple[Option, ...]:
        model, machine = situation.model, situation.machine
        if model is None or machine is None or machine.count < 2 or not applies(situation.plan, model):
            return ()
        sizes = [one for one in _SIZES if _left(situation, key) % one == 0]
        return tuple(
            Option(f"over {size} GPUs" if size > 1 else whole, _about(size, machine.count // size),
                   _filled(situation.plan, key, size, machine.count))
            for size in sizes
        )  # fmt: skip

    def now(situation: Situation) -> int | None:
        labels = [option.label for option in options(situation)]
        size = max(1, mesh.size(situation.plan, key))
        label = f"over {size} GPUs" if size > 1 else whole
        return labels.index(label) if label in labels else None

    return options, now


def _about(size: int, groups: int) -> str:
    return f"{groups} group{'s' * (groups > 1)} of {size} see different rows" if size > 1 else "each GPU has its own"


_MODEL = Choice(
    "division", "What is divided", "fsdp_config",
    "Whole models are fastest where they fit. Divided, each GPU holds a part and sends it when it is needed. "
    "In host memory there is most room, and it is slowest.",
    _divisions, _division_now,
)  # fmt: skip
_GROUPS: tuple[Question, ...] = (
    Choice(
        "context", "Each row", "context_parallel_size",
        "Long rows can be divided too: each GPU holds a part of every row, and they pass keys and values on.",
        *_axis("context_parallel_size", "whole", lambda plan, model: kind_of(plan) in ("sft", "pretraining")),
    ),
    Choice(
        "tensor", "Each layer", "tensor_parallel_size",
        "Several GPUs can work on one layer together. They talk all the time, so it needs fast links between them.",
        *_axis("tensor_parallel_size", "whole", lambda plan, model: True),
    ),
    Choice(
        "experts", "The experts", "expert_parallel_size",
        "Of a mixture each GPU can hold a part of the experts, and tokens travel to theirs.",
        *_axis("expert_parallel_size", "all on each", lambda plan, model: model.moe),
    ),
)  # fmt: skip
DIVISION = Step(
    "division",
    "GPUs",
    "How do the GPUs share the work?",
    (Group("The model", (_MODEL,)), Group("Groups of GPUs", _GROUPS)),
    "the division of the work",
    shown=_several,
)
