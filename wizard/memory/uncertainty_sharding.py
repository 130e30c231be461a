"""Why several GPUs widen the range, each reason by name, with the bytes it may take or add."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Cause
from wizard.domain.model import Model
from wizard.memory.adapter import trainable_parameters
from wizard.memory.passed import passed_bytes
from wizard.memory.tensor_parallel import local
from wizard.memory.weights import weight_bytes


def causes_of_sharding(
    model: Model, settings: Effective, *, static: float, dynamic: float, trainable: int
) -> Iterator[Cause]:
    """The reasons that hold for these settings' sharding and mesh, of the whole model. Bytes of one GPU."""
    parts = settings.sharding
    if parts.fsdp or parts.kind in ("zero1", "zero2", "zero3"):
        away = weight_bytes(model, settings) / parts.weights if parts.offload_parameters else 0.0
        passed = static + away  # what waits in host memory comes through the same buffers
        yield Cause("communication buffers", int(0.02 * static), int(0.1 * passed))
    if parts.kind != "none":
        yield Cause("uneven shards", 0, int(0.02 * dynamic))
    yield from _of_mesh(model, settings, dynamic, trainable)


def _of_mesh(model: Model, settings: Effective, dynamic: float, trainable: int) -> Iterator[Cause]:
    """`tensor`: PEFT and bitsandbytes have no word on tensor parallelism. `context`: see memory/passed.py. `expert`:
    tokens go where their experts are, and more may go to one GPU than to others.
    """
    axes, parts = settings.sharding.mesh, settings.sharding
    if axes.tensor > 1:
        yield Cause("whole results that tensor parallelism passes on", 0, int(0.1 * dynamic))
        if settings.lora is not None:
            mine = local(model, parts)
            adapters = 16 * max(0, trainable - trainable_parameters(mine, settings))
            weights = (
                weight_bytes(model, settings) - weight_bytes(mine, settings) if settings.quantization != "none" else 0.0
            )
            more = adapters + weights / parts.weights
            yield Cause("whether tensor parallelism divides adapters and quantized layers", 0, int(more))
    if axes.context > 1:
        name = "Ulysses" if settings.passing == "ulysses" else "ring attention"
        yield Cause(f"what {name} passes between GPUs", 0, int(passed_bytes(model, settings)))
    if axes.expert > 1:
        yield Cause("how tokens spread over the GPUs of expert parallelism", int(0.1 * dynamic), int(0.5 * dynamic))
