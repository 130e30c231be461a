"""A model of which nothing but its size is known: the shapes of the catalogue's dense model that is nearest in size."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache, lru_cache

from wizard.domain.model import Model
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built, catalogue

_SAID = re.compile(r"(?:about\s*|~\s*)?(\d{1,4}(?:\.\d{1,3})?)\s*([bm])", re.IGNORECASE)
_IN_NAME = re.compile(r"(?<![A-Za-z0-9.])(\d{1,4}(?:\.\d{1,2})?[bBmM])(?![A-Za-z0-9])")
_NAMES = frozenset({"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"})
_LEAST, _MOST = 0.85, 1.2
"""What is called a 7B model has 6.7 (Llama 2) to 8.0 billion (Ministral, Llama 3.1) parameters in the catalogue."""
_NEAR = 0.03
_SMALLEST, _LARGEST = 50_000_000, 2_000_000_000_000


def size_said(text: str) -> int | None:
    """The parameters that `about 7B`, `7b` or `350M` means; None where a text is no size of a language model."""
    found = _SAID.fullmatch(text.strip())
    size = round(float(found[1]) * (1e6 if found[2].lower() == "m" else 1e9)) if found else 0
    return size if _SMALLEST <= size <= _LARGEST else None


@lru_cache(maxsize=32)
def of_size(parameters: int) -> Model:
    """A dense model of about so many parameters; `peers` are those that differ most in what memory depends on."""
    plain = _plain()
    nearest = min(plain, key=lambda one: abs(one.parameters - parameters))
    about = [one for one in plain if _LEAST * parameters <= one.parameters <= _MOST * parameters]
    ends = [end(about, key=by) for by in _DIFFER for end in (min, max)] if about else []
    return replace(
        nearest if abs(nearest.parameters / parameters - 1) < _NEAR else _scaled(nearest, parameters),
        id=size_text(parameters),
        exact=False,
        said=parameters,
        peers=tuple(dict.fromkeys(ends)),
        max_length=None,
        notes=(f"nothing but its size is known: taken as dense, with shapes as {nearest.id} has; {_range(about)}",),
    )


def size_text(parameters: int) -> str:
    """`"about 7B"`, as `size_said` reads it again."""
    return f"about {parameters / 1e9:g}B" if parameters >= 1e9 else f"about {parameters / 1e6:g}M"


def size_in(name: str) -> str:
    """`"about 7B"` for a name such as `acme/secret-7b`; empty where its name tells no size."""
    for part in reversed(_IN_NAME.findall(name.rpartition("/")[2])):
        size = size_said(part)
        if size is not None:
            return size_text(size)
    return ""


def _range(about: list[Model]) -> str:
    return "the range holds known models of about that size" if about else "no known model is near in size"


_DIFFER: tuple[Callable[[Model], int], ...] = (
    lambda model: model.vocab,
    lambda model: model.hidden * model.layers,
    lambda model: model.parameters,
)
"""What logits, activations and weights grow with."""


@cache
def _plain() -> tuple[Model, ...]:
    """Dense models of plain attention, whose linear layers have the usual names."""
    every = (built(row.id) for row in catalogue().values())
    return tuple(
        one
        for one in every
        if one.exact and not one.moe and not one.multimodal and one.packed is None and one.linear_names == _NAMES
    )


def _scaled(model: Model, parameters: int) -> Model:
    """The same with as many layers as come to so many parameters."""
    config = catalogue()[model.id].config
    apart = model.embedding_parameters + model.head_parameters
    each = (model.parameters - apart) / model.layers
    layers = max(1, round((parameters - apart) / each))
    kept = {key: value for key, value in config.items() if key not in ("layer_types", "max_window_layers")}
    return build({**kept, "num_hidden_layers": layers}, model.id, family=model.family)
