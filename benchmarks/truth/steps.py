"""Training and evaluation steps as the Hugging Face Trainer takes them, phase by phase."""

from __future__ import annotations

from collections.abc import Callable

import torch
from accelerate.utils.operations import convert_outputs_to_fp32
from torch import nn

from .build import DTYPE
from .config import Settings
from .optimizers import hold_states, host_step_counters
from .preference import LOSSES
from .tracker import MemoryTracker

Loss = Callable[[nn.Module, tuple[int, int]], torch.Tensor]


def prepare(model: nn.Module) -> None:
    """accelerate's ``prepare_model``: autocast around the forward, its floating outputs turned to fp32."""
    autocast = torch.autocast("cpu", dtype=DTYPE, cache_enabled=True)
    model.forward = convert_outputs_to_fp32(autocast(model.forward))


def supervised_loss(model: nn.Module, shape: tuple[int, int]) -> torch.Tensor:
    """``Trainer.compute_loss`` on ids and labels ``[rows, tokens]``, int64; the logits live until it returns."""
    batch = {name: torch.zeros(shape, dtype=torch.int64) for name in ("input_ids", "labels")}
    if model.training:
        outputs = model(**batch, num_items_in_batch=torch.zeros((), dtype=torch.int64))
    else:
        outputs = model(**batch)
    return outputs["loss"]


def loss_function(settings: Settings, reference: nn.Module | None) -> Loss:
    """What a step computes: the plain loss, or a preference loss with its reference."""
    size = settings.image_pixels
    if size is not None:
        from .images.batches import image_loss  # noqa: PLC0415 - older transformers lack some processors

        return lambda model, shape: image_loss(model, shape, size)
    if settings.rl is None:
        return supervised_loss
    preference = LOSSES[settings.rl]
    return lambda model, shape: preference(model, reference, shape)


def micro_step(model: nn.Module, loss: Loss, settings: Settings, tracker: MemoryTracker) -> None:
    """One forward and backward (``Trainer.training_step``)."""
    with tracker.during("fwd"):
        value = loss(model, settings.batch_shape)
    with tracker.during("bwd"):
        value.backward()


def optimizer_step(
    model: nn.Module, optimizer: torch.optim.Optimizer, settings: Settings, tracker: MemoryTracker
) -> None:
    """Clip, step, and forget the gradients."""
    with tracker.during("opt"):
        if settings.max_grad_norm:
            params = [p for p in model.parameters() if p.grad is not None]
            torch.nn.utils.clip_grad_norm_(params, settings.max_grad_norm, foreach=True)
        with host_step_counters(tracker):
            optimizer.step()
        hold_states(optimizer, tracker)
        model.zero_grad(set_to_none=True)


def eval_step(model: nn.Module, loss: Loss, settings: Settings, tracker: MemoryTracker) -> None:
    """One batch of ``Trainer.evaluate``, which keeps no logits (``prediction_loss_only``) but makes them."""
    model.eval()
    with tracker.during("eval"), torch.no_grad():
        loss(model, settings.eval_batch_shape)
    model.train()
