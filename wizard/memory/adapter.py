"""LoRA: how many parameters it adds, and the bytes they take."""

from __future__ import annotations

from functools import lru_cache

from wizard.axolotl.effective import Effective
from wizard.axolotl.lora import Lora
from wizard.axolotl.targets import adapted
from wizard.domain.model import Model, Tensor
from wizard.memory.scored import SCORE
from wizard.memory.trained import trained_count
from wizard.memory.weights import element_bytes


def adapter_parameters(model: Model, lora: Lora) -> int:
    """Trained elements: r x (in + out) for each adapted layer, one per output more for DoRA."""
    return sum(one.count * (one.numel + (one.outputs if lora.dora else 0)) for one in adapted(model, lora))


@lru_cache(maxsize=256)
def saved_modules(model: Model, lora: Lora) -> tuple[Tensor, ...]:
    """The tensors of whole modules trained beside the adapter (`lora_modules_to_save`); a tied lm_head gets its own.

    A reward model's scores are always among them (peft 0.21 peft_model.py PeftModelForSequenceClassification,
    PeftModelForTokenClassification).
    """
    named = {*lora.saved_modules, SCORE}
    found = [tensor for tensor in model.tensors if any(tensor.path.endswith(name) for name in named)]
    if model.tied and "lm_head" in lora.saved_modules:
        found.append(Tensor("lm_head", "head", (model.vocab, model.hidden)))
    return tuple(found)


def saved_module_parameters(model: Model, lora: Lora) -> int:
    """Elements of these."""
    return sum(tensor.total for tensor in saved_modules(model, lora))


def late_saved_parameters(model: Model, lora: Lora) -> int:
    """Of these, embeddings: their gradients come after all layers'."""
    return sum(tensor.total for tensor in saved_modules(model, lora) if tensor.kind == "embedding")


def head_trained(model: Model, settings: Effective) -> bool:
    """Whether lm_head gets a gradient."""
    if settings.scores:
        return False  # there is none
    if settings.lora is None:
        return True
    return any(tensor.kind == "head" for tensor in saved_modules(model, settings.lora))


def adapter_weight_bytes(model: Model, settings: Effective) -> float:
    """Bytes of the adapter and of the modules saved with it: PEFT trains copies of these beside the originals."""
    if settings.lora is None:
        return 0.0
    copies = saved_module_parameters(model, settings.lora) * element_bytes(settings)
    return float(adapter_parameters(model, settings.lora) * settings.adapter_bytes + copies)


def trainable_parameters(model: Model, settings: Effective) -> int:
    """Elements that get gradients."""
    if settings.lora is None:
        return sum(tensor.numel * trained_count(tensor, settings) for tensor in model.tensors)
    return adapter_parameters(model, settings.lora) + saved_module_parameters(model, settings.lora)
