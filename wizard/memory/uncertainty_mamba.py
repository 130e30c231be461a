"""What is not sure of Mamba's layers: their kernels, which are installed apart, and that no GPU has measured them."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl.effective import Effective
from wizard.domain.estimate import Cause
from wizard.domain.model import Block, Model
from wizard.memory.activations import activations
from wizard.memory.static import static

_KEPT, _PEAK = 14.0, 30.0
"""Bytes a token and state of Mamba 1's inner stream in transformers' own loop (5.20.1 modeling_jamba.py,
`mamba_selective_scan`): decays, inputs and each token's state in fp32, that state in 16 bits; at the worst besides,
each gradient whole for every token, twice. By benchmarks/truth 28 for one layer of Jamba."""
_PRODUCTS = 3.0
"""So many products of chunk x chunk x state and head, in fp32, before transformers 5.20: one, and its two gradients."""


def causes_of_mamba(model: Model, settings: Effective, dynamic: float) -> Iterator[Cause]:
    """Of a model with Mamba's layers. `dynamic`: bytes made in each step."""
    if slow := without_kernels(model, settings):
        yield Cause("mamba layers without the mamba-ssm kernels: plain PyTorch instead", 0, int(slow))
    yield Cause("what mamba layers keep", int(0.1 * dynamic), int(0.1 * dynamic))


def without_kernels(model: Model, settings: Effective) -> float:
    """Bytes more where transformers falls back to its own code, as without mamba-ssm and causal-conv1d.

    Of packed rows that came with transformers 5.20 (axolotl 0.21) it falls back no more: it says what is missing and
    ends (integrations/hub_kernels.py, `use_kernel_func_from_hub_with_fallback`).
    """
    first = [block for block in model.blocks if block.mixer == "mamba" and not block.mixer_heads]
    second = [block for block in model.blocks if block.mixer == "mamba" and block.mixer_heads]
    if first:
        return _first(first, settings)
    products = max(_products(block) for block in second) * settings.tokens if settings.mamba.writes_products else 0.0
    if settings.mamba.code == "plain":
        return products
    if settings.mamba.needs_kernels:
        return 0.0
    plain = settings._replace(mamba=settings.mamba._replace(code="plain"))
    return max(0.0, _layers(model, plain) - _layers(model, settings)) + products


def _layers(model: Model, settings: Effective) -> float:
    made = activations(settings, static(model, settings))
    return made.kept + max(made.forward, made.backward)


def _products(block: Block) -> float:
    """By the token: `C[:, :, :, None] * B[:, :, None]`, summed over the state only then."""
    state = block.key_width / max(1, block.key_heads)
    return _PRODUCTS * 4.0 * block.chunk * block.mixer_heads * state


def _first(blocks: list[Block], settings: Effective) -> float:
    wide = [(block.mixer_width * block.key_width, block.count) for block in blocks]
    largest = max(width for width, _ in wide)
    if settings.checkpointing != "none":
        return _PEAK * largest * settings.tokens
    kept = sum(width * count for width, count in wide)
    return (_KEPT * kept + (_PEAK - _KEPT) * largest) * settings.tokens
