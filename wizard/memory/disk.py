"""Bytes on disk: checkpoints, the model that is saved at the end, what is merged, and prepared data."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.axolotl.saving import Saving, saving
from wizard.domain.disk import Disk
from wizard.domain.estimate import Range
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.knowledge.optimizers import optimizer
from wizard.memory.adapter import adapter_parameters, saved_modules, trainable_parameters
from wizard.memory.optimizer import state_bytes
from wizard.memory.scored import scored
from wizard.memory.weights import NF4_BYTES, element_bytes, weight_bytes

_A_WORD = Range(45, 110, 140)
"""Bytes of tokenizer.json for each entry of the vocabulary, as transformers writes it: 75 (Qwen3: 11.4 MB for
151,669), 134 (Llama 3: 17.2 MB for 128,256), 127 (Gemma 3: 33.4 MB for 262,144) on the hub; 69 of made words
(`scripts.weighed`).
"""
_REWRITTEN = 2
"""A tokenizer.json of older `tokenizers` grows when it is saved again, as each merge becomes a list (Llama 3's from 9.1
to 17.2 MB)."""
_BESIDE = Range(20_000, 40_000, 200_000)
"""Bytes of what is small: configs, scheduler.pt, rng_state.pth, trainer_state.json, README.md, debug.log, and what
torch.save adds for each tensor (`scripts.weighed`: 25,000 to 75,000)."""
_MASTER = 12
"""Bytes that DeepSpeed saves for each trained element: an fp32 copy and AdamW's two states in fp32."""


def disk(plan: Plan, settings: Effective, model: Model) -> Disk:
    """What a run of this plan leaves. Pure; never raises.

    Sources: transformers 5 trainer.py (`_save_checkpoint`, `_save`: the model, the tokenizer and, without
    `save_only_model`, optimizer.pt and its kin), peft 0.21 utils/save_and_load.py (the adapter and whole modules),
    axolotl 0.21.0 train.py (`save_trained_model`, `save_initial_configs`).
    """
    known, model = saving(plan), scored(model, settings)
    tokenizer = tokenizer_bytes(model)
    trained = saved_model(model, settings)
    final = _sum(_exactly(trained), tokenizer, _BESIDE)
    checkpoint = _sum(final, _states(model, settings) if known.states else _exactly(0))
    before = _sum(tokenizer, _BESIDE)
    most = _most(known, checkpoint, final, before)
    return Disk(checkpoint, final, _merged(model, settings, tokenizer), most, known.kept)


def saved_model(model: Model, settings: Effective) -> float:
    """Bytes of model.safetensors, or of adapter_model.safetensors with the whole modules beside the adapter.

    Tensors are saved as they lie in memory.
    """
    if settings.lora is None:
        return weight_bytes(model, settings)
    copies = sum(tensor.total for tensor in saved_modules(model, settings.lora))
    return float(adapter_parameters(model, settings.lora) * settings.adapter_bytes + 4 * copies)


def tokenizer_bytes(model: Model) -> Range:
    """Bytes of the tokenizer's files as they are saved, of a folder's own where those are here."""
    own = model.tokenizer_bytes
    if own is not None:
        return Range(own, own, _REWRITTEN * own)
    return Range(*(model.vocab * each for each in (_A_WORD.low, _A_WORD.likely, _A_WORD.high)))


def _states(model: Model, settings: Effective) -> Range:
    """Bytes of the optimizer's states; with DeepSpeed of its own files, which but for ZeRO-3 hold the model again
    (deepspeed 0.19 runtime/engine.py, `_save_checkpoint` and `_save_zero_checkpoint`).
    """
    trained = trainable_parameters(model, settings)
    if settings.sharding.kind.startswith("zero"):
        again = 0 if settings.sharding.kind == "zero3" else int(saved_model(model, settings))
        return Range(_MASTER * trained, _MASTER * trained + again, (_MASTER + 4) * trained + again)
    found = state_bytes(model, settings)
    known = found.resident + found.paged
    if not optimizer(settings.optimizer).known:
        return Range(0, int(known), max(int(known), 8 * trained))
    return _exactly(known)


def _most(known: Saving, checkpoint: Range, final: Range, before: Range) -> Range:
    """While the last checkpoint is written, or at the end; at least one is written where any is."""
    least = 0 if known.saves == 0 else 1

    def at(kept: int, at_once: int, one: int, end: int, begun: int) -> int:
        return max(at_once * one + begun, kept * one + end)

    fewest, fewest_at_once = (least, least) if known.saves is None else (known.kept, known.at_once)
    return Range(
        at(fewest, fewest_at_once, checkpoint.low, final.low, before.low),
        at(known.kept, known.at_once, checkpoint.likely, final.likely, before.likely),
        at(known.kept, known.at_once, checkpoint.high, final.high, before.high),
    )


def _merged(model: Model, settings: Effective, tokenizer: Range) -> Range | None:
    """The base model with the adapter in it: each file as it was stored, whole (`legacy`) as it is computed in."""
    if settings.lora is None:
        return None
    stored = float(model.stored_bytes or model.parameters * (4 if model.dtype == "float32" else 2))
    if settings.merges_whole or model.packed is not None:
        stored = float(model.parameters * element_bytes(settings))
    low = min(stored, NF4_BYTES * model.parameters) if model.packed is not None else stored
    return _sum(Range(int(low), int(stored), int(stored)), tokenizer, _BESIDE)


def prepared_bytes(tokens: int, rows: int, *, packed: bool = False) -> int:
    """Bytes of the prepared data: ids in 32 bits, labels in 64, the mask in 8, packed also positions; and where each
    row begins, in each of these.
    """
    return tokens * (4 + 8 + 1 + (8 if packed else 0)) + rows * 4 * (4 if packed else 3)


def _exactly(size: float) -> Range:
    return Range(int(size), int(size), int(size))


def _sum(*parts: Range) -> Range:
    return Range(*(sum(getattr(one, name) for one in parts) for name in ("low", "likely", "high")))
