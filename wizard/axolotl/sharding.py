"""How a plan divides a model over GPUs: DDP, DeepSpeed ZeRO or FSDP, and the parallel sizes beside them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from wizard.axolotl import batch, deepspeed, fsdp
from wizard.axolotl.deepspeed import Zero
from wizard.axolotl.mesh import Mesh, mesh
from wizard.domain.plan import Plan
from wizard.domain.values import flag

ShardingKind = Literal["none", "ddp", "zero1", "zero2", "zero3", "fsdp1", "fsdp2"]
_STAGES: dict[int, ShardingKind] = {1: "zero1", 2: "zero2", 3: "zero3"}


@dataclass(frozen=True, slots=True)
class Sharding:
    """What each of `gpus` GPUs holds: divisors of weights, gradients and states, and what leaves the GPU.

    `gpus` are those of all `nodes` together, the same number on each. `pinned`: what leaves the GPU lies in
    page-locked memory. `syncs_each`: FSDP divides the gradients of each micro batch, not of the last one alone.
    """

    kind: ShardingKind
    gpus: int
    offload_optimizer: bool = False
    offload_parameters: bool = False
    reshard: bool = True
    nodes: int = 1
    mesh: Mesh = field(default_factory=Mesh)
    zero: Zero | None = None
    pinned: bool = False
    syncs_each: bool = False

    @property
    def per_node(self) -> int:
        """GPUs, and so processes, that share the host memory of one node."""
        return max(1, self.gpus // max(1, self.nodes))

    @property
    def fsdp(self) -> bool:
        """Whether it is FSDP, of either version."""
        return self.kind in ("fsdp1", "fsdp2")

    @property
    def data(self) -> int:
        """GPUs that see different rows: not those that share a tensor or a sequence (utils/config/__init__.py:232)."""
        return max(1, self.gpus // (self.mesh.tensor * self.mesh.context))

    @property
    def parts(self) -> int:
        """GPUs that share what is divided: FSDP shards over replicas' own data, context and expert axes.

        Source: axolotl 0.19 monkeypatch/accelerate/parallelism_config.py, `dp_shard_cp`.
        """
        replicas = self.mesh.replicate if self.fsdp else 1
        return max(1, self.gpus // (self.mesh.tensor * replicas))

    @property
    def weights(self) -> int:
        """Into how many parts the weights are divided."""
        return self.parts if self.kind == "zero3" or self.fsdp else 1

    @property
    def gradients(self) -> int:
        """Into how many parts the gradients are divided."""
        return self.parts if self.kind in ("zero2", "zero3") or self.fsdp else 1

    @property
    def states(self) -> int:
        """Into how many parts the optimizer's states are divided."""
        return self.parts if self.kind in ("zero1", "zero2", "zero3") or self.fsdp else 1

    @property
    def fp32_master(self) -> bool:
        """Whether trained weights have an fp32 copy beside them (DeepSpeed, FSDP1)."""
        return self.kind in ("zero1", "zero2", "zero3", "fsdp1")


def sharding(plan: Plan, gpus: int, nodes: int = 1) -> tuple[Sharding, tuple[str, ...]]:
    """The sharding of a plan on this many GPUs of this many nodes, and what had to be assumed.

    Source: schemas/validation.py (FSDP version), DeepSpeed's `zero_optimization` block;
    shipped files by name from knowledge/sharding.toml.
    """
    axes, notes = mesh(plan, gpus)
    found, more = _kind(plan, gpus)
    if found.kind == "ddp" and gpus == axes.tensor:
        found = replace(found, kind="none")  # nothing is left to replicate
    return replace(found, nodes=nodes, mesh=axes), notes + more


def _kind(plan: Plan, gpus: int) -> tuple[Sharding, tuple[str, ...]]:
    if deepspeed.deepspeed(plan):
        return _deepspeed(plan, gpus)
    return (_fsdp(plan, gpus) if fsdp.shards(plan) else _plain(gpus)), ()


def _plain(gpus: int) -> Sharding:
    return Sharding("ddp" if gpus > 1 else "none", gpus)


def _deepspeed(plan: Plan, gpus: int) -> tuple[Sharding, tuple[str, ...]]:
    zero, name = deepspeed.zero(plan), deepspeed.file_name(plan)
    if zero is None:
        note = f"the DeepSpeed file {name} is not one that Axolotl ships: nothing is taken as divided"
        return _plain(gpus), (note,)
    read = deepspeed.named_file(plan)
    known = name is None or (read is not None and read.state == "read")
    notes = () if known else (f"{name} as Axolotl ships it",)
    if zero.stage not in _STAGES:
        return _plain(gpus), notes
    away = (zero.offload_optimizer, zero.offload_parameters)
    return Sharding(_STAGES[zero.stage], gpus, *away, zero=zero, pinned=zero.pinned), notes


def _fsdp(plan: Plan, gpus: int) -> Sharding:
    block = fsdp.fsdp_config(plan)
    offload = flag(block.get("offload_params"))
    reshard, pin = block.get("reshard_after_forward"), block.get("cpu_offload_pin_memory")
    return Sharding(
        "fsdp2" if fsdp.fsdp_version(plan) == 2 else "fsdp1",
        gpus,
        offload_optimizer=offload,
        offload_parameters=offload,
        reshard=reshard is None or flag(reshard),
        pinned=pin is None or flag(pin),
        syncs_each=batch.syncs_each(plan),
    )
