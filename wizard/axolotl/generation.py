"""Where answers come from while a model learns from them: `trl.use_vllm`, `trl.vllm_mode`, the block `vllm`.

Source: axolotl core/trainers/grpo/__init__.py (0.19.0 and 0.20.0 :65-80, 0.21.0 `get_vllm_kwargs`),
utils/schemas/vllm.py (0.9 of the card until 0.20, TRL's own afterwards), trl 1.14.1 trainer/grpo_config.py (0.3;
`steps_per_generation`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wizard.axolotl import batch
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, mapping, number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

GENERATING = ("grpo", "gdpo", "ebft")
"""The kinds of training that generate answers."""
SERVES_UNTIL = Version(0, 20)
"""The last version whose block `vllm` has a default of its own for the share of the card."""
SERVER_SHARE, TRL_SHARE = 0.9, 0.3

Engine = Literal["transformers", "server", "colocate"]


@dataclass(frozen=True, slots=True)
class Generation:
    """How answers are generated.

    `share`: of a whole card, for vLLM beside the trainer; `reserved` the bytes of it, None where the card is not known.
    `sleeps`: vLLM gives its memory back while the model is trained. `rows` are generated at once on a GPU, each of up
    to `tokens` with its prompt.
    """

    engine: Engine
    share: float = 0.0
    reserved: int | None = None
    sleeps: bool = False
    rows: int = 1
    tokens: int = 0


def vllm(plan: Plan) -> dict[str, object]:
    """The block of vLLM's own settings, empty where it is absent."""
    return mapping(plan, "vllm")


def colocated(plan: Plan) -> bool:
    """Whether vLLM shares the GPU of the training."""
    block = batch.trl(plan)
    return flag(block.get("use_vllm")) and block.get("vllm_mode") == "colocate"


def longest(plan: Plan) -> int:
    """Tokens of the longest prompt with the longest answer."""
    return batch.sequence_len(plan) + max(0, integer(batch.trl(plan).get("max_completion_length"), 256))


def generation(plan: Plan, machine: Machine | None, assumptions: list[str]) -> Generation | None:
    """How this plan generates; None where it does not. What had to be assumed is added to `assumptions`."""
    if plan.get("rl") not in GENERATING:
        return None
    block = batch.trl(plan)
    if flag(block.get("use_vllm")):
        return _vllm(plan, block, machine, assumptions)
    steps = integer(block.get("steps_per_generation"), 0) or batch.accumulation(plan)
    answer = integer(block.get("max_completion_length"), 256)
    tokens = batch.sequence_len(plan) + max(0, answer)
    return Generation("transformers", rows=batch.micro_batch_size(plan) * max(1, steps), tokens=tokens)


def _vllm(plan: Plan, block: dict[str, object], machine: Machine | None, assumptions: list[str]) -> Generation:
    if block.get("vllm_mode") != "colocate":
        assumptions.append("vLLM's server has GPUs of its own, beside those of the training")
        return Generation("server")
    default = SERVER_SHARE if of_plan(plan) <= SERVES_UNTIL else TRL_SHARE
    share = min(1.0, max(0.0, number(mapping(plan, "vllm").get("gpu_memory_utilization"), default)))
    total = machine.total_bytes if machine else None
    if total is None:
        assumptions.append(f"vLLM's {share:.0%} of the card are not counted, since the card is not known")
    else:
        assumptions.append(f"vLLM takes {share:.0%} of each card (gpu_memory_utilization)")
    reserved = None if total is None else int(share * total)
    return Generation("colocate", share, reserved, flag(block.get("vllm_enable_sleep_mode")))
