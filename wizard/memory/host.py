"""Host memory: what a run keeps beside the GPUs, on one node, for all its processes together."""

from __future__ import annotations

from collections.abc import Mapping

from wizard.axolotl.effective import Effective
from wizard.axolotl.mesh import Mesh
from wizard.domain.estimate import Range
from wizard.domain.model import Model
from wizard.knowledge.process import PROCESS
from wizard.memory.activations import Activations
from wizard.memory.merge import merge_bytes
from wizard.memory.shards import PINNED
from wizard.memory.static import Static
from wizard.memory.waiting import pinned_bytes
from wizard.memory.weights import weight_bytes

_WHOLE = Mesh()


def host_need(host: Mapping[str, int], processes: int, *, pinned: bool = False) -> Range:
    """What one node needs at its worst before and while it trains, of the uses that `host_bytes` tells.

    Low: only what training offloads, without the half that `pinned` adds (`PINNED`). That a model which is read stays
    in host memory is not certain: what safetensors maps may be the page cache's, which the kernel takes back. High:
    pinned blocks are powers of two, so up to twice the activations (torch ATen/core/CachingHostAllocator.h), and the
    optimizer's pages are all moved out.
    """
    loading, away, made = host.get("loading", 0), host.get("offloaded", 0), host.get("activations", 0)
    return Range(
        int(away / (PINNED if pinned else 1.0)) + made + PROCESS.low * processes,
        max(loading, away + made) + PROCESS.likely * processes,
        max(loading, away + 2 * made + host.get("paged", 0)) + PROCESS.high * processes,
    )


def host_bytes(model: Model, settings: Effective, known: Static, made: Activations) -> dict[str, int]:
    """Bytes by use; uses that need nothing are left out.

    `loading`: each process reads a model that is not quantized into host memory first (`axolotl train` exports
    ACCELERATE_USE_CPU to it, axolotl 0.19 utils/config/__init__.py:149), with `cpu_ram_efficient_loading` only the
    first of all; a quantized one is read straight to the GPU, unless one process quantizes for all. `offloaded`:
    optimizer states, with fp32 gradients as DeepSpeed keeps them, weights, and frozen layers that wait
    (memory/waiting.py).
    `activations`: offloaded ones. `paged`: optimizer states that bitsandbytes may move out when the GPU is full.
    `merge`: `axolotl merge-lora` afterwards (memory/merge.py).
    """
    gpus = settings.sharding.per_node
    found = {
        "loading": _loaded(model, settings, known),
        "offloaded": (known.parts.away + pinned_bytes(model, settings)) * gpus,
        "activations": made.away * gpus,
        "paged": known.paged,
        "merge": merge_bytes(model, settings),
    }
    return {name: int(size) for name, size in found.items() if size > 0}


def _loaded(model: Model, settings: Effective, known: Static) -> float:
    """What the processes of a node read: the whole model, of which a GPU may keep a part."""
    if settings.quantization != "none" and settings.loading.gpu != "host":
        return 0.0
    kept_whole = settings.sharding.mesh == _WHOLE
    whole = known.whole.weights if kept_whole else max(known.whole.weights, weight_bytes(model, settings))
    return whole * (1 if settings.loading.one_loads else settings.sharding.per_node)
