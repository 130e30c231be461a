"""Which kinds of decoder layers a config has, and how many of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from wizard.domain.errors import InputError
from wizard.knowledge.models.decoder import Decoder

_MOST = 2000
"""No model has so many layers; a config that says more is wrong."""

_ATTENTION = frozenset({"full_attention", "attention", "sliding_attention", "chunked_attention", "hybrid"})
_OTHER = frozenset({"linear_attention", "mamba", "mamba2", "conv"})
_FEED = frozenset({"mlp", "moe"})
_LETTERS = {"M": "mamba", "*": "attention", "-": "mlp", "E": "moe"}


@dataclass(frozen=True, slots=True)
class Layer:
    """What sets one decoder layer apart from others of its model.

    `mixers`: the forms of its mixers, in order ("attention", "latent", "cross", or a family's other mixer).
    `full`: sees the whole row, where that changes sizes. `borrows`: takes keys and values from a layer before.
    """

    mixers: tuple[str, ...]
    window: int | None = None
    dense: bool = True
    sparse: bool = False
    full: bool = False
    borrows: bool = False


def plan(decoder: Decoder) -> Mapping[Layer, int]:
    """Every kind of layer with its count, in the order they first come."""
    return Counter(each(decoder))


def order(decoder: Decoder) -> tuple[int, ...]:
    """Of each layer the number of its kind, in the order these first come."""
    layers = each(decoder)
    numbers = {layer: number for number, layer in enumerate(dict.fromkeys(layers))}
    return tuple(numbers[layer] for layer in layers)


def each(decoder: Decoder) -> list[Layer]:
    """The layers as they follow one another."""
    kinds = _kinds(decoder)
    if decoder.form.single and "moe" in kinds and not decoder.experts:
        decoder.size(decoder.form.experts)
    schedule = _Schedule(decoder, len(kinds))
    return [schedule.layer(number, kind) for number, kind in enumerate(kinds)]


def _kinds(decoder: Decoder) -> list[str]:
    """The kind of each layer, in the words of transformers' `layer_types`."""
    form = decoder.form
    listed = decoder.find("layer_types|layers_block_type")
    letters = decoder.find(form.pattern) if form.pattern and listed is None else None
    if letters is not None:
        if not isinstance(letters, str) or not letters or not set(letters) <= set(_LETTERS):
            raise decoder.odd(form.pattern, "a text of the letters M, *, - and E")
        listed = [_LETTERS[letter] for letter in letters]
    if form.single and isinstance(listed, list) and 0 < len(listed) < _MOST:
        return _checked(decoder, listed)  # there the list, not a number, says how many
    layers = decoder.size("num_hidden_layers")
    if layers > _MOST:
        raise decoder.odd("num_hidden_layers", f"a number of layers (at most {_MOST})")
    if listed is None:
        return _regular(decoder, layers)
    found = _checked(decoder, spread(listed, layers) if isinstance(listed, str) else listed)
    if len(found) != layers:
        if not decoder.known:
            return _regular(decoder, layers)
        raise InputError(f"`layer_types` names {len(found)} layers where `num_hidden_layers` is {layers}")
    return found


def _checked(decoder: Decoder, listed: object) -> list[str]:
    if not isinstance(listed, list) or not all(isinstance(kind, str) for kind in listed):
        raise decoder.odd("layer_types|layers_block_type", "a list of names")
    if not decoder.known:
        return listed
    allowed = set(_ATTENTION)
    if decoder.form.mixer:
        allowed |= _OTHER
    if decoder.form.single:
        allowed |= _FEED
    strange = sorted(set(listed) - allowed)
    if strange:
        raise InputError(f"`layer_types` names {strange[0][:40]!r}, a kind of layer this architecture has not")
    return listed


def spread(text: str, layers: int) -> list[str]:
    """The catalogue's short form: "conv*2 full_attention" starts over until every layer has its kind."""
    pattern: list[str] = []
    for word in text.split():
        kind, _, times = word.partition("*")
        if times and not (times.isdecimal() and len(times) < 5):
            raise InputError(f"`layer_types` has {word[:40]!r}, which should be a kind, `*` and a number")
        pattern += [kind] * min(int(times or 1), _MOST)
    if not pattern:
        raise InputError("`layer_types` is empty")
    return (pattern * (layers // len(pattern) + 1))[:layers]


def _regular(decoder: Decoder, layers: int) -> list[str]:
    """The kinds where no list says them."""
    form = decoder.form
    every = decoder.count(form.full_every)
    if every:
        offset = decoder.count(form.full_offset) if form.full_offset else every - 1
        return ["full_attention" if i % every == offset else form.between for i in range(layers)]
    picked = decoder.numbers("full_attn_idxs")
    if picked and form.mixer:
        return ["full_attention" if i in picked else form.mixer for i in range(layers)]
    usual = form.usual or ("sliding_attention" if _window(decoder) else "full_attention")
    first = decoder.count("max_window_layers") if decoder.told("use_sliding_window") else 0
    return ["full_attention"] * min(first, layers) + [usual] * max(0, layers - first)


def _window(decoder: Decoder) -> int | None:
    if decoder.find("use_sliding_window") is False:
        return None
    return decoder.count("sliding_window") or None


class _Schedule:
    """What the config says of single layers, read once."""

    def __init__(self, decoder: Decoder, layers: int) -> None:
        form = decoder.form
        self.form = form
        self.known = decoder.known
        self.experts = decoder.experts
        self.window = _window(decoder)
        self.chunk = decoder.count("attention_chunk_size") or None
        self.cross = set(decoder.numbers(form.cross)) if form.cross else set()
        shared = decoder.count("num_kv_shared_layers") if form.full_sizes else 0
        self.borrow_from = layers - shared
        self.dense_first = decoder.count(form.dense_first)
        self.dense = set(decoder.numbers("mlp_only_layers"))
        self.sparse = set(decoder.numbers("moe_layers"))
        self.feeds = decoder.items("mlp_layer_types")
        self.every = decoder.count(form.sparse_every) or 1
        self.offset = decoder.count(form.sparse_offset) if form.sparse_offset else self.every - 1

    def layer(self, number: int, kind: str) -> Layer:
        sparse = self._has_experts(number, kind)
        dense = kind == "mlp" if self.form.single else not sparse or self.form.dense_too
        window = {"sliding_attention": self.window, "chunked_attention": self.chunk}.get(kind)
        return Layer(
            mixers=self._mixers(number, kind),
            window=window,
            dense=dense,
            sparse=sparse,
            full=self.form.full_sizes and window is None and kind == "full_attention",
            borrows=number >= self.borrow_from,
        )

    def _mixers(self, number: int, kind: str) -> tuple[str, ...]:
        form = self.form
        if number in self.cross:
            return ("cross",)
        if form.single and kind in _FEED:
            return ()
        softmax = "latent" if form.latent else "attention"
        if form.mixer and kind in _OTHER:
            return (form.mixer,)
        return (softmax, form.mixer) if form.beside else (softmax,)

    def _has_experts(self, number: int, kind: str) -> bool:
        if self.form.single:
            return kind == "moe"
        if not self.experts or number < self.dense_first or number in self.dense:
            return False
        if number < len(self.feeds):
            return bool(self.feeds[number] == "sparse")
        if self.sparse:
            return number in self.sparse
        return number % self.every == self.offset
