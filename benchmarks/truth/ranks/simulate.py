"""One process of a run on several GPUs, from loading to the second optimizer step."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from accelerate.utils.operations import convert_outputs_to_fp32
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from benchmarks.truth.assumptions import Assumptions
from benchmarks.truth.checkpointing import recompute_phase
from benchmarks.truth.config import Settings
from benchmarks.truth.cuda import cuda_like
from benchmarks.truth.kernels.attention import attention_kernels
from benchmarks.truth.kernels.delta import delta_kernels
from benchmarks.truth.kernels.experts import expert_kernels
from benchmarks.truth.kernels.mamba import mamba_kernels
from benchmarks.truth.kernels.quantized import quantized_layers
from benchmarks.truth.optimizers import bitsandbytes_kernels, hold_states, host_step_counters, make_optimizer
from benchmarks.truth.steps import supervised_loss
from benchmarks.truth.tracker import MemoryTracker

from .divide import fsdp1, fsdp2, scales_of_layers, scales_stay
from .group import process_group, resized_storages, shapes_apart
from .load import adapted, prepared
from .zero import divided_afterwards, made_divided


@dataclass(frozen=True)
class Division:
    """How `ranks` processes share a model; `one_reads`: `cpu_ram_efficient_loading`."""

    kind: str
    ranks: int
    one_reads: bool = False


def division(config: Mapping[str, Any], ranks: int) -> Division:
    """Of an Axolotl config."""
    if config.get("deepspeed"):
        return Division("zero3", ranks)
    block = config["fsdp_config"]
    return Division(f"fsdp{config['fsdp_version']}", ranks, bool(block.get("cpu_ram_efficient_loading")))


def simulate(settings: Settings, folder: Path, how: Division, steps: int = 2) -> MemoryTracker:
    """Its account, with the phases `load`, `fwd`, `bwd` and `opt`; without steps only the first.

    A 16-bit model stays in host memory where one process reads it; else every process has all of it on its GPU.
    """
    tracker = MemoryTracker(Assumptions())
    mode = FakeTensorMode()
    contexts = (
        process_group(how.ranks),
        cuda_like(),
        attention_kernels(),
        delta_kernels(),
        mamba_kernels(),
        expert_kernels(),
        quantized_layers(),
        bitsandbytes_kernels(tracker),
        recompute_phase(tracker),
        resized_storages(tracker),
        shapes_apart(tracker),
        scales_of_layers(),
    )
    with ExitStack() as stack:
        for context in contexts:
            stack.enter_context(context)
        with tracker.during("load"):
            model = _loaded(settings, folder, how, mode, tracker, stack)
        tracker.hold(model.parameters(), "weights")
        if steps:
            _train(model, settings, tracker, how.kind, steps)
    return tracker


def _loaded(
    settings: Settings, folder: Path, how: Division, mode: FakeTensorMode, tracker: MemoryTracker, stack: ExitStack
) -> nn.Module:
    """The model with its parts as parameters; `mode` is entered for good."""
    if how.kind == "zero3" and not settings.quantization:
        model = adapted(settings, folder)
        stack.enter_context(mode)
        with tracker:
            made_divided(model, how.ranks)
        return model
    fsdp, kbit = how.kind.startswith("fsdp"), _prepares(settings, how)
    model = prepared(settings, folder, mode, tracker, host=how.one_reads, kbit=kbit, fsdp=fsdp).train()
    scales_stay(model)
    stack.enter_context(mode)
    with tracker:
        if how.kind == "zero3":
            divided_afterwards(model, how.ranks)
            return model
        return (fsdp2 if how.kind == "fsdp2" else fsdp1)(model, efficient=how.one_reads)


def _prepares(settings: Settings, how: Division) -> bool:
    """Whether Axolotl lets PEFT prepare the model (loaders/model.py, `_prepare_model_for_quantization`)."""
    return settings.quantization == "int8" and how.kind != "zero3" and not how.one_reads


def _train(model: nn.Module, settings: Settings, tracker: MemoryTracker, kind: str, steps: int) -> None:
    if settings.gradient_checkpointing and not settings.is_lora:
        model.gradient_checkpointing_enable(settings.checkpointing_kwargs)
    if kind == "fsdp1":
        model.forward = convert_outputs_to_fp32(torch.autocast("cpu", dtype=torch.bfloat16)(model.forward))
    optimizer = make_optimizer(model, settings)
    with tracker:
        for _ in range(steps):
            for left in reversed(range(settings.gradient_accumulation_steps)):
                _divides(model, kind, last=left == 0)
                with tracker.during("fwd"):
                    loss = supervised_loss(model, settings.batch_shape)
                with tracker.during("bwd"):
                    loss.backward()
                del loss
            with tracker.during("opt"):
                _step(model, optimizer, settings, kind, tracker)


def _divides(model: Any, kind: str, *, last: bool) -> None:
    """`Accelerator.no_sync`, which the Trainer enters for all micro batches of a step but its last one."""
    if kind == "fsdp2":
        model.set_requires_gradient_sync(last)
    elif not last:
        raise ValueError("FSDP1 with accumulation is not simulated")


def _step(model: Any, optimizer: torch.optim.Optimizer, settings: Settings, kind: str, tracker: MemoryTracker) -> None:
    if settings.max_grad_norm and kind == "fsdp1":
        model.clip_grad_norm_(settings.max_grad_norm)
    elif settings.max_grad_norm:
        params = [p for p in model.parameters() if p.grad is not None]
        torch.nn.utils.clip_grad_norm_(params, settings.max_grad_norm)
    with host_step_counters(tracker):
        optimizer.step()
    hold_states(optimizer, tracker)
    optimizer.zero_grad(set_to_none=True)
