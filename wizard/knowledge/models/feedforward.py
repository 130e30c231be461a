"""Feed-forwards: dense ones and mixtures of experts. Forms: modeling_*.py of transformers 5.14.1."""

from __future__ import annotations

from wizard.knowledge.models.decoder import Decoder
from wizard.knowledge.models.layers import Layer
from wizard.knowledge.models.parts import Part, linear, other


def dense_width(decoder: Decoder, layer: Layer) -> int:
    """The dense feed-forward's inner width in a layer of this kind."""
    twice = layer.borrows and decoder.told("use_double_wide_mlp")
    return decoder.width * 2 if twice else decoder.width


def feed_forward(decoder: Decoder, module: str, width: int) -> list[Part]:
    """gate and up (width, hidden), perhaps as one, and down (hidden, width); or up and down alone."""
    form, hidden = decoder.form, decoder.hidden
    bias = decoder.told(form.mlp_bias)
    *ins, down = form.mlp_names
    found: list[Part] = []
    for name in ins:
        found += linear(f"{module}.{name}", 2 * width if form.mlp == "fused" else width, hidden, bias)
    return found + linear(f"{module}.{down}", hidden, width, bias)


def experts(decoder: Decoder) -> list[Part]:
    """The router, the stacked experts and the shared experts of a layer, named from the layer.

    transformers 5 keeps all experts of a layer in 3-D parameters, which are no linear layers.
    """
    form, hidden, count = decoder.form, decoder.hidden, decoder.experts
    found = _router(decoder, f"{form.experts_module}." if form.experts_module else "")
    found += _stacked(decoder, f"{form.experts_module}.experts" if form.experts_module else "experts")
    latent = decoder.count(form.expert_latent)
    if latent:
        bias = decoder.told(form.mlp_bias)
        found += linear(f"{form.experts_module}.fc1_latent_proj", latent, hidden, bias)
        found += linear(f"{form.experts_module}.fc2_latent_proj", hidden, latent, bias)
    if form.router_offset:
        found.append(other(f"{form.experts_module}.{form.router_offset}", count))
    if decoder.shared_width:
        found += feed_forward(decoder, form.shared_module, decoder.shared_width)
    if form.shared_gate:
        found += linear(f"{form.experts_module}.shared_expert_gate", 1, hidden)
    return found


def _router(decoder: Decoder, module: str) -> list[Part]:
    form, name = decoder.form, module + decoder.form.router
    shape = (decoder.experts, decoder.hidden)
    found: list[Part] = [(name, "linear" if form.router_linear else "other", shape)]
    if form.router_bias:
        found.append((name, "bias", (decoder.experts,)))
    if form.router_scales:
        found += [other("router.scale", decoder.hidden), other("router.per_expert_scale", decoder.experts)]
    return found


def _stacked(decoder: Decoder, module: str) -> list[Part]:
    form, count, width = decoder.form, decoder.experts, decoder.expert_width
    hidden = decoder.count(form.expert_latent) or decoder.hidden
    first = "up_proj" if form.expert_form == "plain" else "gate_up_proj"
    inner = width if form.expert_form == "plain" else 2 * width
    into, back = (inner, hidden), (hidden, width)
    if form.expert_form == "transposed":
        into, back = into[::-1], back[::-1]
    found: list[Part] = [
        (f"{module}.{first}", "experts", (count, *into)),
        (f"{module}.down_proj", "experts", (count, *back)),
    ]
    if form.expert_bias:
        found.append((f"{module}.{first}_bias", "bias", (count, inner)))
        found.append((f"{module}.down_proj_bias", "bias", (count, hidden)))
    return found
