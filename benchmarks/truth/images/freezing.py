"""What ``freeze_mm_modules`` freezes (axolotl/utils/freeze.py, 0.21): towers and projectors, by parts of names."""

from __future__ import annotations

from torch import nn

PARTS = frozenset(
    {
        "vision_tower",
        "vision_model",
        "vision_encoder",
        "embed_vision",
        "multi_modal_projector",
        "visual",
        "audio_tower",
        "audio_model",
        "embed_audio",
    }
)


def freeze_towers(model: nn.Module) -> None:
    """No gradients for parameters of the towers."""
    for name, parameter in model.named_parameters():
        if not PARTS.isdisjoint(name.split(".")):
            parameter.requires_grad = False
