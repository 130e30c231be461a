"""Losses of preference training as TRL 1.9 computes them, with the tensors they keep alive.

Each takes the model, the reference (a second model, or None: the model with its adapters off) and a shape
``(rows, tokens)``; rows are pairs for dpo, ipo, orpo and simpo. Every token counts as part of a completion, the
worst case for the copies that the metrics make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn import functional

PreferenceLoss = Callable[[nn.Module, nn.Module | None, tuple[int, int]], torch.Tensor]

# Trainers that turn the adapters of a quantized model to bf16; those of preferences wrap the model in PEFT themselves.
WRAPPED_BY_TRL = frozenset({"dpo", "ipo", "kto", "grpo", "gdpo"})


def selective_log_softmax(logits: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    """trl/trainer/utils.py: log-probabilities ``[rows, tokens]`` of fp32 logits ``[rows, tokens, V]``."""
    selected = torch.gather(logits, dim=-1, index=index.unsqueeze(-1)).squeeze(-1)
    return selected - torch.stack([torch.logsumexp(row, dim=-1) for row in logits])


def entropy(logits: torch.Tensor, chunk: int = 128) -> torch.Tensor:
    """trl/trainer/utils.py: the reshape of shifted logits copies them."""
    parts = []
    for piece in logits.reshape(-1, logits.shape[-1]).split(chunk, dim=0):
        logps = functional.log_softmax(piece, dim=-1)
        parts.append(-(torch.exp(logps) * logps).sum(-1))
    return torch.cat(parts)


@contextmanager
def reference_mode(model: nn.Module, reference: nn.Module | None) -> Iterator[nn.Module]:
    """The model that gives the reference log-probabilities, without gradients and checkpointing."""
    checkpointed = [m for m in model.modules() if getattr(m, "gradient_checkpointing", False)]
    for module in checkpointed:
        module.gradient_checkpointing = False
    try:
        with torch.no_grad():
            if reference is not None:
                yield reference
            else:
                with model.disable_adapter():
                    yield model
    finally:
        for module in checkpointed:
            module.gradient_checkpointing = True


def _ids(rows: int, tokens: int) -> torch.Tensor:
    return torch.zeros((rows, tokens), dtype=torch.int64)


def _logps(logits: torch.Tensor, ids: torch.Tensor) -> torch.Tensor:
    return selective_log_softmax(logits, ids[:, 1:]).sum(1)


def dpo(model: nn.Module, reference: nn.Module | None, shape: tuple[int, int]) -> torch.Tensor:
    """``DPOTrainer._compute_loss``: both forwards' fp32 logits live to its end, the metrics copy the policy's."""
    pairs, tokens = shape
    ids, _attention, _completion = (_ids(2 * pairs, tokens) for _ in range(3))
    outputs = model(input_ids=ids, use_cache=False)
    shifted = outputs.logits[..., :-1, :]
    logps = _logps(shifted, ids)
    with reference_mode(model, reference) as other:
        reference_outputs = other(input_ids=ids, use_cache=False)
    reference_logps = _logps(reference_outputs.logits[..., :-1, :], ids)
    chosen, rejected = (logps - reference_logps).chunk(2)
    loss = -functional.logsigmoid(0.1 * (chosen - rejected)).mean()
    entropy(shifted.detach())
    chosen_logits, rejected_logits = shifted.detach().chunk(2)
    for half in (chosen_logits, rejected_logits):
        # Indexing with the completion mask makes a copy.
        half.reshape(-1, half.shape[-1]).mean(-1)
    chosen_logits.argmax(dim=-1)
    return loss


def kto(model: nn.Module, reference: nn.Module | None, shape: tuple[int, int]) -> torch.Tensor:
    """``KTOTrainer._compute_loss``: a forward for the KL term, the policy's, and both again for the reference."""
    ids, kl_ids, _completion = (_ids(*shape) for _ in range(3))
    half = torch.zeros(max(shape[0] // 2, 1), dtype=torch.int64)

    def kl_logps(other: nn.Module) -> torch.Tensor:
        with torch.no_grad():
            logits = other(input_ids=kl_ids).logits
        return _logps(logits[:, :-1, :], kl_ids)

    kl = kl_logps(model)
    outputs = model(input_ids=ids)
    shifted = outputs.logits[:, :-1, :]
    logps = _logps(shifted, ids)
    with reference_mode(model, reference) as other:
        reference_kl = kl_logps(other)
        reference_outputs = other(input_ids=ids)
    reference_logps = _logps(reference_outputs.logits[:, :-1, :], ids)
    losses = 1 - torch.sigmoid(0.1 * (logps - reference_logps - (kl - reference_kl).mean().detach()))
    entropy(shifted.detach())
    chosen_logits = shifted.detach().index_select(0, half)
    rejected_logits = shifted.detach().index_select(0, half)
    for logits in (chosen_logits, rejected_logits):
        logits.clone().mean(-1)
    return losses.mean()


def _concatenated(model: nn.Module, shape: tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """One forward over chosen and rejected; the first half also gives a plain loss. Returns the fp32 logits too."""
    pairs, tokens = shape
    ids, _attention = _ids(2 * pairs, tokens), _ids(2 * pairs, tokens)
    logits = model(ids, use_cache=False).logits
    shifted = logits[:pairs][..., :-1, :].contiguous()
    loss = functional.cross_entropy(shifted.view(-1, shifted.shape[-1]), ids[:pairs, 1:].reshape(-1))
    del shifted
    return _logps(logits[:, :-1, :], ids), loss, logits


def orpo(model: nn.Module, reference: nn.Module | None, shape: tuple[int, int]) -> torch.Tensor:
    """``ORPOTrainer`` (trl.experimental): odds ratio and the chosen answers' plain loss, no reference."""
    logps, nll, logits = _concatenated(model, shape)
    chosen, rejected = (logps / shape[1]).chunk(2)
    odds = (chosen - rejected) - (torch.log1p(-torch.exp(chosen)) - torch.log1p(-torch.exp(rejected)))
    for half in logits.detach().chunk(2):
        half[:, :-1, :].mean()
    return nll - 0.1 * functional.logsigmoid(odds).mean()


def simpo(model: nn.Module, reference: nn.Module | None, shape: tuple[int, int]) -> torch.Tensor:
    """``CPOTrainer`` (trl.experimental) with ``loss_type: simpo``; ``cpo_alpha`` is 1 unless set."""
    logps, nll, logits = _concatenated(model, shape)
    chosen, rejected = (logps / shape[1]).chunk(2)
    for half in logits.detach().chunk(2):
        half.mean()
    return nll - functional.logsigmoid(2.0 * (chosen - rejected)).mean()


LOSSES: dict[str, PreferenceLoss] = {"dpo": dpo, "ipo": dpo, "kto": kto, "orpo": orpo, "simpo": simpo}


def disable_dropout(model: nn.Module) -> None:
    """TRL trains without dropout unless asked (``disable_dropout``)."""
    for module in model.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
