"""Optimizers as the Hugging Face Trainer makes them (transformers/trainer_optimizer.py).

The bitsandbytes ones are the library's own classes: their states are real, only the kernels are stand-ins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import bitsandbytes as bnb
import bitsandbytes.optim.optimizer as bnb_optimizer
import torch
from torch import nn
from transformers.optimization import Adafactor
from transformers.trainer_pt_utils import get_parameter_names

from .config import Settings
from .kernels.attention import always
from .tracker import MemoryTracker

Optimizer = torch.optim.Optimizer
Maker = Callable[[list[dict[str, Any]]], Optimizer]
RATE = 1e-4
# Trainer.get_decay_parameter_names
NO_DECAY = [r"bias", r"layernorm", r"rmsnorm", r"(?:^|\.)norm(?:$|\.)", r"_norm(?:$|\.)"]


# "foreach" is what a GPU gets when nothing is asked for; on the CPU it has to be asked for.
MAKERS: dict[str, Maker] = {
    "adamw_torch": lambda p: torch.optim.AdamW(p, lr=RATE, foreach=True),
    "adamw_torch_fused": lambda p: torch.optim.AdamW(p, lr=RATE, fused=True),
    "sgd": lambda p: torch.optim.SGD(p, lr=RATE, foreach=True),
    "adagrad": lambda p: torch.optim.Adagrad(p, lr=RATE, foreach=True),
    "rmsprop": lambda p: torch.optim.RMSprop(p, lr=RATE, foreach=True),
    "adafactor": lambda p: Adafactor(p, lr=RATE, scale_parameter=False, relative_step=False),
    "adamw_bnb_8bit": lambda p: bnb.optim.AdamW(p, lr=RATE, optim_bits=8),
    "adamw_8bit": lambda p: bnb.optim.AdamW(p, lr=RATE, optim_bits=8),
    "paged_adamw_8bit": lambda p: bnb.optim.AdamW(p, lr=RATE, optim_bits=8, is_paged=True),
    "paged_adamw_32bit": lambda p: bnb.optim.AdamW(p, lr=RATE, optim_bits=32, is_paged=True),
    "lion_32bit": lambda p: bnb.optim.Lion(p, lr=RATE, optim_bits=32),
    "lion_8bit": lambda p: bnb.optim.Lion(p, lr=RATE, optim_bits=8),
    "paged_lion_32bit": lambda p: bnb.optim.Lion(p, lr=RATE, optim_bits=32, is_paged=True),
    "paged_lion_8bit": lambda p: bnb.optim.Lion(p, lr=RATE, optim_bits=8, is_paged=True),
}


def parameter_groups(model: nn.Module) -> list[dict[str, Any]]:
    """With and without weight decay (``Trainer.create_optimizer``). The order decides what a step holds at once."""
    decayed = set(get_parameter_names(model, [nn.LayerNorm], NO_DECAY))
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    groups = [[p for n, p in trained if n in decayed], [p for n, p in trained if n not in decayed]]
    return [{"params": group, "weight_decay": 0.0} for group in groups]


def make_optimizer(model: nn.Module, settings: Settings) -> Optimizer:
    """The optimizer over the trainable parameters; raises ``KeyError`` for one that is not known here."""
    params = parameter_groups(model)
    optimizer = MAKERS[settings.optimizer](params)
    if isinstance(optimizer, bnb_optimizer.Optimizer8bit) and "8bit" in settings.optimizer:
        manager = bnb.optim.GlobalOptimManager.get_instance()
        # Trainer.create_optimizer: embeddings keep 32-bit states.
        for module in model.modules():
            if isinstance(module, nn.Embedding):
                manager.register_module_override(module, "weight", {"optim_bits": 32})
    return optimizer


@contextmanager
def host_step_counters(tracker: MemoryTracker) -> Iterator[None]:
    """torch.optim makes step counters with ``torch.tensor``: on the host, unless the optimizer is fused."""
    make = torch.tensor

    def on_host(*args: Any, **kwargs: Any) -> torch.Tensor:
        with tracker.on_host():
            return make(*args, **kwargs)

    with mock.patch.object(torch, "tensor", on_host):
        yield


PAGED_FROM = 100_000
"""Elements of the smallest tensor whose states are paged."""


@contextmanager
def bitsandbytes_kernels(tracker: MemoryTracker) -> Iterator[None]:
    """Update kernels that touch nothing, and paged buffers that are counted as host memory."""

    def get_paged(*shape: int, dtype: torch.dtype = torch.float32, device: Any = None) -> torch.Tensor:
        with tracker.on_host():
            buffer = torch.empty(shape, dtype=dtype)
        buffer.is_paged = True
        return buffer

    replacements = {
        "get_paged": get_paged,
        # The quantization map: its values can't be computed without data.
        "create_dynamic_map": lambda *args, **kwargs: torch.empty(256),
        "fill": always(None),
        "prefetch_tensor": always(None),
        "optimizer_update_32bit": always(None),
        "optimizer_update_8bit_blockwise": always(None),
    }

    def get_state_buffer(self: Any, p: torch.Tensor, dtype: torch.dtype = torch.float32) -> torch.Tensor:
        """What it does on a GPU: small states are not paged (bitsandbytes 0.50 pages none on a CPU)."""
        paged = self.is_paged and p.numel() >= PAGED_FROM
        return get_paged(*p.shape, dtype=dtype) if paged else torch.zeros_like(p, dtype=dtype)

    manager = bnb.optim.GlobalOptimManager.get_instance()
    with ExitStack() as stack:
        for name, function in replacements.items():
            stack.enter_context(mock.patch.object(bnb.functional, name, function))
        stack.enter_context(mock.patch.object(bnb_optimizer, "sync_gpu", always(None)))
        stack.enter_context(mock.patch.object(bnb_optimizer.Optimizer8bit, "get_state_buffer", get_state_buffer))
        yield
    manager.initialize()


def hold_states(optimizer: Optimizer, tracker: MemoryTracker) -> None:
    """Name the states' storages in the account, after a step."""
    for state in optimizer.state.values():
        for value in state.values():
            if isinstance(value, torch.Tensor):
                tracker.hold([value], "optimizer")
