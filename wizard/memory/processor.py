"""Host memory of a run without a GPU: all that a GPU would hold is in it."""

from __future__ import annotations

from dataclasses import replace

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Range
from wizard.domain.model import Model
from wizard.knowledge.process import PROCESS, TRAINER
from wizard.memory.activations import Activations, activations
from wizard.memory.optimizer import step_on_cpu
from wizard.memory.scored import scored
from wizard.memory.static import Static, static
from wizard.memory.timeline import moments
from wizard.memory.tower import images
from wizard.memory.weights import element_bytes


def on_cpu(model: Model, settings: Effective) -> Range:
    """Bytes that the one process of such a run holds at its worst, what is mapped from files left out.

    The process, and the terms of a GPU's estimate, with the optimizer's step as a CPU takes it. Likely: where what is
    freed goes back to the kernel (`knowledge.allocator.LIBRARY`). High: where the C library keeps it, up to twice what
    a step makes and frees. Low: what lasts.
    """
    mine = scored(model, settings)
    known = static(mine, settings)
    parts = replace(known.parts, step=step_on_cpu(mine, settings))
    known = replace(known, parts=parts)
    lasting = parts.weights - _mapped(mine, settings, known) + parts.adapter + parts.states + known.paged
    made = _with_masks(mine, settings, activations(settings, known, images(mine, settings)))
    worst = max(moment.total for phase, moment in moments(mine, settings, known, made) if phase != "load")
    return Range(
        int(PROCESS.low + lasting),
        int(PROCESS.likely + TRAINER + lasting + worst),
        int(PROCESS.high + lasting + 2 * worst),
    )


def _with_masks(model: Model, settings: Effective, made: Activations) -> Activations:
    """With what each layer keeps of the mask of rows that are padded, packed or several.

    A CPU's attention takes one in fp32: every layer makes its own of the boolean one, and saves it (torch 2.13
    aten/native/transformers/attention.cpp, `convert_boolean_attn_mask`).
    """
    if settings.attention != "sdpa" or not (settings.pads or settings.packing or settings.micro_batch > 1):
        return made
    one = 4.0 * settings.row * settings.tokens
    if settings.checkpointing != "none":
        return made._replace(forward=made.forward + one, backward=made.backward + one)
    return made._replace(kept=made.kept + model.layers * one)


def _mapped(model: Model, settings: Effective, known: Static) -> float:
    """Weights that stay pages of their file: those that are neither trained nor turned to another dtype.

    safetensors maps its file privately, and transformers 5 keeps such tensors; a page becomes the process's own when it
    is written to, by a step of a full fine-tune.
    """
    stored = 4 if model.dtype == "float32" else 2
    as_they_are = settings.quantization == "none" and model.packed is None and stored == element_bytes(settings)
    return known.parts.weights if settings.lora is not None and as_they_are else 0.0
