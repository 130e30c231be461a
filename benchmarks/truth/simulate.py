"""A whole run: build the model, train it for some steps, and keep the account."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path

from peft import PeftModel
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from .assumptions import Assumptions
from .build import build_model, build_references, weight_tensors
from .checkpointing import recompute_phase
from .config import Settings
from .cuda import cuda_like
from .kernels.attention import attention_kernels
from .kernels.delta import delta_kernels
from .kernels.experts import expert_kernels
from .kernels.mamba import mamba_kernels
from .kernels.quantized import parameter_count, quantized_layers
from .optimizers import bitsandbytes_kernels, make_optimizer
from .preference import disable_dropout
from .scopes import Scopes
from .steps import Loss, eval_step, loss_function, micro_step, optimizer_step, prepare
from .tracker import MemoryTracker
from .values import known_values

DEFAULT = Assumptions()


@dataclass
class Run:
    """What a simulated run leaves: the account, and sizes in bytes (parameters and trainable are counts)."""

    tracker: MemoryTracker
    vocabulary: int
    parameters: int
    trainable: int
    weights: int = 0
    grads: int = 0
    optimizer: int = 0


def _count(model: nn.Module, vocabulary: int, tracker: MemoryTracker) -> Run:
    """Put the weights into the account, and count parameters as Axolotl reports them: those of the base model."""
    adapter = [p for p in model.parameters() if p.requires_grad] if isinstance(model, PeftModel) else []
    tracker.hold(adapter, "adapter")
    tracker.hold(weight_tensors(model), "weights")
    trained = [p for p in model.parameters() if p.requires_grad]
    base = [p for p in model.parameters() if all(p is not a for a in adapter)]
    return Run(tracker, vocabulary, sum(map(parameter_count, base)), sum(p.numel() for p in trained))


def _train(model: nn.Module, loss: Loss, settings: Settings, run: Run, steps: int) -> None:
    tracker = run.tracker
    for p in model.parameters():
        if p.requires_grad:
            p.register_post_accumulate_grad_hook(lambda q: tracker.hold([q.grad], "gradients"))
    optimizer = make_optimizer(model, settings)
    with tracker:
        for _ in range(steps):
            for _ in range(settings.gradient_accumulation_steps):
                micro_step(model, loss, settings, tracker)
            run.grads = tracker.live("gradients")
            optimizer_step(model, optimizer, settings, tracker)
        if settings.evaluates:
            eval_step(model, loss, settings, tracker)
    run.optimizer = tracker.live("optimizer")


def _rollout() -> Callable[..., AbstractContextManager[Loss]]:
    """GRPO's loss. TRL's trainers are slow to import, and make tensors then, which must not be fake ones."""
    from .rollout import rollout_loss  # noqa: PLC0415 - see above

    return rollout_loss


def simulate(
    settings: Settings, folder: Path, steps: int = 2, scopes: bool = False, assumptions: Assumptions = DEFAULT
) -> Run:
    """Run ``steps`` optimizer steps; the second has the optimizer states that the first made.

    ``scopes`` notes which module made each storage. An evaluation follows if the settings hold data out for it.
    """
    if settings.generates:
        _rollout()
    tracker = MemoryTracker(assumptions)
    contexts = (
        cuda_like(autocast_seen=not assumptions.no_autocast_seen),
        attention_kernels(),
        nullcontext() if assumptions.no_fla else delta_kernels(),
        nullcontext() if assumptions.no_mamba else mamba_kernels(),
        expert_kernels(),
        quantized_layers(),
        bitsandbytes_kernels(tracker),
        recompute_phase(tracker),
    )
    with ExitStack() as stack:
        for context in contexts:
            stack.enter_context(context)
        mode = FakeTensorMode()
        model = build_model(settings, folder, mode, assumptions).train()
        references = build_references(settings, folder, mode)
        if settings.gradient_checkpointing:
            model.gradient_checkpointing_enable(settings.checkpointing_kwargs)
        stack.enter_context(mode)
        if settings.processor_type or settings.generates:
            stack.enter_context(known_values())
        run = _count(model, model.config.get_text_config().vocab_size, tracker)
        for reference in references:
            tracker.hold(weight_tensors(reference), "weights")
            prepare(reference)
        run.weights = tracker.current
        if scopes:
            tracker.where = Scopes(model)
        reference = references[-1] if references else None
        if settings.generates:
            loss = stack.enter_context(_rollout()(model, reference, settings, tracker))
        else:
            loss = loss_function(settings, reference)
        if settings.rl and not settings.generates:
            disable_dropout(model)
        prepare(model)
        _train(model, loss, settings, run, steps)
    return run
