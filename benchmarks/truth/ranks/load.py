"""Reading a model onto a GPU or into host memory, and what Axolotl does with it before it is divided."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import nullcontext
from importlib.metadata import version
from pathlib import Path

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensorMode

from benchmarks.truth.adapters import add_adapter
from benchmarks.truth.build import DEFAULT_EMBEDDING_NAMES, DTYPE, EMBEDDING_NAMES, load_model, weight_tensors
from benchmarks.truth.config import Settings
from benchmarks.truth.kernels.losses import cut_cross_entropy, install_fused_loss, liger
from benchmarks.truth.kernels.quantized import quant_state_tensors, quantize
from benchmarks.truth.tracker import MemoryTracker
from wizard.domain.version import Version, parse_version


def read(model: nn.Module, quantization: str | None, *, trained: bool) -> None:
    """Put the weights of a model on the meta device where they go, one by one, inside a `FakeTensorMode`.

    Those that are trained only if told to.

    A weight that is quantized as it is read is there in 16 bits first (transformers `Bnb4bitQuantize`; for 8 bits
    `Int8Params` moves it as fp16). Tied weights are read once.
    """
    made: dict[int, torch.Tensor] = {}

    def fake(old: torch.Tensor) -> torch.Tensor:
        if id(old) in made:
            return made[id(old)]
        state = getattr(old, "quant_state", None)
        whole = None
        if state is not None:
            shape = state.shape if quantization == "nf4" else old.shape
            whole = torch.empty(shape, dtype=DTYPE if quantization == "nf4" else torch.float16)
        new = torch.empty(old.shape, dtype=old.dtype)
        made[id(old)] = nn.Parameter(new, old.requires_grad) if isinstance(old, nn.Parameter) else new
        made[id(old)].__dict__.update(old.__dict__)
        for owner, field in quant_state_tensors(old):
            setattr(owner, field, fake(getattr(owner, field)))
        del whole
        return made[id(old)]

    for module in model.modules():
        for tensors in (module._parameters, module._buffers):
            for name, old in tensors.items():
                if old is not None and old.is_meta and (trained or not old.requires_grad):
                    tensors[name] = fake(old)
    made.clear()  # `fake` knows itself, and would keep them


def owners_of(model: nn.Module) -> dict[nn.Parameter, list[tuple[nn.Module, str]]]:
    """Each parameter with the modules that have it, and their names for it."""
    found: dict[nn.Parameter, list[tuple[nn.Module, str]]] = {}
    for module in model.modules():
        for name, one in module._parameters.items():
            if one is not None:
                found.setdefault(one, []).append((module, name))
    return found


def one_by_one(model: nn.Module) -> Iterator[tuple[nn.Parameter, list[tuple[nn.Module, str]]]]:
    """The same, where each is made anew in turn: nothing here holds those that are replaced already."""
    waiting = owners_of(model)
    while waiting:
        one = next(iter(waiting))
        yield one, waiting.pop(one)


def cast_leftovers(model: nn.Module, *, spared: bool) -> None:
    """`prepare_model_for_kbit_training`: what is not quantized becomes fp32. `spared`: embeddings and lm_head don't
    (axolotl monkeypatch/peft/utils.py).
    """
    ends = {model.get_input_embeddings().weight, model.get_output_embeddings().weight} if spared else set()
    for one, owners in one_by_one(model):
        if one not in ends and not one.is_meta and one.dtype == DTYPE and not hasattr(one, "quant_state"):
            new = nn.Parameter(one.float(), one.requires_grad)
            for owner, field in owners:
                owner._parameters[field] = new


def cast(model: nn.Module, embeddings: tuple[str, ...], dtype: torch.dtype, *, first_pass: bool) -> None:
    """`_convert_embedding_modules_dtype` on fake tensors, whose parameters are made anew. A tied one stays so."""
    owners = owners_of(model)
    for name, module in model.named_modules():
        meant = "norm" in name or (first_pass and name.endswith(".gate")) or any(one in name for one in embeddings)
        for one in list(module._parameters.values()) if meant else ():
            if one is not None and not one.is_meta and one.dtype != dtype and one.is_floating_point():
                new = nn.Parameter(one.to(dtype), one.requires_grad)
                owners[new] = owners.pop(one)
                for owner, field in owners[new]:
                    owner._parameters[field] = new


def move(model: nn.Module) -> None:
    """`model.to(device)` of what is in host memory (`_apply_post_lora_load_setup`)."""
    for one, owners in one_by_one(model):
        new = nn.Parameter(torch.empty_like(one), one.requires_grad)
        for owner, field in owners:
            owner._parameters[field] = new
    for module in model.modules():
        for name, one in module._buffers.items():
            module._buffers[name] = None if one is None else torch.empty_like(one)


def adapted(settings: Settings, folder: Path) -> nn.Module:
    """The model on the meta device with its quantized layers and adapters."""
    base = load_model(settings, folder)
    if settings.cut_cross_entropy:
        install_fused_loss(base, cut_cross_entropy, in_evaluation=True)
    elif settings.liger_fused_linear_cross_entropy:
        install_fused_loss(base, liger, in_evaluation=False)
    embeddings = EMBEDDING_NAMES.get(base.config.model_type, DEFAULT_EMBEDDING_NAMES)
    if settings.quantization:
        quantize(base, settings.quantization, skip=embeddings)
    if not settings.is_lora:
        return base
    base.requires_grad_(False)
    if settings.gradient_checkpointing:
        base.gradient_checkpointing_enable(settings.checkpointing_kwargs)
        if settings.quantization:
            base.enable_input_require_grads()
    return add_adapter(base, settings, embeddings[1])


def spares_what_returns() -> bool:
    """Whether the Axolotl that is installed turns to fp32 what it does not turn back afterwards, and that alone."""
    found = parse_version(version("axolotl"))
    return found is None or found >= Version(0, 20)


def turned_back(settings: Settings, *, fsdp: bool) -> bool:
    """Whether embeddings, lm_head and norms end up in 16 bits, where the model is divided. Source: axolotl
    loaders/model.py, `_configure_embedding_dtypes` (0.19.0), `should_convert_embedding_dtypes` (0.20.0, 0.21.0).
    """
    if settings.cut_cross_entropy:
        return True
    return settings.adapter != "qlora" if fsdp else not settings.keeps_fp32_modules


def turned_to_fp32(settings: Settings, names: tuple[str, ...], *, fsdp: bool) -> tuple[str, ...] | None:
    """The embeddings among what is turned to fp32 first; None where nothing is, norms neither."""
    skips = settings.load_in_4bit and settings.embeddings_skip_upcast
    if not spares_what_returns():
        return None if fsdp else () if skips else names
    wide = () if skips or turned_back(settings, fsdp=fsdp) else names
    return wide if wide or not fsdp else None


def prepared(
    settings: Settings,
    folder: Path,
    mode: FakeTensorMode,
    tracker: MemoryTracker,
    *,
    host: bool,
    kbit: bool,
    fsdp: bool,
) -> nn.Module:
    """The model as it is when it is divided. `host`: it is in host memory until then. `kbit`: PEFT prepares it.
    `fsdp`: it is FSDP that divides it.

    A model that is not quantized is read into host memory in any case: `axolotl train` starts with ACCELERATE_USE_CPU.
    """
    model = adapted(settings, folder)
    names = EMBEDDING_NAMES.get(model.config.model_type, DEFAULT_EMBEDDING_NAMES)
    wide = turned_to_fp32(settings, names, fsdp=fsdp)
    with mode, tracker, tracker.on_host() if host or not settings.quantization else nullcontext():
        read(model, settings.quantization, trained=not settings.is_lora)
        if wide is not None:
            cast(model, wide, torch.float32, first_pass=True)
        if kbit:
            cast_leftovers(model, spared=spares_what_returns() and turned_back(settings, fsdp=fsdp))
        if turned_back(settings, fsdp=fsdp):
            cast(model, names, DTYPE, first_pass=False)
        read(model, None, trained=True)
    if not host and not settings.quantization:
        with mode, tracker:
            move(model)
    tracker.hold(weight_tensors(model), "weights")
    gc.collect()  # as Axolotl does then (`_apply_post_lora_load_setup`)
    return model
