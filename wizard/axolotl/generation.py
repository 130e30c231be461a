"""Where answers come from while a model learns from them: `trl.use_vllm`, `trl.vllm_mode`, the block `vllm`.

Source: axolotl core/trainers/grpo/__init__.py (0.19.0 and 0.20.0 :65-80, 0.21.0 `get_vllm_kwargs`),
utils/schemas/vllm.py (0.9 of the card until 0.20, TRL's own afterwards), trl 1.14.1 trainer/grpo_config.py (0.3;
`steps_per_generation`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from wizard.axolotl import batch, beta, preference
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.domain.values import flag, integer, mapping, number
from wizard.domain.version import Version
from wizard.knowledge.axolotl.versions import of_plan

GENERATING = preference.LEARNS | {"ebft"}
"""The kinds of training that generate answers."""
SERVES_UNTIL = Version(0, 20)
"""The last version whose block `vllm` has a default of its own for the share of the card."""
SCORES_IN_ONE = Version(0, 21)
"""The first version with TRL's kernel for it."""
SERVER_SHARE, TRL_SHARE = 0.9, 0.3

Engine = Literal["transformers", "server", "colocate"]


@dataclass(frozen=True, slots=True)
class Generation:
    """How answers are generated.

    `prompts`, `answer`: tokens that a row has at most before and in its answer; Axolotl cuts no prompt of these kinds
    (0.21.0 utils/data/rl.py `_drop_long_sequences`), so `sequence_len` stands for the longest. `held`: what is learnt
    is held to a reference (`beta`). `scored`: answers are scored once more before the steps, as they are older than the
    model or vLLM's. `chunked`: `use_liger_loss`. `in_one`: TRL has a kernel that scores a token and tells its
    entropy at once (trl 1.14.1 kernels/logprob_entropy.py; 1.9.0 has none).
    `share`: of a whole card, for vLLM beside the trainer; `reserved` the bytes of it, None where the card is not known.
    `sleeps`: vLLM gives its memory back while the model is trained. `rows` are generated at once on a GPU.
    """

    engine: Engine
    share: float = 0.0
    reserved: int | None = None
    sleeps: bool = False
    rows: int = 1
    prompts: int = 0
    answer: int = 0
    held: bool = False
    scored: bool = False
    chunked: bool = False
    in_one: bool = True

    @property
    def scored_at_once(self) -> bool:
        """Whether all rows of a round are scored in one forward, without their logits (trl 1.14.1 grpo_trainer.py,
        `_chunked_logps`); else so many as a micro batch has, with them, as trl 1.9.0 does for Liger's loss too.
        """
        return self.chunked and self.in_one

    @property
    def tokens(self) -> int:
        """Of the longest row."""
        return self.prompts + self.answer


_HERE = ("0.0.0.0", "localhost", "127.0.0.1", "::1")


def vllm(plan: Plan) -> dict[str, object]:
    """The block of vLLM's own settings, empty where it is absent."""
    return mapping(plan, "vllm")


def colocated(plan: Plan) -> bool:
    """Whether vLLM shares the GPU of the training."""
    block = batch.trl(plan)
    return flag(block.get("use_vllm")) and block.get("vllm_mode") == "colocate"


def served_here(plan: Plan) -> bool:
    """Whether vLLM's server is one of this machine, whose GPU the training lacks; its host is this one by default."""
    block = batch.trl(plan)
    host = str(block.get("vllm_server_host") or mapping(plan, "vllm").get("host") or _HERE[0])
    return flag(block.get("use_vllm")) and not colocated(plan) and host in _HERE


def longest(plan: Plan) -> int:
    """Tokens of the longest prompt with the longest answer."""
    return batch.sequence_len(plan) + answer_tokens(plan)


def answer_tokens(plan: Plan) -> int:
    """Tokens that an answer has at most; TRL's own where none is written."""
    return integer(batch.trl(plan).get("max_completion_length"), 256)


def generation(plan: Plan, machine: Machine | None, assumptions: list[str]) -> Generation | None:
    """How this plan generates; None where it does not. What had to be assumed is added to `assumptions`."""
    if preference.rl(plan) not in GENERATING:
        return None
    block = batch.trl(plan)
    served = flag(block.get("use_vllm"))
    found = _vllm(plan, block, machine, assumptions) if served else Generation("transformers")
    steps = max(1, integer(block.get("steps_per_generation"), 0) or batch.accumulation(plan))
    every = steps * max(1, integer(block.get("num_iterations"), 1))
    corrects = block.get("vllm_importance_sampling_correction") is not False
    assumptions.append(f"prompts have up to {batch.sequence_len(plan):,} tokens (sequence_len): Axolotl cuts none")
    return replace(
        found,
        rows=batch.micro_batch_size(plan) * steps,
        prompts=batch.sequence_len(plan),
        answer=answer_tokens(plan),
        held=bool(beta.value(plan)),
        scored=batch.accumulation(plan) % every != 0 or (served and corrects),
        chunked=flag(block.get("use_liger_loss")),
        in_one=of_plan(plan) >= SCORES_IN_ONE,
    )


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
