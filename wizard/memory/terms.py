"""The sum at the worst moment, term by term: formula, numbers put in, bytes, source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import adapted
from wizard.domain.estimate import Component, Estimate
from wizard.domain.model import Model, TensorKind
from wizard.knowledge.optimizers import optimizer
from wizard.memory.activations import Activations, activations
from wizard.memory.adapter import adapter_parameters, saved_modules
from wizard.memory.logits import loss_moments
from wizard.memory.scored import scored
from wizard.memory.static import Static, static
from wizard.memory.tensor_parallel import local
from wizard.memory.terms_passing import activations_of, beside, exact, temporaries
from wizard.memory.tower import images
from wizard.memory.weights import element_bytes, stored_bytes

_KINDS: dict[TensorKind, str] = {
    "embedding": "embeddings",
    "head": "lm_head",
    "linear": "linear layers",
    "experts": "stacked experts",
    "norm": "norms",
    "bias": "biases",
    "other": "routers and other tensors",
}


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a component. `working`: its formula with the numbers put in. Bytes."""

    component: Component
    name: str
    working: str
    size: float
    source: str


def terms(model: Model, settings: Effective, estimate: Estimate) -> list[Term]:
    """All terms of what is live at the peak; what a component has beyond them is said as `the rest`."""
    model = local(scored(model, settings), settings.sharding)
    known = static(model, settings)
    made = activations(settings, known, images(model, settings))
    found = [
        *_weights(model, settings, known),
        *_adapter(model, settings, known),
        *_trained(model, settings, known, estimate),
        *_moments(model, settings, known, made, estimate),
    ]
    for component, size in estimate.components.items():
        rest = size - sum(term.size for term in found if term.component == component)
        if abs(rest) > max(0.001 * estimate.allocated.likely, 1):
            found.append(Term(component, *_rest(component, estimate, known, rest)))
    return [term for term in found if round(term.size) != 0]


def _rest(component: Component, estimate: Estimate, known: Static, rest: float) -> tuple[str, str, float, str]:
    """What is no sum of products: other moments, shares that differ from tensor to tensor."""
    gradients = known.whole.gradients
    each = gradients / known.trainable if known.trainable else 0.0
    working = f"{rest / each:,.0f} elements × {each:.4g} bytes" if component == "gradients" and each else ""
    why = {
        "weights": ("divided over GPUs, or a reference model", "docs/estimate.md"),
        "gradients": (f"those that exist at {estimate.peak_phase}", "the order of the backward pass"),
        "activations": ("what else a layer keeps or makes", "its tape (wizard/memory/tape)"),
        "temporaries": ("what else is made for a moment", "wizard/memory/timeline.py"),
    }
    name, source = why.get(component, ("", ""))
    return name or "the rest", working, rest, source or "docs/estimate.md"


def _weights(model: Model, settings: Effective, known: Static) -> Iterator[Term]:
    for kind, name in _KINDS.items():
        tensors = [tensor for tensor in model.tensors if tensor.kind == kind]
        count = sum(tensor.total for tensor in tensors)
        if count:
            size = sum(stored_bytes(tensor, settings) for tensor in tensors)
            share = known.parts.weights / known.whole.weights if known.whole.weights else 1.0
            working = f"{count:,} × {size / count:.5g} bytes{_over(share)}"
            yield Term("weights", name, working, size * share, _source(kind, settings))


def _source(kind: TensorKind, settings: Effective) -> str:
    if kind in ("linear", "experts") and settings.quantization == "nf4":
        return "bitsandbytes 0.49 NF4: 1/2 + 1/64 + 4/(64 × 256), and 2,560 bytes a tensor"
    if kind == "linear" and settings.quantization == "int8":
        return "bitsandbytes 0.49: one byte, and 4 a row"
    if settings.embeddings_fp32 and kind in ("embedding", "head", "norm"):
        return "kept in fp32 by Axolotl 0.19 (loaders/model.py:434)"
    if settings.embeddings_stored_fp32 and kind in ("embedding", "head", "norm"):
        return "turned to fp32 by Axolotl (0.21 loaders/model.py:605) and left so under FSDP"
    return f"loaded as {settings.precision}"


def _adapter(model: Model, settings: Effective, known: Static) -> Iterator[Term]:
    if settings.lora is None:
        return
    share = known.parts.adapter / known.whole.adapter if known.whole.adapter else 1.0
    over = _over(share)
    pairs = sum(one.count for one in adapted(model, settings.lora))
    count = adapter_parameters(model, settings.lora)
    working = f"Σ rank × (in + out) over {pairs:,} adapted weights = {count:,} × {settings.adapter_bytes} bytes{over}"
    size = share * count * settings.adapter_bytes
    yield Term("adapter", "LoRA matrices", working, size, "peft 0.19, autocast_adapter_dtype")
    for tensor in saved_modules(model, settings.lora):
        each = element_bytes(settings)
        name, working = f"trained copy of {tensor.path}", f"{tensor.total:,} × {each} bytes{over}"
        yield Term("adapter", name, working, each * share * tensor.total, "peft")


def _over(share: float) -> str:
    return "" if share == 1 else f" × {share:.4g} on this GPU"


def _trained(model: Model, settings: Effective, known: Static, estimate: Estimate) -> Iterator[Term]:
    count = estimate.trainable
    size = estimate.components["gradients"]
    if size and min(abs(size - known.parts.gradients), abs(size - known.parts.unsynced)) < 1:
        working = f"{count:,} trained × {size / count:.4g} bytes"
        yield Term("gradients", "one for each trained element", working, size, "torch.autograd: the parameter's dtype")
    states = estimate.components["optimizer"]
    if states:
        row = optimizer(settings.optimizer)
        yield Term(
            "optimizer", settings.optimizer, f"{count:,} trained × {states / count:.4g} bytes", states, row.source
        )


def _moments(model: Model, settings: Effective, known: Static, made: Activations, estimate: Estimate) -> Iterator[Term]:
    phase, held = estimate.peak_phase, estimate.components
    hidden = loss_moments(model, settings).hidden
    for piece in exact(activations_of(model, settings, known, made, phase, hidden), held["activations"]):
        yield Term("activations", *piece)
    for piece in exact(temporaries(model, settings, known, phase), held["temporaries"]):
        yield Term("temporaries", *piece)
    for piece in beside(settings, known, held["runtime"]):
        yield Term("runtime", *piece)
    size = estimate.components["logits"]
    if size:
        tokens = settings.eval_tokens if estimate.peak_phase == "eval" else settings.tokens
        working = f"{size / model.vocab / tokens:.3g} bytes × {model.vocab:,} words × {tokens:,} tokens"
        yield Term("logits", "copies of the logits", working, size, "ForCausalLMLoss's tape (wizard/memory/logits.py)")
