"""`deepspeed`, and its `zero_optimization` block: the stage, what leaves the GPU, and the sizes of its buffers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from wizard.domain.named import NamedFile
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, number
from wizard.knowledge import deepspeed as facts

_AWAY = ("cpu", "nvme")
KEPT_ON_CPU = ("adagrad", "lion_32bit")
"""Optimizers that DeepSpeed has of the same kind for states in host memory, beside AdamW."""
_LARGEST = 1e15
"""Beyond it a written size is no size: infinity, or a slip."""


@dataclass(frozen=True, slots=True)
class Zero:
    """One block. Sizes are in elements, as DeepSpeed counts them; None is `auto`, which follows the hidden size.

    `reduce`: of one bucket of gradients. `prefetch`: parameters gathered ahead. `live`: the most that stay gathered.
    `group`: parameters that one optimizer step takes at a time.
    `overlap` doubles the bucket of stages 1 and 2; without `contiguous` there is none. `pinned`: what leaves the GPU
    lies in page-locked host memory.
    """

    stage: int
    offload_optimizer: bool
    offload_parameters: bool
    pinned: bool
    contiguous: bool
    overlap: bool
    reduce: float | None
    prefetch: float | None
    live: float
    group: float

    def bucket(self, hidden: int) -> float:
        """Elements of one bucket; `auto` is hidden² (transformers, HfTrainerDeepSpeedConfig)."""
        return float(hidden) * hidden if self.reduce is None else self.reduce

    def ahead(self, hidden: int) -> float:
        """Elements gathered ahead, no more than may live; `auto` is 0.9 · hidden²."""
        return min(self.live, 0.9 * hidden * hidden if self.prefetch is None else self.prefetch)


def deepspeed(plan: Plan) -> bool:
    """Whether the plan asks for DeepSpeed."""
    return bool(plan.get("deepspeed"))


def brings_schedule(plan: Plan) -> bool:
    """Whether the block, or the file where it was read, has a schedule of the learning rate."""
    return "scheduler" in document(plan)


def file(plan: Plan) -> str | None:
    """The path of the DeepSpeed file, None where there is none or its content is written in the plan."""
    written = plan.get("deepspeed")
    return written if isinstance(written, str) and written else None


def file_name(plan: Plan) -> str | None:
    """The file's name without its folders."""
    path = file(plan)
    return None if path is None else PurePosixPath(path).name


def content(plan: Plan) -> Mapping[str, object]:
    """What is written in the plan in a file's place; empty where nothing is."""
    written = plan.get("deepspeed")
    return dict(written) if isinstance(written, dict) else {}


def named_file(plan: Plan) -> NamedFile | None:
    """The file that it names as it was read; None where it names none, or nobody looked."""
    return plan.files.get(file(plan) or "")


def document(plan: Plan) -> Mapping[str, object]:
    """What DeepSpeed is given: the block, or the file where it was read; empty where neither is known."""
    read = named_file(plan)
    return content(plan) or (read.values if read is not None else {})


def _is_known(plan: Plan) -> bool:
    read = named_file(plan)
    return bool(content(plan)) or (read is not None and read.state == "read")


def zero3_by_name(plan: Plan) -> bool:
    """Whether Axolotl's checks take it for ZeRO 3: they look at the path of the file."""
    return "zero3" in (file(plan) or "")


def zero3(plan: Plan) -> bool:
    """Whether it is ZeRO-3, by its block or, where that can't be read, by the file's name."""
    found = zero(plan)
    return zero3_by_name(plan) if found is None else found.stage == 3


def is_shipped(plan: Plan) -> bool:
    """Whether it is a file that Axolotl ships, by its name."""
    return file_name(plan) in shipped()


def zero(plan: Plan) -> Zero | None:
    """The block: of what is written in the plan, of the file as it was read, or as Axolotl ships it by its name.

    None for a file that is not known, or where there is no DeepSpeed. Source: deepspeed 0.19, runtime/zero/config.py.
    """
    if _is_known(plan):
        written = document(plan).get("zero_optimization")
        return _zero(written if isinstance(written, dict) else {})
    return shipped().get(file_name(plan) or "")


@cache
def shipped() -> dict[str, Zero]:
    """The blocks of the files Axolotl ships, by name."""
    return {name: _zero(row) for name, row in facts.shipped().items()}


def _zero(written: Mapping[str, Any]) -> Zero:
    states, weights = written.get("offload_optimizer"), written.get("offload_param")
    both = [one for one in (states, weights) if isinstance(one, dict) and one.get("device") in _AWAY]
    stage = integer(written.get("stage"), 0)
    return Zero(
        stage=stage,
        offload_optimizer=states in both,
        offload_parameters=weights in both,
        pinned=any(flag(one.get("pin_memory")) for one in both),
        contiguous=_switch(written, "contiguous_gradients", default=True),
        overlap=_switch(written, "overlap_comm", default=stage == 3),
        reduce=_size(written, "reduce_bucket_size"),
        prefetch=_size(written, "prefetch_bucket_size"),
        live=_size(written, "max_live_parameters") or 0.0,
        group=_size(written, "sub_group_size") or 0.0,
    )


def steps_on_cpu(plan: Plan) -> bool:
    """Whether an optimizer of DeepSpeed's own takes the place of the named one: where its states wait in host memory.

    Adam but for `KEPT_ON_CPU` (accelerate 1.15 accelerator.py:2374, `map_pytorch_optim_to_deepspeed`). A file with an
    optimizer of its own, or `zero_force_ds_cpu_optimizer: false`, keeps what it names.
    """
    found, written = zero(plan), document(plan)
    forced = _switch(written, "zero_force_ds_cpu_optimizer", default=True)
    return found is not None and found.offload_optimizer and forced and "optimizer" not in written


def own_adam(plan: Plan, named: str) -> bool:
    """Whether DeepSpeed's own Adam, in fp32 in host memory, steps in the place of the optimizer of this name."""
    return steps_on_cpu(plan) and named not in KEPT_ON_CPU


def _switch(written: Mapping[str, Any], name: str, *, default: bool) -> bool:
    found = written.get(name)
    return default if found is None else flag(found)


def _size(written: Mapping[str, Any], name: str) -> float | None:
    """A size under its name, with or without `stage3_` before it; None for `auto`."""
    found = written.get(f"stage3_{name}", written.get(name))
    if found == "auto":
        return None
    default = facts.default_size(name)
    size = number(found, default)
    return size if 0 <= size < _LARGEST else default
