"""One whole run: load, train, evaluate where the config does, and gather the figures. All sizes are bytes."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from accelerate.utils.operations import convert_outputs_to_fp32
from torch import nn

from benchmarks.gpu import nvml
from benchmarks.gpu.step import sizes
from benchmarks.gpu.step.build import build_model
from benchmarks.gpu.step.kernels import Skipped
from benchmarks.gpu.step.meter import Meter
from benchmarks.truth.build import DTYPE
from benchmarks.truth.config import Settings, from_axolotl
from benchmarks.truth.folder import write_folder
from benchmarks.truth.optimizers import MAKERS, make_optimizer
from benchmarks.truth.report import PHASES
from benchmarks.truth.steps import Loss, eval_step, micro_step
from wizard.knowledge.models.catalogue import catalogue

Row = dict[str, Any]

OUT_OF_MEMORY = re.compile(r"out of memory|CUBLAS_STATUS_ALLOC_FAILED", re.IGNORECASE)
ASKED = re.compile(r"Tried to allocate ([\d.]+) (bytes|KiB|MiB|GiB)")
UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}


def answer(job: Mapping[str, Any]) -> Row:
    """The fields of a job's row; never raises."""
    device = torch.device(job["device"])
    meter = Meter(device)
    gpu: Row = {}
    try:
        settings = from_axolotl(job["config"])
        if settings.optimizer not in MAKERS:
            raise Skipped(f"optimizer {settings.optimizer} is not set up in this measurement")
        if device.type == "cpu":
            return {"device": "cpu", **_trained(job, settings, device, meter)}
        return _on_gpu(job, settings, device, meter, gpu)
    except Skipped as reason:
        return {"skipped": str(reason), **gpu}
    except Exception as error:
        if OUT_OF_MEMORY.search(str(error)):
            return {**_out_of_memory(str(error), meter), **gpu}
        return {"failed": f"{type(error).__name__}: {error}"[:300], **gpu}


def _out_of_memory(message: str, meter: Meter) -> Row:
    asked = ASKED.search(message)
    return {
        "oom": True,
        "asked_bytes": int(float(asked[1]) * UNITS[asked[2]]) if asked else None,
        "reached_bytes": max(meter.peaks.values(), default=0),
        "phase": PHASES.get(meter.phase, meter.phase),
    }


def _on_gpu(job: Mapping[str, Any], settings: Settings, device: torch.device, meter: Meter, gpu: Row) -> Row:
    """A measured row. `gpu` is filled at once, for rows that end otherwise."""
    found = torch.cuda.get_device_properties(device)
    gpu["gpu"] = {
        "name": found.name,
        "total_bytes": found.total_memory,
        "compute_capability": f"{found.major}.{found.minor}",
        "driver": nvml.driver(),
        "cuda": torch.version.cuda,
    }
    if found.major < 8:
        raise Skipped(f"{found.name} has no bf16")
    before = job["used_before"].get(str(getattr(found, "uuid", "")))
    read = nvml.reader(str(getattr(found, "uuid", ""))) if before is not None else lambda: None
    torch.cuda.synchronize()  # makes the context, and nothing else
    context = _beside(read(), before)
    with nvml.Watch(read) as watch:
        row = _trained(job, settings, device, meter)
    phase, size = meter.worst() or ("load", 0)
    return {
        "metric": "allocated",
        "bytes": size,
        "phase": PHASES[phase],
        **row,
        "phase_peaks": meter.peaks,
        "reserved": meter.reserved,
        "nvml_used_bytes": None if watch.highest is None or before is None else watch.highest - before,
        "nvml_before_bytes": before,
        "context_bytes": context,
        "context_after_bytes": _beside(read(), before),
        "cublas_bytes": _cublas(),
        **gpu,
    }


def _beside(used: int | None, before: int | None) -> int | None:
    """What this process has on the GPU beside the allocator's own memory: the context and loaded kernels."""
    return None if used is None or before is None else used - before - torch.cuda.memory_reserved()


def _cublas() -> int | None:
    """cuBLAS's workspaces, which the allocator counts as allocated and a simulation does not see."""
    if not hasattr(torch._C, "_cuda_clearCublasWorkspaces"):
        return None
    held = torch.cuda.memory_allocated()
    torch._C._cuda_clearCublasWorkspaces()
    return held - torch.cuda.memory_allocated()


def prepare(model: nn.Module, device: torch.device) -> None:
    """accelerate's `prepare_model`: autocast around the forward, its floating outputs turned to fp32."""
    autocast = torch.autocast(device.type, dtype=DTYPE, cache_enabled=True)
    model.forward = convert_outputs_to_fp32(autocast(model.forward))


def image_loss(size: tuple[int, int], device: torch.device) -> Loss:
    """The same on rows with one image each, of this width and height, with the tensors that the processor gives."""
    from benchmarks.truth.images.batches import BATCHES  # noqa: PLC0415 - older transformers lack some processors

    def loss(model: nn.Module, shape: tuple[int, int]) -> torch.Tensor:
        with torch.device(device):
            batch = BATCHES[model.config.model_type](model.config, *shape, size)
            batch["pixel_values"].zero_()
            if model.training:
                batch["num_items_in_batch"] = torch.tensor(batch["input_ids"].numel())
        return model(**batch)["loss"]

    return loss


def plain_loss(settings: Settings, vocabulary: int, device: torch.device) -> Loss:
    """`Trainer.compute_loss` on random ids `[rows, tokens]`; the logits live until it returns.

    Packed rows have positions that begin anew for each document of half a sequence, and no mask; others a full mask.
    """

    def loss(model: nn.Module, shape: tuple[int, int]) -> torch.Tensor:
        ids = torch.randint(vocabulary, shape, device=device)
        batch = {"input_ids": ids, "labels": ids.clone()}
        if settings.sample_packing:
            batch["position_ids"] = torch.arange(shape[1], device=device)[None] % max(1, settings.sequence_len // 2)
        else:
            batch["attention_mask"] = torch.ones_like(ids)
        if model.training:
            batch["num_items_in_batch"] = torch.tensor(ids.numel(), device=device)
        return model(**batch)["loss"]

    return loss


def optimizer_step(model: nn.Module, optimizer: torch.optim.Optimizer, settings: Settings, meter: Meter) -> None:
    """Clip, step, and forget the gradients, as the Trainer does."""
    with meter.during("opt"):
        if settings.max_grad_norm:
            torch.nn.utils.clip_grad_norm_(model.parameters(), settings.max_grad_norm)
        optimizer.step()
        model.zero_grad()


def _trained(job: Mapping[str, Any], settings: Settings, device: torch.device, meter: Meter) -> Row:
    """Load and train. Counts of parameters, and bytes of what lasts through a step."""
    torch.manual_seed(0)
    with tempfile.TemporaryDirectory() as folder, meter.during("load"):
        model = build_model(settings, write_folder(catalogue()[job["model"]], Path(folder) / "model"), device)
    row: Row = {"steps": job["steps"], **sizes.counts(model), "weights": sizes.held(sizes.weights(model), device)}
    prepare(model, device)
    size = settings.image_pixels
    vocabulary = model.config.get_text_config().vocab_size
    loss = plain_loss(settings, vocabulary, device) if size is None else image_loss(size, device)
    optimizer = make_optimizer(model, settings)
    for _ in range(job["steps"]):
        for _ in range(settings.gradient_accumulation_steps):
            micro_step(model, loss, settings, meter)  # type: ignore[arg-type]
        row["grads"] = sizes.held(sizes.gradients(model), device)
        optimizer_step(model, optimizer, settings, meter)
    row["optimizer"] = sizes.held(sizes.states(optimizer), device)
    if settings.evaluates:
        eval_step(model, loss, settings, meter)  # type: ignore[arg-type]
    return row
