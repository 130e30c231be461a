"""From a Hugging Face config.json to a Model: the shapes of every tensor and the kinds of layers.

Forms and names: modeling_*.py of transformers 5.14.1, which keeps a layer's experts in stacked parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wizard.domain.errors import InputError
from wizard.domain.extras import Extras
from wizard.domain.model import Block, Mixer, Model, NormPlace
from wizard.knowledge.load import toml
from wizard.knowledge.models.attention import attention, cross, has_qk_norm, head_sizes, latent
from wizard.knowledge.models.config_reader import Config, Reader
from wizard.knowledge.models.decoder import Decoder
from wizard.knowledge.models.families import Wrapper, family, relative, wrapper
from wizard.knowledge.models.feedforward import dense_width, experts, feed_forward
from wizard.knowledge.models.images import vision
from wizard.knowledge.models.layers import Layer, each, order, plan
from wizard.knowledge.models.mixers import MIXERS, Mixed
from wizard.knowledge.models.packed import packed
from wizard.knowledge.models.parts import Part, Sheet, linear, norm
from wizard.knowledge.models.towers import add_towers

_SHAPES = ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
_SIDES = ("text_config", "vision_config", "audio_config")


def build(config: Config, model_id: str, **about: Any) -> Model:
    """The Model of a config.json's content. `about`: further fields of Model (family, notes, ...).

    An architecture without a row in families.toml is taken as its relative, which its keys tell, or as a plain
    transformer, with `exact=False`.
    `layer_types` may be the list that transformers writes or the catalogue's short text
    ("conv*2 full_attention": again and again until every layer has its kind).
    Raises InputError where a size is missing or is not one.
    """
    if not isinstance(config, Mapping):
        raise InputError("the config is not a block of keys: not a config.json of a model")
    try:
        return _build(config, model_id, related=True, **about)
    except InputError:
        if _text_type(config) in toml("models/families")["family"]:
            raise
        return _build(config, model_id, related=False, **about)


def _build(config: Config, model_id: str, *, related: bool, **about: Any) -> Model:
    outer_type = _text(config.get("model_type"))
    outer, around = Reader(config), wrapper(outer_type)
    decoder, model_type = _decoder(outer, around, related=related)
    form, layers, tied = decoder.form, plan(decoder), _tied(outer, decoder, around)
    sheet, root = Sheet(), _root(outer, decoder, around)
    _add_outer(sheet, decoder, root, sum(layers.values()))
    _add_head(sheet, decoder, around.head if around else "lm_head", tied)
    mixed = MIXERS[form.mixer](decoder) if any(form.mixer in layer.mixers for layer in layers) else None
    for layer, count in layers.items():
        sheet.add(f"{root}.{form.layers}.*.", _layer_parts(decoder, layer, mixed), count)
    towers_known = add_towers(sheet, outer, around, decoder.hidden)
    fields: dict[str, Any] = {
        "family": model_type or "unknown",
        "dtype": _dtype(decoder.config) or _dtype(config) or "bfloat16",
        "exact": decoder.known and towers_known and decoder.has(form.checked),
        **_computed(decoder),
        **about,
    }
    tensors = sheet.tensors(form.spared)
    images, tower = vision(outer, tensors)
    return Model(
        id=model_id,
        model_type=model_type,
        hidden=decoder.hidden,
        vocab=decoder.vocab,
        tied=tied,
        tensors=tensors,
        images=images,
        tower=tower,
        blocks=tuple(_block(decoder, layer, count, mixed) for layer, count in layers.items()),
        max_length=decoder.count("max_position_embeddings") or None,
        order=order(decoder),
        multimodal=isinstance(config.get("vision_config"), Mapping),
        packed=packed(config),
        layer_class=form.layer or None,
        own_linear=form.own_linear,
        form=decoder.like,
        layer_path=f"{root}.{form.layers}.*",
        outer_type=outer_type if outer_type != model_type else "",
        **fields,
    )


def _computed(decoder: Decoder) -> dict[str, Any]:
    """How its layers, its norms and its logits are computed: fields of Model."""
    form = decoder.form
    return {
        "norm_style": form.norm,
        "norm_place": "held" if form.holds else _norm_place(form.norms),
        "qk_norm": has_qk_norm(decoder),
        "fused_qkv": bool(form.fused_qkv),
        "fused_gate_up": form.mlp == "fused",
        "activation": _text(decoder.find("hidden_activation|hidden_act|mlp_hidden_act|activation")) or "silu",
        "attention_softcap": decoder.number("attn_logit_softcapping") > 0,
        "logit_softcap": decoder.number("final_logit_softcapping") > 0,
        "logits_fp32": form.logits_fp32,
        "attention_dropout": decoder.drops("attention_dropout|attn_pdrop"),
        "residual_dropout": decoder.drops("residual_dropout|resid_pdrop|hidden_dropout"),
    }


def names_by_layer(config: Config) -> tuple[frozenset[str], ...]:
    """Of each decoder layer the parameters' names, from the layer, as "self_attn.q_proj", without weight or bias.

    Raises InputError as `build` does.
    """
    decoder, _ = _decoder(Reader(config), wrapper(_text(config.get("model_type"))), related=True)
    layers, mixer = each(decoder), decoder.form.mixer
    mixed = MIXERS[mixer](decoder) if any(mixer in layer.mixers for layer in layers) else None
    names = {layer: frozenset(part[0] for part in _layer_parts(decoder, layer, mixed)) for layer in set(layers)}
    return tuple(names[layer] for layer in layers)


def _text_type(config: Config) -> str:
    text = config.get("text_config")
    return _text((text if isinstance(text, Mapping) else config).get("model_type"))


def _decoder(outer: Reader, around: Wrapper | None, *, related: bool) -> tuple[Decoder, str]:
    """The text decoder's sizes, from its own block where there is one, and its model_type."""
    text = outer.config.get("text_config")
    inner: Config = text if isinstance(text, Mapping) else outer.config
    model_type = _text(inner.get("model_type"))
    if inner is text and not model_type:
        model_type = around.text if around else _text(outer.config.get("model_type"))
    form, known = family(model_type)
    like = None if known or not related else relative(inner)
    if like is not None:
        form = family(like)[0]
    named = bool(form.pattern and inner.get(form.pattern)) or (form.single and inner.get("layers_block_type"))
    missing = [
        key
        for key in _SHAPES
        if key not in inner and key not in form.unsaid and not (named and key == "num_hidden_layers")
    ]
    if missing:
        raise InputError(f"the config has no {', '.join(missing)}: not a config.json of a language model")
    made = Decoder(inner, form, known, "text_config" if inner is text else "")
    made.like = model_type if known else like or ""
    return made, model_type


def _tied(outer: Reader, decoder: Decoder, around: Wrapper | None) -> bool:
    """Whether lm_head is the embedding: the outer block's word counts before the text decoder's."""
    for reader in (outer, decoder):
        if reader.find("tie_word_embeddings|tie_embedding") is not None:
            return reader.told("tie_word_embeddings|tie_embedding")
    return around.tied if around and decoder.config is not outer.config else decoder.form.tied


def _root(outer: Reader, decoder: Decoder, around: Wrapper | None) -> str:
    """The prefix of the text decoder's names. Inside a multimodal model it is a module of its own."""
    if not any(isinstance(outer.config.get(side), Mapping) for side in _SIDES):
        return decoder.form.root
    return around.root if around else "model.language_model"


def _add_outer(sheet: Sheet, decoder: Decoder, root: str, layers: int) -> None:
    """Embeddings (vocab, hidden) and the last norm; Gemma's second embedding with its projection."""
    form, hidden = decoder.form, decoder.hidden
    sheet.add(f"{root}.", [(form.embed, "embedding", (decoder.vocab + form.embed_more, hidden))])
    sheet.add(f"{root}.", norm(form.final_norm, hidden, form.norm_bias))
    narrow = decoder.count(form.per_layer_input)
    if narrow:
        width, vocab = layers * narrow, decoder.size("vocab_size_per_layer_input", default=decoder.vocab)
        sheet.add(f"{root}.", [("embed_tokens_per_layer", "embedding", (vocab, width))])
        sheet.add(f"{root}.", linear("per_layer_model_projection", width, hidden))
        sheet.add(f"{root}.", norm("per_layer_projection_norm", narrow))


def _add_head(sheet: Sheet, decoder: Decoder, name: str, tied: bool) -> None:
    """lm_head (vocab, hidden) where it is not the embedding, and its bias."""
    if not tied:
        sheet.add("", [(name, "head", (decoder.vocab, decoder.hidden))])
    if decoder.told(decoder.form.head_bias):
        sheet.add("", [(name, "bias", (decoder.vocab,))])


def _layer_parts(decoder: Decoder, layer: Layer, mixed: Mixed | None) -> list[Part]:
    """All parameters of one layer, named from it."""
    form, hidden = decoder.form, decoder.hidden
    found: list[Part] = []
    for name in (*form.norms, *(form.sparse_norms if layer.sparse else ())):
        found += norm(name, hidden, form.norm_bias)
    for mixer in layer.mixers:
        if mixer == "cross":
            found += cross(decoder)
        elif mixer == "attention":
            found += _under(form.attention, attention(decoder, layer))
        elif mixer == "latent":
            found += _under(form.attention, latent(decoder))
        elif mixed:
            found += _under(form.mixer_module, mixed.parts)
    if layer.dense:
        found += feed_forward(decoder, form.mlp_module, dense_width(decoder, layer))
    if layer.sparse:
        found += experts(decoder)
    found += [(name, "other", (1,)) for name in form.scalars]
    narrow = decoder.count(form.per_layer_input)
    if narrow:
        found += linear("per_layer_input_gate", narrow, hidden)
        found += linear("per_layer_projection", hidden, narrow) + norm("post_per_layer_input_norm", hidden)
    return found


def _under(module: str, parts: list[Part]) -> list[Part]:
    return [(f"{module}.{name}", kind, shape) for name, kind, shape in parts]


def _block(decoder: Decoder, layer: Layer, count: int, mixed: Mixed | None) -> Block:
    form = decoder.form
    softmax = next((mixer for mixer in layer.mixers if mixer in ("attention", "latent", "cross")), None)
    other = mixed if form.mixer in layer.mixers else None
    kv_heads, head_dim = head_sizes(decoder, layer)
    value_dim = rope_dim = kv_rank = q_rank = 0
    if softmax == "latent":
        kv_heads = decoder.heads
        rope_dim = decoder.size("qk_rope_head_dim")
        head_dim = decoder.size("qk_nope_head_dim") + rope_dim
        value_dim = decoder.size("v_head_dim")
        kv_rank, q_rank = decoder.size("kv_lora_rank"), decoder.count("q_lora_rank")
    plain: Mixer = "latent" if softmax == "latent" else "attention" if softmax else "none"
    return Block(
        count=count,
        mixer=other.kind if other else plain,
        heads=decoder.heads if softmax else 0,
        kv_heads=kv_heads if softmax else 0,
        head_dim=head_dim if softmax else 0,
        value_dim=value_dim,
        rope_dim=rope_dim,
        kv_rank=kv_rank,
        q_rank=q_rank,
        window=layer.window if softmax else None,
        intermediate=dense_width(decoder, layer) if layer.dense else 0,
        gated=form.mlp != "plain",
        experts=decoder.experts if layer.sparse else 0,
        active=decoder.active if layer.sparse else 0,
        expert_width=decoder.expert_width if layer.sparse else 0,
        shared_width=decoder.shared_width if layer.sparse else 0,
        mixer_width=other.width if other else 0,
        key_width=other.key_width if other else 0,
        mixer_heads=other.heads if other else 0,
        key_heads=other.key_heads if other else 0,
        rank=other.rank if other else 0,
        chunk=other.chunk if other else 0,
        kernel=other.kernel if other else 0,
        gated_norm=other is not None and other.gated_norm,
        multiplied=form.multiplied,
        query_gate=softmax == "attention" and form.query_gate == "double",
        cross=softmax == "cross",
        clamped=layer.sparse and form.expert_bias,
        router_upcasts=layer.sparse and form.router_upcasts,
        routing_fp32=layer.sparse and form.routing_fp32,
        shared_first=layer.sparse and form.shared_first,
        extras=_extras(decoder, layer),
    )


def _extras(decoder: Decoder, layer: Layer) -> Extras:
    own = not layer.borrows
    return Extras(
        value_norm=decoder.form.full_sizes and own,
        keys_as_values=layer.full and own and decoder.told("attention_k_eq_v"),
        borrows=layer.borrows,
        apart=layer.sparse and bool(decoder.form.sparse_norms),
        narrow=decoder.count(decoder.form.per_layer_input),
    )


def _dtype(config: Config) -> str:
    for key in ("dtype", "torch_dtype"):
        value = config.get(key)
        if isinstance(value, str) and value:
            return value.removeprefix("torch.")
    return ""


def _norm_place(norms: tuple[str, ...]) -> NormPlace:
    """Where the norms of a layer stand, by their names."""
    if len(norms) == 1:
        return "parallel"
    if len(norms) == 4:
        return "sandwich"
    return "post" if norms == ("post_attention_layernorm", "post_feedforward_layernorm") else "pre"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
