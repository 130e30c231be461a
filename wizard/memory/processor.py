"""Host memory of a run without a GPU: all that a GPU would hold is in it."""

from __future__ import annotations

from dataclasses import replace

from wizard.axolotl.effective import Effective
from wizard.axolotl.saving import saving
from wizard.axolotl.workers import loader_workers
from wizard.domain.estimate import Range
from wizard.domain.model import Block, Model
from wizard.domain.plan import Plan
from wizard.knowledge.process import COLLECTED, PROCESS, PRODUCTS, TRAINER, WORKER
from wizard.memory.activations import Activations, activations
from wizard.memory.compiling import compiled, while_compiling
from wizard.memory.optimizer import step_on_cpu
from wizard.memory.scored import scored
from wizard.memory.static import Static, static
from wizard.memory.timeline import moments
from wizard.memory.tower import images
from wizard.memory.trained import trained_count
from wizard.memory.weights import element_bytes, rounded, tensor_bytes


def on_cpu(model: Model, settings: Effective) -> Range:
    """Bytes that the one process of such a run holds at its worst, what is mapped from files left out.

    The process, and the terms of a GPU's estimate, with the optimizer's step as a CPU takes it. Likely: where what is
    freed goes back to the kernel (`knowledge.allocator.LIBRARY`). High: where the C library keeps it, up to twice what
    a step makes and frees. Low: what lasts.
    """
    settings = _without_autocast(settings)
    mine = scored(model, settings)
    known = static(mine, settings)
    parts = replace(known.parts, step=step_on_cpu(mine, settings))
    known = replace(known, parts=parts)
    lasting = parts.weights - _mapped(mine, settings, known) + parts.adapter + parts.states + known.paged
    made = _with_masks(mine, settings, activations(settings, known, images(mine, settings)))
    lasting += compiled(settings)
    worst = max(moment.total for phase, moment in moments(mine, settings, known, made) if phase != "load")
    worst = max(worst, while_compiling(mine, settings, known, made))
    return Range(
        int(PROCESS.low + lasting),
        int(PROCESS.likely + TRAINER + PRODUCTS + lasting + worst),
        int(PROCESS.high + lasting + 2 * worst),
    )


def _without_autocast(settings: Effective) -> Effective:
    """There is none in fp32, the one precision of such a run: nothing is copied into another dtype, not at the loss
    either, and a tied lm_head's gradient is no cast: it, the embedding's and their sum are there at once.
    """
    return settings._replace(casts=False, embeddings_fp32=False) if settings.precision == "fp32" else settings


def _with_masks(model: Model, settings: Effective, made: Activations) -> Activations:
    """With what each layer keeps where rows are padded, packed or several, and so have a mask.

    A CPU's attention takes one in fp32: every layer makes its own of the boolean one, and saves it (torch 2.13
    aten/native/transformers/attention.cpp, `convert_boolean_attn_mask`). With one, keys and values of grouped heads
    are repeated before it, and saved so (transformers 5.20 integrations/sdpa_attention.py, `use_gqa_in_sdpa`).
    """
    if settings.attention != "sdpa" or not (settings.pads or settings.packing or settings.micro_batch > 1):
        return made
    each = [(block.count, 4.0 * settings.tokens * (settings.row + _repeated(block))) for block in model.blocks]
    if settings.checkpointing != "none":
        most = max(size for _, size in each)
        return made._replace(forward=made.forward + most, backward=made.backward + most)
    return made._replace(kept=made.kept + sum(count * size for count, size in each))


def _repeated(block: Block) -> int:
    """Values a token by which repeated keys and values are wider than themselves."""
    return 2 * (block.q_width - block.kv_width) if block.mixer == "attention" and block.kv_heads > 1 else 0


def of_workers(plan: Plan, model: Model, settings: Effective) -> int:
    """Bytes that the workers of the data loader hold of their own beside such a run: more once there is a checkpoint
    before the end.
    """
    count, saves = loader_workers(plan, 1), saving(plan).saves
    if not count:
        return 0
    return _rewritten(model, settings) + (COLLECTED if saves is None or saves > 1 else WORKER * count)


def _rewritten(model: Model, settings: Effective) -> int:
    """Bytes of trained weights that are the process's own before the first step writes to them, as those are that are
    turned to another dtype; a worker of the data loader, which is forked before, keeps the old ones.
    """
    if settings.lora is not None or _stored_item(model) == element_bytes(settings):
        return 0
    return int(sum(tensor_bytes(one, settings) * trained_count(one, settings) / one.count for one in model.tensors))


def _stored_item(model: Model) -> int:
    return 4 if model.dtype == "float32" else 2


def _mapped(model: Model, settings: Effective, known: Static) -> float:
    """Weights that stay pages of their file: those that are neither trained, rounded, nor turned to another dtype.

    safetensors maps its file privately, and transformers 5 keeps such tensors; a page becomes the process's own when it
    is written to, by a step of a full fine-tune.
    """
    if settings.lora is None or model.packed is not None or _stored_item(model) != element_bytes(settings):
        return 0.0
    if settings.quantization == "none":
        return known.parts.weights
    return float(sum(tensor_bytes(one, settings) for one in model.tensors if not rounded(one, settings)))
