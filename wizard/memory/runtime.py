"""What lies on the GPU beside PyTorch's tensors: the CUDA context, libraries, and fragments."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Range
from wizard.domain.units import GIB, MIB

CONTEXT = Range(300 * MIB, 650 * MIB, 1100 * MIB)
"""The CUDA context and the modules of cuBLAS, FlashAttention and bitsandbytes, loaded as they are used.

PyTorch's CUDA semantics notes give no figure; reports run from 0.3 GiB (one small kernel) to about 1 GiB
(all modules loaded). Unsloth Studio measured about 1.4 GB with everything it loads.
"""

LARGE_GPU = 40 * GIB
LARGE_CONTEXT = 2 * GIB
"""The most of it on a GPU of so many bytes or more, with more processors that each have room of their own in it.

Axolotl tells 71.3 GiB that PyTorch reserved and 73.3 on the device of one H100 (0.21.0 examples/ling3/README.md; of
another run 25.0 and 29.0); people's logs have 1.34 to 1.37 GiB beside PyTorch's on an A100.
"""

NCCL = Range(200 * MIB, 500 * MIB, 1 * GIB)
"""NCCL's channels and buffers with several GPUs (NCCL user guide, NCCL_BUFFSIZE 4 MiB a channel and peer)."""

DEEP_EP = 256 * MIB
"""DeepEP's NVLink buffer (axolotl 0.19 integrations/expert_parallel/args.py, `expert_parallel_num_nvl_bytes`)."""

STATIC = (0.0, 0.005, 0.01)
DYNAMIC = (0.0, 0.03, 0.08)
DYNAMIC_VARYING = (0.0, 0.06, 0.16)
"""Fragments, as a part of what is made once, and of what a step makes: low, likely, high."""

SHOWN_OVER_ALLOCATED = {"fused": 1.12, "plain": 1.27}
"""nvidia-smi's peak over torch's peak allocated, medians of 212 measured A100 runs (fms-acceleration)."""
_WITH_LOGITS = DYNAMIC[2] * (SHOWN_OVER_ALLOCATED["plain"] - 1) / (SHOWN_OVER_ALLOCATED["fused"] - 1)
"""The most that fragments of a step with whole logits take, as a part of what the step makes."""


def runtime(settings: Effective, static: float, dynamic: float, apart: float = 0.0) -> Range:
    """Bytes beside the allocated ones: context, libraries, and what fragmentation keeps from reuse.

    `static`: tensors made once (weights, states), which lie tight. `dynamic`: those made in each step. Their
    fragments are fewer when every batch has the same shape (`pad_to_sequence_len`, packing) and the
    allocator's segments can grow (`expandable_segments`, which Axolotl sets); whole logits may leave more,
    in the proportion of what nvidia-smi showed over the allocated bytes. `apart`: blocks that only a CUDA stream
    of their own takes again.
    """
    loose = DYNAMIC if settings.pads else DYNAMIC_VARYING
    most = max(loose[2], _WITH_LOGITS) if settings.loss == "plain" else loose[2]
    base = _beside(settings)
    if settings.sharding.mesh.expert > 1:
        base = Range(base.low, base.likely + DEEP_EP, base.high + DEEP_EP)
    return Range(
        int(base.low + static * STATIC[0] + dynamic * loose[0]),
        int(base.likely + static * STATIC[1] + dynamic * loose[1]),
        int(base.high + static * STATIC[2] + dynamic * most + apart),
    )


def _beside(settings: Effective) -> Range:
    """The context, and NCCL's buffers with several GPUs."""
    large = settings.gpu_bytes is not None and settings.gpu_bytes >= LARGE_GPU
    high = LARGE_CONTEXT if large else CONTEXT.high
    if settings.sharding.gpus == 1:
        return Range(CONTEXT.low, CONTEXT.likely, high)
    return Range(CONTEXT.low + NCCL.low, CONTEXT.likely + NCCL.likely, high + NCCL.high)


def nvidia_smi(settings: Effective, allocated: float, device: float) -> int:
    """What nvidia-smi may show, PyTorch's reclaimable cache included."""
    ratio = SHOWN_OVER_ALLOCATED["plain" if settings.loss == "plain" else "fused"]
    return int(max(device, allocated * ratio))
