"""Sound in the rows: an estimate knows of pictures alone, since no setting says whether rows have sound."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import targeted
from wizard.domain.estimate import Cause
from wizard.domain.media import CLIP_SECONDS, clip_tokens
from wizard.domain.model import Model, Tensor
from wizard.memory.static import Static
from wizard.memory.trained import chosen_count

_KEPT = 245.0
"""Bytes that a trained conformer keeps for each token, layer and element of its width, the strided convolutions before
it among them; checkpointing does not reach it. By benchmarks/truth, clips of 10 and 30 seconds through Gemma 4 E2B."""


def causes_of_sound(model: Model, settings: Effective, known: Static) -> tuple[Cause, ...]:
    """What the longest clip in each row takes, where the tower that hears it is trained or adapted: its gradients,
    states, and what it keeps. A frozen one keeps nothing.
    """
    if not settings.images or not model.hears or settings.towers_frozen:
        return ()
    tower = [one for one in model.tensors if one.tower and "audio" in one.path]
    if settings.lora is not None:
        trained, flows = 0, any(targeted(model, one, settings.lora) for one in tower)
    else:
        trained = sum(one.numel * chosen_count(one, settings) for one in tower)
        flows = trained > 0
    if not flows:
        return ()
    each = (known.parts.gradients + known.parts.states) / max(1, known.trainable)
    kept = _KEPT * _width(tower) * clip_tokens(CLIP_SECONDS) * settings.sequences
    return (Cause(f"sound in the rows, a clip of up to {CLIP_SECONDS} s in each", 0, int(trained * each + kept)),)


def _width(tower: list[Tensor]) -> int:
    """Elements of all layers' widths together."""
    return sum(one.shape[0] * one.count for one in tower if one.path.endswith(".norm_out"))
