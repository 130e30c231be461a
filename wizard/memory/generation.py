"""What generating answers takes beside the training: vLLM's part of the card, or transformers' keys and values."""

from __future__ import annotations

from wizard.axolotl.effective import Effective
from wizard.domain.model import Model


def beside_training(settings: Effective) -> float:
    """Bytes that vLLM keeps on the GPU the whole time: weights of its own, keys and values, CUDA graphs.

    vLLM fills `gpu_memory_utilization` of the whole card, whatever lies there already (vllm v1/worker/gpu_worker.py,
    `determine_available_memory`).
    """
    made = settings.generation
    return float(made.reserved or 0) if made is not None and not made.sleeps else 0.0


def while_generating(model: Model, settings: Effective) -> float:
    """Bytes that live while answers are made and not while the model is trained: vLLM's where it sleeps in between;
    else keys and values of all rows at once, in 16 bits (`steps_per_generation` micro batches).
    """
    made = settings.generation
    if made is None or made.engine == "server":
        return 0.0
    if made.engine == "colocate":
        return float(made.reserved or 0) if made.sleeps else 0.0
    widths = sum(block.count * 2 * block.kv_width for block in model.blocks if block.mixer in ("attention", "latent"))
    return 2.0 * widths * made.rows * made.tokens
