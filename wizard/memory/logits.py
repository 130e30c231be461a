"""The final norm, the logits and the loss: V values for each token, several times over."""

from __future__ import annotations

from typing import NamedTuple

from wizard.axolotl.effective import Effective
from wizard.axolotl.preference import LEARNS, Scores
from wizard.domain.model import Model
from wizard.memory.adapter import head_trained
from wizard.memory.weights import embedding_bytes


class LossMoments(NamedTuple):
    """Bytes at the loss: `hidden` of the final norm, the logits at the worst of `forward` and `backward`,
    and `weights` (copies of lm_head, gradients that a fused loss makes early). `saved`: what of the logits is left
    when the forward is over and the backward has not begun.
    """

    hidden: float
    forward: float
    backward: float
    weights: float
    saved: float


PREFERENCE = {"dpo": (12.0, 12.0), "ipo": (12.0, 12.0), "kto": (14.0, 12.0), "orpo": (8.0, 14.0), "simpo": (8.0, 14.0)}
"""Bytes a logit at the worst of the forward (with the reference model's logits and what TRL copies for its metrics)
and of the backward. Source: TRL's trainers as benchmarks/truth runs them, measured in units of V x T."""

_OTHER = (14.0, 14.0)
"""The largest of them, for a trainer that is not known here."""

_ENTROPY = 128 * 3 * 4
"""Bytes a vocabulary entry for the 128 rows at a time of which TRL logs the entropy."""


def loss_moments(model: Model, settings: Effective) -> LossMoments:
    """What the loss of one micro batch needs.

    The plain loss makes a 16-bit copy, an fp32 copy and log-softmax's result (10 bytes a value), and three
    fp32 copies in log-softmax's backward (12; 14 with a soft cap on the logits); between them log-softmax's result is
    kept (4). Fused losses make them piece
    by piece. Source: torch 2.13's autograd tape of ForCausalLMLoss, as logged by benchmarks/truth.
    Where the logits are in fp32 and nothing casts, `.float()` copies nothing (transformers 5.20 loss/loss_utils.py,
    ForCausalLMLoss): there are they and log-softmax's result (8), and with a soft cap tanh's result in fp32. The
    chunked loss then has its pieces' gradients put together into one (8): all of the pieces are there, and the whole
    (torch 2.13 FunctionsManual.cpp, `split_with_sizes_backward`; seen in units of V x T of the loss alone).
    """
    if settings.rl in LEARNS:
        return _answers(model, settings)
    if settings.scores:
        return _scores(model, settings, settings.scores)
    if settings.rl:
        return _preference(model, settings)
    tokens = settings.tokens
    values = float(model.vocab * tokens)
    width = float(model.hidden * tokens)
    head = float(model.vocab * model.hidden)
    hidden = (10.0 if settings.lora is None else 4.0) * width
    copy = 2.0 * head if settings.embeddings_fp32 else 0.0
    extra = _capped(model, settings)
    if settings.loss == "plain":
        first = 10 if _casts(model, settings) else 8
        return LossMoments(hidden, (first + extra) * values, (12 + extra) * values, copy, (4 + extra) * values)
    if settings.loss == "chunked":
        if not settings.casts:
            whole = (4.0 + extra) * values + chunk_bytes(model, settings, settings.micro_batch)
            return LossMoments(hidden, whole, (8.0 + extra) * values, copy, (4.0 + extra) * values)
        return LossMoments(hidden, (4.0 + extra) * values, (6.0 + extra) * values, copy, (4.0 + extra) * values)
    if settings.loss == "liger":
        return _liger(model, settings, copy)
    return LossMoments(hidden + 2.0 * width, 0.0, 0.0, copy, 0.0)


def _liger(model: Model, settings: Effective, copy: float) -> LossMoments:
    """Liger's fused loss makes the hidden states' gradient early, beside them, and lm_head's where that is trained: it,
    a piece of it in 16 bits and in fp32; with an fp32 lm_head it is so too. Of the logits there is one piece.

    Source: liger_kernel 0.7 ops/fused_linear_cross_entropy.py (`fused_linear_cross_entropy_forward`).
    """
    tokens, hidden = settings.tokens, model.hidden
    given = float(embedding_bytes(settings))
    kept = 0.0 if settings.lora is not None else given if model.norm_style == "rms" else 4.0
    if model.norm_style in ("layer", "layer1p"):
        given, kept = 4.0 if settings.autocasts and model.norm_style == "layer" else given, 0.0
    pieces = -(-model.vocab // hidden)
    rows = 1 << (-(-tokens // pieces) - 1).bit_length() if tokens else 0
    early = (12.0 if settings.embeddings_fp32 else 8.0) * model.vocab * hidden
    weights = early if head_trained(model, settings) else copy
    result = given * hidden * tokens  # gone with the forward
    return LossMoments((4.0 + kept) * hidden * tokens + result, result + 2.0 * rows * model.vocab, 0.0, weights, 0.0)


def _casts(model: Model, settings: Effective) -> bool:
    """Whether the loss has a copy made of the logits that the model still holds."""
    return settings.casts and not model.logits_fp32


def _capped(model: Model, settings: Effective) -> int:
    """Bytes a value that a soft cap on the logits keeps for its backward: tanh's result."""
    return (2 if settings.casts else 4) if model.logit_softcap else 0


def chunk_bytes(model: Model, settings: Effective, rows: int) -> float:
    """Copies of fp32 logits that the chunked loss makes of its pieces: of several rows, each piece is cut out of all.

    Source: axolotl 0.21 monkeypatch/loss/chunked.py, `logit_chunk.reshape`, which is a view of one row's.
    """
    return 4.0 * model.vocab * settings.row * rows if rows > 1 else 0.0


def _scores(model: Model, settings: Effective, scores: Scores) -> LossMoments:
    """A reward model has one value a sequence; one of processes some a token, of a final norm's result after dropout:
    it in 16 bits and a mask of a byte (transformers 5.20 modeling_layers.py GenericForTokenClassification).
    """
    width = float(model.hidden * settings.tokens)
    hidden = (10.0 if settings.lora is None else 4.0) * width
    if not scores.each_token:
        return LossMoments(hidden, 0.0, 0.0, 0.0, 0.0)
    values = float(scores.number * settings.tokens)
    return LossMoments(hidden + 3.0 * width, 10.0 * values, 12.0 * values, 0.0, 4.0 * values)


def _preference(model: Model, settings: Effective) -> LossMoments:
    """TRL's losses: they take the whole logits of every model, whatever fused loss is asked for."""
    hidden = (10.0 if settings.lora is None else 4.0) * model.hidden * settings.tokens
    values = float(model.vocab * settings.tokens)
    forward, backward = (size + _capped(model, settings) for size in PREFERENCE.get(str(settings.rl), _OTHER))
    copy = 2.0 * model.vocab * model.hidden if settings.embeddings_fp32 else 0.0
    passing = float(_ENTROPY * model.vocab) if settings.rl in ("dpo", "ipo") else 0.0
    return LossMoments(hidden, forward * values + passing, backward * values, copy, forward * values + passing)


def _answers(model: Model, settings: Effective) -> LossMoments:
    """GRPO's loss: the logits of the answers, one more each than it has tokens. Asked for in pieces, there are none.

    In fp32 they are kept, and their gradient is as large. Where TRL has no kernel for it, the entropy of several rows
    copies them, and log-softmax's backward makes three of them (trl 1.9.0 trainer/utils.py, as DPO's).
    """
    tokens = settings.micro_batch * (settings.answer + 1)
    hidden = (10.0 if settings.lora is None else 4.0) * model.hidden * settings.tokens
    head = float(model.vocab * model.hidden)
    copy = 2.0 * head if settings.embeddings_fp32 else 0.0
    if settings.generation is not None and settings.generation.chunked:
        early = 4.0 * head if settings.lora is None else 0.0  # its gradient is added up in fp32
        piece = in_pieces(model, tokens)  # of which the backward has a product more, and the hidden states' gradient
        back = 22.0 / 18.0 * piece + 4.0 * model.hidden * tokens
        return LossMoments(hidden, piece, back, copy + early, 0.0)
    values, capped = float(model.vocab * tokens), _capped(model, settings)
    if settings.generation is not None and not settings.generation.in_one:
        passing = float(_ENTROPY * model.vocab)
        return LossMoments(
            hidden, (8.0 + capped) * values + passing, (12.0 + capped) * values, copy, (4.0 + capped) * values
        )
    return LossMoments(hidden, (6.0 + capped) * values, (8.0 + capped) * values, copy, (4.0 + capped) * values)


def in_pieces(model: Model, tokens: int) -> float:
    """Bytes of the logits of so many answered tokens where they are asked for in pieces: in 16 bits and in fp32, and
    three results of that (trl 1.14.1 trainer/utils.py, `_ChunkedLogProbFunction`: 2,048 tokens and 8,192 words).
    """
    return 18.0 * min(tokens, 2048) * min(model.vocab, 8192)


def evaluation_logits(model: Model, settings: Effective) -> float:
    """Bytes in evaluation, where the plain loss and Liger's make the logits whole.

    Cut cross entropy does not: in Apple's package and in Axolotl's fork every model uses it wherever there
    are labels and then has no logits (`PatchOptions.use_lce`, `cce_patch(train_only=False)`, which Axolotl 0.19 to 0.21
    leave so). Where nothing casts, the logits are in fp32 as they are, and log-softmax's result is beside them.
    """
    if settings.scores:
        return 10.0 * settings.scores.number * settings.eval_tokens if settings.scores.each_token else 0.0
    if settings.loss == "cut" and settings.rl is None:
        return 0.0
    if settings.rl in LEARNS:
        return 6.0 * model.vocab * settings.eval_batch * (settings.answer + 1)
    if settings.rl:
        return PREFERENCE.get(settings.rl, _OTHER)[0] * model.vocab * settings.eval_tokens
    if settings.loss == "chunked" and not settings.casts:
        return 4.0 * model.vocab * settings.eval_tokens + chunk_bytes(model, settings, settings.eval_batch)
    return (10.0 if _casts(model, settings) else 8.0) * model.vocab * settings.eval_tokens
