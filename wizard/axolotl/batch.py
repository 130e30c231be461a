"""Lengths and batches: `sequence_len`, `micro_batch_size`, `gradient_accumulation_steps`, `batch_size`,
`eval_batch_size`, and the groups of GRPO under `trl`.

Source: axolotl 0.19.0 utils/config/__init__.py:190-215, utils/schemas/training.py:269, validation.py:845-870.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.axolotl import packing
from wizard.domain.plan import Plan
from wizard.domain.values import integer, mapping, number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.settings import defaults
from wizard.knowledge.axolotl.versions import of_plan

_OF_TRL = 8
"""Answers to a prompt where none are written (trl 1.9.0 and 1.14.1 trainer/grpo_config.py)."""
_COUNTS_GPUS = Version(0, 21)


def sequence_len(plan: Plan) -> int:
    """The longest row in tokens, at least 1."""
    written = integer(plan.get("sequence_len"), -1)
    return max(1, written if written >= 0 else defaults(of_plan(plan)).sequence_len)


def micro_batch_size(plan: Plan) -> int:
    """Rows on a GPU at once, at least 1."""
    written = integer(plan.get("micro_batch_size"), -1)
    return max(1, written if written >= 0 else defaults(of_plan(plan)).micro_batch_size)


def as_written(plan: Plan, key: str) -> float:
    """A batch as written, 0 and below too; 0 where it is blank, 1 where it is no number."""
    return number(plan.get(key, 0), 1.0)


def written_micro_batch_size(plan: Plan) -> int:
    """As written; 0 where it is not set."""
    return integer(plan.get("micro_batch_size"), 0)


def sequence_len_as_written(plan: Plan) -> float:
    """As written, 0 and below too; 1 where it is not, or no number."""
    return number(plan.get("sequence_len"), 1.0)


def batch_size(plan: Plan) -> int:
    """The deprecated size of the whole batch; 0 where it is not set."""
    return integer(plan.get("batch_size"), 0)


def eval_batch_size(plan: Plan) -> int:
    """As written; 0 where it is not set."""
    return integer(plan.get("eval_batch_size"), 0)


def written_eval_batch_size(plan: Plan) -> float:
    """As written, 0 and below too; 1 where it is not, or no number."""
    return number(plan.get("eval_batch_size"), 1.0)


def rows_in_evaluation(plan: Plan) -> int:
    """Rows on a GPU at once in evaluation: as in training where it packs or nothing is written."""
    if packing.packs_evaluation(plan):
        return micro_batch_size(plan)
    return eval_batch_size(plan) or micro_batch_size(plan)


def accumulation(plan: Plan) -> int:
    """Micro batches in one optimizer step: as written, or from batch_size, as normalize_config does."""
    written = integer(plan.get("gradient_accumulation_steps"), 0)
    if written:
        return written
    batch = batch_size(plan)
    return max(1, batch // max(1, integer(plan.get("micro_batch_size"), 1))) if batch else 1


def syncs_each(plan: Plan) -> bool:
    """Whether each micro batch's gradients are divided at once, though others of the step are to come.

    Source: transformers 5.16.1 and 5.20.1 trainer.py (`_run_epoch`); accelerate 1.13 `GradientAccumulationPlugin`.
    """
    block = mapping(plan, "accelerator_config").get("gradient_accumulation_kwargs")
    return isinstance(block, dict) and bool(block.get("sync_each_batch"))


def synced_each(plan: Plan) -> dict[str, object]:
    """The change after which it does, with all else that `accelerator_config` has."""
    block = mapping(plan, "accelerator_config")
    inner = block.get("gradient_accumulation_kwargs")
    steps = {**(inner if isinstance(inner, dict) else {}), "sync_each_batch": True}
    return {"accelerator_config": {**block, "gradient_accumulation_kwargs": steps}}


def trl(plan: Plan) -> dict[str, object]:
    """The block of TRL's own settings, empty where it is absent."""
    return mapping(plan, "trl")


@dataclass(frozen=True, slots=True)
class Groups:
    """Answers a prompt (`size`), and answers a step (`batch`), as Axolotl counts them before training.

    `direct`: the batch is `trl.generation_batch_size`; else it is micro_batch_size x gradient_accumulation_steps.
    """

    size: int
    batch: int
    direct: bool
    micro: int = 1

    @property
    def source(self) -> str:
        """Where the batch comes from, in words."""
        return "trl.generation_batch_size" if self.direct else "micro_batch_size x gradient_accumulation_steps"


def groups(plan: Plan, gpus: int = 1) -> Groups | None:
    """The groups of a GRPO plan; None where it is none, or a value is missing or no number.

    From 0.21 on a step's batch is that of all `gpus`.
    Source: axolotl 0.19.0 utils/schemas/validation.py:845-870, 0.21.0 validation.py:1084-1098.
    """
    written = trl(plan).get("num_generations")
    size = _whole(written) if isinstance(written, (int, float)) else None
    if plan.get("rl") != "grpo" or size is None or size != written:
        return None
    return _groups(plan, size, gpus if of_plan(plan) >= _COUNTS_GPUS else 1)


def unchecked_groups(plan: Plan, gpus: int = 1) -> Groups | None:
    """The groups of a plan that TRL looks at and Axolotl does not: GDPO's, and GRPO's of the number TRL itself has.

    Source: axolotl 0.21.0 utils/schemas/validation.py:1067-1076; trl 1.14.1 trainer/grpo_config.py:1085-1122.
    """
    written = trl(plan).get("num_generations")
    if plan.get("rl") not in ("grpo", "gdpo") or (plan.get("rl") == "grpo" and written is not None):
        return None
    size = _OF_TRL if written is None else _whole(written)
    return None if size is None else _groups(plan, size, gpus)


def _groups(plan: Plan, size: int, together: int) -> Groups | None:
    direct = trl(plan).get("generation_batch_size")
    if direct is not None:
        batch = _whole(direct)
        return None if batch is None else Groups(size, batch, True)
    micro = _whole(plan.get("micro_batch_size") or 1)
    steps = _whole(plan.get("gradient_accumulation_steps") or 1)
    if micro is None or steps is None:
        return None
    return Groups(size, micro * steps * together, False, micro * together)


def _whole(value: object) -> int | None:
    """What Python's int() makes of it, as Axolotl does; None where it would raise."""
    if not isinstance(value, (int, float, str)):
        return None
    try:
        return int(value)
    except (ValueError, OverflowError):
        return None
