"""Why the allocated figure is a range: each reason by name, with the bytes it may take or add."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.axolotl.preference import LEARNS
from wizard.domain.estimate import Cause
from wizard.domain.model import Model, Packed
from wizard.domain.units import MIB
from wizard.knowledge.optimizers import optimizer
from wizard.memory.logits import PREFERENCE
from wizard.memory.uncertainty_mamba import causes_of_mamba
from wizard.memory.waiting import leaving_bytes


def causes(
    model: Model, settings: Effective, *, static: float, dynamic: float, trainable: int, back: float = math.inf
) -> Iterator[Cause]:
    """The reasons that hold for these settings on one GPU, but for those of sharding (memory/uncertainty_sharding.py).

    `static` and `dynamic`: bytes kept, and made in each step. `back`: by how much the peak would be higher if nothing
    were offloaded.
    """
    yield Cause("library versions and kernels", int(0.04 * dynamic), int(0.03 * dynamic))
    yield Cause("cuBLAS workspaces", 0, 72 * MIB)
    yield from _of_model(model, settings, static, dynamic)
    yield from _of_method(model, settings, static, dynamic, trainable)
    yield from _of_offloading(model, settings, dynamic, back)


def _of_model(model: Model, settings: Effective, static: float, dynamic: float) -> Iterator[Cause]:
    if model.said is not None:
        beyond = 0.1 * static  # what is called a 7B model has 6.7 to 8.0 billion parameters
        yield Cause("nothing but its size is known", int(0.2 * dynamic + beyond), int(0.5 * dynamic + beyond))
    elif not model.exact:
        yield Cause("the architecture's form is not known here", int(0.2 * dynamic), int(0.5 * dynamic + 0.03 * static))
    if model.activation == "xielu" or not model.mixers.isdisjoint(("conv", "linear")):
        yield from _of_kernels(model, settings, dynamic)
    if "mamba" in model.mixers:
        yield from causes_of_mamba(model, settings, dynamic)
    if (second := _widest_embedding(model)) > model.hidden and not model.blocks[0].extras.narrow:
        yield Cause("what the second embedding's outputs keep", 0, 8 * second * settings.tokens)
    if model.form == "falcon" and settings.attention == "eager":  # modeling_falcon.py: they are returned, in fp32
        written = model.blocks[0].heads * settings.row * settings.tokens
        yield Cause("the scores that layers hand on, and those before them", 0, 6 * written)
    if settings.image is not None:
        yield Cause("what images keep in their tower and beside the text", int(0.05 * dynamic), int(0.05 * dynamic))
    if model.moe:
        yield Cause("how tokens spread over experts", int(0.05 * dynamic), int(0.1 * dynamic))
    if model.moe and settings.leftovers_fp32:
        experts = sum(tensor.total for tensor in model.tensors if tensor.kind == "experts")
        yield Cause("blocks of the 16-bit experts that the allocator keeps once PEFT has cast them", 0, 2 * experts)
    if model.moe and settings.quantize_experts and settings.quantization == "nf4":
        experts = sum(tensor.total for tensor in model.tensors if tensor.kind == "experts")
        yield Cause("what experts taken out of 4 bits leave in the allocator", 0, int(_LEFT * experts / model.layers))
    if settings.stored:
        yield from _of_stored(model, settings, settings.stored)


@lru_cache(maxsize=64)
def _widest_embedding(model: Model) -> int:
    """Elements that an embedding makes of a token, of the widest one."""
    return max((tensor.shape[1] for tensor in model.tensors if tensor.kind == "embedding"), default=0)


_PLAIN = 116.0
"""Bytes for each element of a delta-net's values that transformers' own code needs beyond the kernels, by
benchmarks/truth (`no_fla`): 115 before 5.20, which solves a triangle in place of a loop and needs 66.
"""


def _plain(model: Model, settings: Effective) -> int:
    """Where Axolotl does not bring flash-linear-attention along (aarch64) transformers falls back to its own code."""
    kept = settings.checkpointing == "none"
    widths = [one.mixer_width * (one.count if kept else 1) for one in model.blocks if one.mixer == "linear"]
    return int(_PLAIN * settings.tokens * (sum(widths) if kept else max(widths)))


_LEFT = 6.0
"""Bytes for an expert weight of one layer: three times its 16 bits. The cause was not found: Axolotl tells 23 to 24 and
34 GiB reserved for GLM-4.7-Flash with bitsandbytes 0.49 (docs/expert_quantization.qmd, examples/glm47-flash), 5 and 6
GiB more than its code keeps; for GLM-4.5-Air and Qwen3-Next no more than it keeps."""


_XIELU_SPARED = (14.0, 9.0)
"""Bytes an element between the two products that xIELU in Python takes beyond one kernel: at the peak of a layer's
backward with checkpointing, and kept without. By the tapes of both; PEFT's layers at the peak take up to 27."""


def _of_kernels(model: Model, settings: Effective, dynamic: float) -> Iterator[Cause]:
    """Kernels that are installed apart, without which or with which a layer keeps something else."""
    kept = settings.checkpointing == "none"
    counts = [(block, settings.tokens * (block.count if kept else 1)) for block in model.blocks]
    over = sum if kept else max
    if "linear" in model.mixers:
        yield Cause("delta-nets without flash-linear-attention: plain PyTorch instead", 0, _plain(model, settings))
    if "conv" in model.mixers:
        yield Cause("workspaces of convolutions", 0, int(0.15 * dynamic))
    if model.activation == "xielu":
        spared = over([_XIELU_SPARED[kept] * block.intermediate * tokens for block, tokens in counts])
        yield Cause("the XIELU package, whose kernel keeps its input alone", int(spared), 0)


def _of_stored(model: Model, settings: Effective, stored: Packed) -> Iterator[Cause]:
    """A base that came quantized: without its kernels it is turned to 16 bits, and its format may not be known."""
    if not stored.kinds:
        return
    count = sum(tensor.total for tensor in model.tensors if tensor.kind in stored.kinds)
    if stored.size is None:
        yield Cause(f"how {stored.method} stores a weight", int(1.5 * count), 0)
    elif stored.method == "mxfp4":
        yield Cause("mxfp4 without its kernels is turned to 16 bits", 0, int((2 - stored.size) * count))
    else:
        if stored.method == "gptq":  # optimum asks for `auto`, and gptqmodel's fastest kernels are none of autograd's
            kept = 2 * count if settings.checkpointing == "none" else 2 * count / model.layers
            yield Cause("GPTQ's kernels, of which those that are not made for training keep no weight", int(kept), 0)
        largest = 2.0 * model.largest_linear
        yield Cause(f"weights taken out of {stored.method} while they are used", 0, int(2 * largest))


def _of_method(model: Model, settings: Effective, static: float, dynamic: float, trainable: int) -> Iterator[Cause]:
    if settings.rl in PREFERENCE or settings.scores:
        yield Cause("what TRL's trainer keeps", int(0.05 * dynamic), int(0.1 * dynamic))
    elif settings.rl in LEARNS:
        yield Cause(f"what the {settings.rl} trainer keeps", int(0.05 * dynamic), int(0.1 * dynamic))
        if settings.lora is None:  # axolotl 0.21.0 train.py, setup_reference_model: read, and never used
            own = 2 * sum(tensor.total for tensor in model.tensors)
            yield Cause("whether the reference model that Axolotl reads is gone before the training", 0, own)
    elif settings.rl:
        yield Cause(f"what the {settings.rl} trainer and its generation keep", int(0.3 * dynamic), int(dynamic))
    if not optimizer(settings.optimizer).known:
        yield Cause(f"the memory of {settings.optimizer} is not known", 2 * trainable, 8 * trainable)
    if settings.attention in ("flex", "xformers", "other"):
        yield Cause("this attention's buffers", 0, int(0.1 * dynamic))
    if settings.fp8:
        yield Cause("fp8 copies of weights and inputs", 0, int(0.06 * static + 0.1 * dynamic))
    if settings.quantization == "int8":
        yield Cause("int8 products and outliers", int(0.05 * dynamic), int(0.2 * dynamic))


def _of_offloading(model: Model, settings: Effective, dynamic: float, back: float) -> Iterator[Cause]:
    if settings.offload_activations:
        yield Cause("what is offloaded when", int(0.3 * dynamic), int(min(0.05 * dynamic, back)))
    if leaving := leaving_bytes(model, settings):
        yield Cause("whether the peak comes while frozen layers wait in host memory", int(leaving), 0)
