"""GRPO as TRL's own trainer computes it: answers are made with a cache, scored, and learnt from.

The trainer is made without its ``__init__``, which wants a tokenizer and data; the methods that compute are its own.
Every prompt fills ``sequence_len`` and every answer ``trl.max_completion_length``. Of ``generate`` two forwards are
run, those that weigh most: the prompts at once, and one token beside a cache that is all but full.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace
from typing import Any
from unittest import mock

import torch
from torch import nn
from torch._subclasses.fake_tensor import FakeTensor
from transformers import DynamicCache, integrations

with mock.patch.object(
    integrations, "is_trackio_available", return_value=False
):  # half an installation of it is enough
    from trl.models import unwrap_model_for_generation
    from trl.trainer import grpo_trainer
    from trl.trainer import utils as trl_utils
    from trl.trainer.grpo_config import GRPOConfig
    from trl.trainer.grpo_trainer import GRPOTrainer

from .config import Settings
from .kernels.attention import always
from .tracker import MemoryTracker
from .values import KNOWN

LOGIT_COPIES = 3
"""fp32 tensors of the next token's logits in ``GenerationMixin._sample``: their copy, scaled, and as probabilities."""


@contextmanager
def rollout_loss(
    model: nn.Module, reference: nn.Module | None, settings: Settings, tracker: MemoryTracker
) -> Iterator[Rollout]:
    """The loss, while what TRL logs is left without values."""
    with logged_without_values():
        yield Rollout(model, reference, settings, tracker)


class _Launched:
    """A Triton kernel that writes into buffers made before."""

    def __getitem__(self, grid: Any) -> Any:
        return lambda *args, **kwargs: None


def _item(self: torch.Tensor) -> Any:
    known = getattr(self, KNOWN, None) if isinstance(self, FakeTensor) else self
    return 0.0 if known is None else known.tolist()


@contextmanager
def logged_without_values() -> Iterator[None]:
    """What is logged has no values here; TRL's own kernel runs where there is one (trl 1.14)."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(torch.Tensor, "item", _item))
        for name in ("nanmin", "nanmax"):
            stack.enter_context(mock.patch.object(grpo_trainer, name, lambda values: values[:1].sum()))
        if getattr(trl_utils, "_fused_logprob_entropy", None) is not None:
            from trl.kernels import logprob_entropy  # noqa: PLC0415 - older versions have none

            for name in ("_forward_kernel", "_backward_kernel"):
                stack.enter_context(mock.patch.object(logprob_entropy, name, _Launched()))
            stack.enter_context(mock.patch.object(trl_utils, "_supports_trl_loss_kernel", always(True)))
        yield


class _Accelerator:
    """One process: what it gathers is what it has."""

    num_processes = 1
    is_main_process = False
    process_index = 0
    sync_gradients = True
    state = SimpleNamespace(deepspeed_plugin=None, distributed_type=None, fsdp_plugin=None)

    def gather(self, value: torch.Tensor) -> torch.Tensor:
        """As it is."""
        return value

    gather_for_metrics = gather

    def reduce(self, value: torch.Tensor, reduction: str) -> torch.Tensor:
        """As it is."""
        return value

    def unwrap_model(self, model: nn.Module) -> nn.Module:
        """The model; on one GPU only its forward is wrapped, and stays so (``keep_fp32_wrapper``)."""
        return model

    def autocast(self) -> torch.autocast:
        """accelerate's own."""
        return torch.autocast("cpu", dtype=torch.bfloat16)


def _trainer(model: nn.Module, block: Mapping[str, Any]) -> GRPOTrainer:
    args = {name: field.default for name, field in GRPOConfig.__dataclass_fields__.items()}
    args |= {name: value for name, value in block.items() if name in args and value is not None}
    args["report_to"] = []
    args["use_liger_kernel"] = bool(block.get("use_liger_loss"))
    trainer = object.__new__(GRPOTrainer)
    trainer.__dict__.update(args)
    trainer.__dict__.update(
        args=SimpleNamespace(**args),
        model=model,
        accelerator=_Accelerator(),
        is_fsdp_enabled=False,
        epsilon_low=args["epsilon"],
        epsilon_high=args["epsilon_high"] or args["epsilon"],
        aux_loss_enabled=False,
        model_kwarg_keys=("logits_to_keep",),
        current_gradient_accumulation_steps=1,
        _entropy_bonus_enabled=bool(args.get("entropy_coef")),
        _is_vlm=False,
        _metrics={"train": defaultdict(list), "eval": defaultdict(list)},
    )
    return trainer


class Rollout:
    """The loss of one micro batch; at the first of each round answers are made and scored before."""

    def __init__(self, model: nn.Module, reference: nn.Module | None, settings: Settings, tracker: MemoryTracker):
        block = settings.trl or {}
        self.trainer = _trainer(model, block)
        self.reference, self.settings, self.tracker = reference, settings, tracker
        self.answer = int(block.get("max_completion_length") or 256)
        self.every = int(block.get("steps_per_generation") or settings.gradient_accumulation_steps)
        self.steps = 0
        self.batches: list[dict[str, torch.Tensor]] = []
        self.trainer.args.steps_per_generation = self.every

    def __call__(self, model: nn.Module, shape: tuple[int, int]) -> torch.Tensor:
        """``shape``: rows, and the tokens of a prompt."""
        if self.steps % (self.every * self.trainer.num_iterations) == 0:
            with self.tracker.during("fwd:rollout"):
                self.batches = self._round(model, shape[0] * self.every, shape[1])
        inputs = self.batches[self.steps % self.every]
        self.steps += 1
        return self.trainer._compute_loss(model, inputs)

    def _round(self, model: nn.Module, rows: int, prompt: int) -> list[dict[str, torch.Tensor]]:
        if not self.trainer.use_vllm:
            self._generate(model, rows, prompt)
        batch = {
            "prompt_ids": torch.zeros((rows, prompt), dtype=torch.int64),
            "prompt_mask": torch.ones((rows, prompt), dtype=torch.int64),
            "completion_ids": torch.zeros((rows, self.answer), dtype=torch.int64),
            "completion_mask": torch.ones((rows, self.answer), dtype=torch.int64),
            "advantages": torch.zeros(rows),
        }
        ids, mask = (torch.cat([batch[f"prompt_{kind}"], batch[f"completion_{kind}"]], 1) for kind in ("ids", "mask"))
        kwargs = self.settings.checkpointing_kwargs
        with torch.no_grad(), grpo_trainer.disable_gradient_checkpointing(model, kwargs):
            if self._scores_old():
                batch["old_per_token_logps"] = self._scores(model, ids, mask)
                batch["importance_sampling_ratio"] = torch.ones(rows, 1)
            if self.trainer.beta:
                with _of_reference(model, self.reference) as other:
                    batch["ref_per_token_logps"] = self._scores(other, ids, mask)
        micro = rows // self.every
        parts = [{name: value[n * micro : (n + 1) * micro] for name, value in batch.items()} for n in range(self.every)]
        for part in parts:
            part["num_items_in_batch"] = torch.ones(())
        return parts

    def _scores_old(self) -> bool:
        """``_generate_and_score_completions``: the answers are of an older model, or vLLM's."""
        aligned = self.settings.gradient_accumulation_steps % (self.every * self.trainer.num_iterations) == 0
        return not aligned or (self.trainer.use_vllm and self.trainer.vllm_importance_sampling_correction)

    def _scores(self, model: nn.Module, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        rows = self.settings.micro_batch_size
        return self.trainer._get_per_token_logps_and_entropies(model, ids, mask, self.answer, batch_size=rows)[0]

    def _generate(self, model: nn.Module, rows: int, prompt: int) -> None:
        with unwrap_model_for_generation(model, self.trainer.accelerator) as unwrapped, torch.no_grad():
            cache = DynamicCache(config=unwrapped.config)
            ids = torch.zeros((rows, prompt), dtype=torch.int64)
            known = {"past_key_values": cache, "use_cache": True, "logits_to_keep": 1}
            _sample(unwrapped(input_ids=ids, **known).logits)
            for layer in cache.layers:
                _fill(layer, prompt + self.answer - 1)
            last = torch.full((1, 1), prompt + self.answer - 1, dtype=torch.int64)
            _sample(unwrapped(input_ids=ids[:, :1], position_ids=last, **known).logits)


def _fill(layer: Any, tokens: int) -> None:
    """A layer's keys and values as after so many tokens; a sliding one keeps fewer than its window."""
    if not hasattr(layer, "keys"):
        return  # states of a layer without attention do not grow
    sliding = layer.is_sliding is True
    if sliding:
        layer.cumulative_length = tokens
    kept = min(tokens, layer.sliding_window - 1) if sliding else tokens
    for name in ("keys", "values"):
        held = getattr(layer, name)
        setattr(layer, name, held.new_empty((*held.shape[:2], kept, held.shape[3])))


def _sample(logits: torch.Tensor) -> None:
    copies = [torch.empty_like(logits, dtype=torch.float32) for _ in range(LOGIT_COPIES)]
    del copies


@contextmanager
def _of_reference(model: nn.Module, reference: nn.Module | None) -> Iterator[nn.Module]:
    """The model that a run must not stray from: one of its own, or this one with its first adapter (``ref``)."""
    if reference is not None:
        yield reference
        return
    with grpo_trainer.use_adapter(model, adapter_name="ref" if "ref" in model.peft_config else None):
        yield model
