"""How a plan divides a model over GPUs: DDP, DeepSpeed ZeRO or FSDP."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Literal

from wizard.domain.plan import Plan
from wizard.domain.values import flag, mapping
from wizard.knowledge.load import toml

ShardingKind = Literal["none", "ddp", "zero1", "zero2", "zero3", "fsdp1", "fsdp2"]


@dataclass(frozen=True, slots=True)
class Sharding:
    """What each of `gpus` GPUs holds: divisors of weights, gradients and states, and what leaves the GPU.

    `gpus` are those of all `nodes` together, the same number on each.
    """

    kind: ShardingKind
    gpus: int
    offload_optimizer: bool = False
    offload_parameters: bool = False
    reshard: bool = True
    nodes: int = 1

    @property
    def per_node(self) -> int:
        """GPUs, and so processes, that share the host memory of one node."""
        return max(1, self.gpus // max(1, self.nodes))

    @property
    def weights(self) -> int:
        """Into how many parts the weights are divided."""
        sharded = self.kind == "zero3" or self.kind in ("fsdp1", "fsdp2")
        return self.gpus if sharded else 1

    @property
    def gradients(self) -> int:
        """Into how many parts the gradients are divided."""
        return self.gpus if self.kind in ("zero2", "zero3", "fsdp1", "fsdp2") else 1

    @property
    def states(self) -> int:
        """Into how many parts the optimizer's states are divided."""
        return self.gpus if self.kind in ("zero1", "zero2", "zero3", "fsdp1", "fsdp2") else 1

    @property
    def fp32_master(self) -> bool:
        """Whether trained weights have an fp32 copy beside them (DeepSpeed, FSDP1)."""
        return self.kind in ("zero1", "zero2", "zero3", "fsdp1")


def sharding(plan: Plan, gpus: int, nodes: int = 1) -> tuple[Sharding, tuple[str, ...]]:
    """The sharding of a plan on this many GPUs of this many nodes, and what had to be assumed.

    Source: schemas/validation.py (FSDP version), DeepSpeed's `zero_optimization` block;
    shipped files by name from knowledge/sharding.toml.
    """
    found, notes = _kind(plan, gpus)
    return replace(found, nodes=nodes), notes


def _kind(plan: Plan, gpus: int) -> tuple[Sharding, tuple[str, ...]]:
    deepspeed = plan.get("deepspeed")
    if deepspeed:
        return _deepspeed(deepspeed, gpus)
    if plan.get("fsdp_config") or plan.get("fsdp"):
        return _fsdp(plan, gpus), ()
    return Sharding("ddp" if gpus > 1 else "none", gpus), ()


def _deepspeed(setting: object, gpus: int) -> tuple[Sharding, tuple[str, ...]]:
    if isinstance(setting, dict):
        zero = setting.get("zero_optimization")
        block = zero if isinstance(zero, dict) else {}
        offloads = [block.get("offload_optimizer"), block.get("offload_param")]
        away = [isinstance(o, dict) and o.get("device") in ("cpu", "nvme") for o in offloads]
        return _zero(block.get("stage"), gpus, *away), ()
    name = PurePosixPath(str(setting)).name
    row = toml("sharding")["deepspeed"].get(name)
    if row:
        away = [bool(row.get("offload_optimizer")), bool(row.get("offload_parameters"))]
        return _zero(row["stage"], gpus, *away), (f"{name} as Axolotl ships it",)
    note = f"the DeepSpeed file {name} is not one that Axolotl ships: nothing is taken as divided"
    return Sharding("ddp" if gpus > 1 else "none", gpus), (note,)


def _zero(stage: object, gpus: int, offload_optimizer: bool, offload_parameters: bool) -> Sharding:
    kinds: dict[object, ShardingKind] = {1: "zero1", 2: "zero2", 3: "zero3"}
    kind = kinds.get(stage, "ddp" if gpus > 1 else "none")
    return Sharding(kind, gpus, offload_optimizer, offload_parameters)


def _fsdp(plan: Plan, gpus: int) -> Sharding:
    block = mapping(plan, "fsdp_config")
    version = str(plan.get("fsdp_version") or block.get("fsdp_version") or 1)
    offload = flag(block.get("offload_params", block.get("fsdp_offload_params")))
    reshard = block.get("reshard_after_forward", block.get("fsdp_reshard_after_forward"))
    return Sharding(
        "fsdp2" if version == "2" else "fsdp1",
        gpus,
        offload_optimizer=offload,
        offload_parameters=offload,
        reshard=reshard is None or flag(reshard),
    )
