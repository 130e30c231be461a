"""Vision and audio towers of multimodal models: idle in text training, but their weights lie on the GPU."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wizard.knowledge.models import towers_gemma, towers_glm, towers_llama, towers_mistral, towers_qwen
from wizard.knowledge.models.config_reader import Reader
from wizard.knowledge.models.families import Wrapper
from wizard.knowledge.models.parts import Part, Sheet

Group = tuple[str, int, list[Part]]
"""A prefix, how many modules have it, and the parts of one."""

TOWERS: dict[str, tuple[str, Callable[[Reader, Reader, int], list[Group]]]] = {
    "qwen2_vl": ("vision_config", towers_qwen.qwen2),
    "qwen2_5_vl": ("vision_config", towers_qwen.qwen2_5),
    "qwen3_vl": ("vision_config", towers_qwen.qwen3),
    "glm4v": ("vision_config", towers_glm.vision),
    "pixtral": ("vision_config", towers_mistral.pixtral),
    "mistral3_projector": ("vision_config", towers_mistral.projector),
    "siglip": ("vision_config", towers_gemma.siglip),
    "gemma3_projector": ("vision_config", towers_gemma.gemma3_projector),
    "gemma4_vision": ("vision_config", towers_gemma.gemma4_vision),
    "gemma4_audio": ("audio_config", towers_gemma.gemma4_audio),
    "gemma4_unified_vision": ("vision_config", towers_gemma.unified_vision),
    "gemma4_unified_audio": ("audio_config", towers_gemma.unified_audio),
    "llama4": ("vision_config", towers_llama.llama4),
    "mllama": ("vision_config", towers_llama.mllama),
}
"""The builders by the name that a wrapper's `towers` gives, with the config block each reads."""


def add_towers(sheet: Sheet, outer: Reader, around: Wrapper | None, hidden: int) -> bool:
    """Add the tensors of every tower and projector; say whether their form is known.

    A builder takes the outer config, the tower's own block and the text decoder's hidden size. A model may
    come without its audio tower, whose block is then null.
    """
    blocks = {key for key in ("vision_config", "audio_config") if isinstance(outer.config.get(key), Mapping)}
    if around is None:
        return not blocks and not isinstance(outer.config.get("text_config"), Mapping)
    for name in around.towers:
        key, builder = TOWERS[name]
        if key in blocks:
            for prefix, count, parts in builder(outer, Reader(outer.config[key], place=key), hidden):
                sheet.add(prefix, parts, count, tower=True)
    return "vision_config" in blocks
