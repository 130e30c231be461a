"""A decoder layer put together from a Block and settings, as its transformers module runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from wizard.axolotl.effective import Effective
from wizard.axolotl.targets import expert_ranks
from wizard.domain.model import Block, Model
from wizard.memory.tape.acts import IN_PYTHON, keeps_result
from wizard.memory.tape.around import around, dropped, multiplied
from wizard.memory.tape.attention import contiguous, rotary
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.checkpoint import Forward, Frame, LayerTape, passes_fp32, run
from wizard.memory.tape.clamped import ClampedExperts
from wizard.memory.tape.convolution import ShortConvolution
from wizard.memory.tape.delta import Delta
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.experts import Experts
from wizard.memory.tape.feedforward import Gated, Plain, Weighed
from wizard.memory.tape.gemma4 import Apart, narrow_input, scaled_in_place, second_embedding
from wizard.memory.tape.latent import Latent
from wizard.memory.tape.linear import kernel_inputs
from wizard.memory.tape.mamba import MambaLayer
from wizard.memory.tape.mamba1 import Selective
from wizard.memory.tape.norms import bare_norm
from wizard.memory.tape.ops import add, anew, cast, chunks, multiply, slices
from wizard.memory.tape.scoring import scores
from wizard.memory.tape.stacks import Packing, Stack
from wizard.memory.tape.tiled import Tiled
from wizard.memory.weights import embedding_bytes


class Attention:
    """Softmax attention with its projections."""

    def __init__(self, build: Builder) -> None:
        block, h = build.block, build.model.hidden
        q, k = float(block.q_width), float(block.kv_width)
        self.build = build
        self.fused = build.linear(q + 2 * k, h, "self_attn.qkv_proj") if build.model.fused_qkv else None
        self.q = build.linear(2 * q if block.query_gate else q, h, "self_attn.q_proj")
        self.k = build.linear(k, h, "self_attn.k_proj")
        self.v = build.linear(k, h, "self_attn.v_proj")
        self.o = build.linear(h, q, "self_attn.o_proj")
        lora = build.settings.lora
        names = build.names
        three = all(one.adapter for one in (self.q, self.k, self.v)) and {"q_proj", "k_proj", "v_proj"} <= names
        three = three and not (block.extras.borrows or block.extras.keys_as_values)
        self.kernel_qkv = bool(lora and lora.qkv_kernel and three)
        self.kernel_o = bool(lora and lora.o_kernel and self.o.adapter and {"q_proj", "o_proj"} <= names)

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The output projection's output."""
        q, k, v, gate = self._inputs(tape, x)
        out = scores(tape, self.build, q, k, v)
        if gate is not None:
            out = multiply(tape, out, keeps_result(tape, gate))
        _ = q, k, v  # names of the module's forward, which end with it
        if self.kernel_o:
            return kernel_inputs(tape, (self.o,), out)[0]
        return self.o(tape, out)

    def _inputs(self, tape: Tape, x: TapeTensor) -> tuple[TapeTensor, TapeTensor, TapeTensor, TapeTensor | None]:
        """Queries, keys, values, and the gate of the output where q_proj makes one (modeling_qwen3_next.py)."""
        build, block = self.build, self.build.block
        wide = build.settings.embeddings_fp32
        if self.fused is not None:
            both = self.fused(tape, x)
            q, k, v = slices(tape, both, (self.q.outputs, self.k.outputs, self.v.outputs))
            del both
        elif self.kernel_qkv:
            q, k, v = kernel_inputs(tape, (self.q, self.k, self.v), x)
        elif block.extras.borrows:
            return self._borrowed(tape, x)
        else:
            q, k = self.q(tape, x), self.k(tape, x)
            v = k if block.extras.keys_as_values else self.v(tape, x)
        gate = None
        if block.query_gate:
            q, gate = chunks(tape, q, (float(block.q_width), float(block.q_width)))
            gate = anew(tape, gate)
        q, k = contiguous(tape, q), contiguous(tape, k)
        if build.model.qk_norm:
            q = build.norm(tape, q, block.head_dim, block.heads)
            k = build.norm(tape, k, block.head_dim, block.kv_heads)
        if block.extras.value_norm:
            v = bare_norm(tape, v, block.kv_heads)
        return rotary(tape, q, wide=wide), rotary(tape, k, wide=wide), v, gate

    def _borrowed(self, tape: Tape, x: TapeTensor) -> tuple[TapeTensor, TapeTensor, TapeTensor, None]:
        """Queries, and keys and values of a layer before, where they are counted."""
        build, block = self.build, self.build.block
        q = build.norm(tape, contiguous(tape, self.q(tape, x)), block.head_dim, block.heads)
        k, v = (tape.new(0.0, tape.half).alias(float(block.kv_width)) for _ in range(2))
        return rotary(tape, q, wide=build.settings.embeddings_fp32), k, v, None


def _mamba(build: Builder) -> Forward:
    return MambaLayer(build) if build.block.mixer_heads else Selective(build)


OTHERS: Mapping[str, Callable[[Builder], Forward]] = {"linear": Delta, "conv": ShortConvolution, "mamba": _mamba}


def feed_forward(build: Builder) -> Gated | Plain | Tiled | Experts | ClampedExperts | Apart | None:
    """The dense or sparse feed-forward of a layer; None where it has none."""
    block, h = build.block, float(build.model.hidden)
    dense = _dense(build, float(block.intermediate)) if block.intermediate else None
    if not block.experts:
        tiled = build.settings.tiles and dense is not None and not (isinstance(dense, Gated) and dense.kernel)
        return Tiled(dense, build.settings.tiles) if tiled and dense is not None else dense
    shared = _shared(build, h) if block.shared_width else dense
    inner = block.expert_width * (2 if block.gated else 1)
    up, down = _expert_adapters(build, inner)
    gate_up, lower = (
        _stack(build, block.experts * inner * h, up),
        _stack(build, block.experts * block.expert_width * h, down),
    )
    router = Parameter(block.experts * h, build.item, trained=build.trained)
    if block.clamped:
        return ClampedExperts(block.experts, block.active, float(block.expert_width), gate_up, lower, router)
    experts = Experts(
        count=block.experts,
        active=block.active,
        width=float(block.expert_width),
        gate_up=gate_up,
        down=lower,
        router=router,
        gated=block.gated,
        shared=None if block.extras.apart else shared,
        upcasts=block.router_upcasts,
        wide=block.routing_fp32 is True or (block.routing_fp32 == "autocast" and build.settings.autocasts),
        as_input=block.routing_fp32 == "input",
        shared_first=block.shared_first,
        squared=not block.gated and build.model.activation == "relu2",
    )
    return Apart(build, dense, experts) if block.extras.apart and dense is not None else experts


def _shared(build: Builder, h: float) -> Gated | Plain | Weighed:
    """An expert for every token; of some families each token weighs it."""
    inner = _dense(build, float(build.block.shared_width))
    if "shared_expert_gate" not in build.model.linear_names:
        return inner
    return Weighed(build.linear(1.0, h, "mlp.shared_expert_gate"), inner)


def _stack(build: Builder, count: float, adapter: float) -> Stack:
    """A stacked weight in the dtype that it is multiplied in: that of the weight, not autocast's."""
    settings = build.settings
    half = 4 if settings.precision == "fp32" else 2
    packing: Packing = settings.quantization if settings.quantize_experts else "none"
    wide = packing == "int8" or (packing == "none" and (settings.leftovers_fp32 or settings.base_fp32))
    weight = Parameter(count, build.item, trained=build.trained)
    folded = settings.folds_experts and packing == "none"  # of quantized ones it was not tried
    return Stack(weight, 4 if wide else half, packing, adapter, folded, settings.adapter_computed)


def _expert_adapters(build: Builder, inner: float) -> tuple[float, float]:
    """Elements of LoRA's matrices on the stacked experts: on gate_up, and on down."""
    if build.settings.lora is None:
        return 0.0, 0.0
    ranks = expert_ranks(build.model, build.settings.lora)
    block, h = build.block, build.model.hidden
    up = ranks.get("gate_up_proj", ranks.get("up_proj", 0)) * block.experts * (inner + h)
    return float(up), float(ranks.get("down_proj", 0) * block.experts * (block.expert_width + h))


def _dense(build: Builder, width: float) -> Gated | Plain:
    model, h = build.model, float(build.model.hidden)
    if not build.block.gated:
        return Plain(
            build.linear(width, h, "mlp.up_proj", "mlp.fc1", "mlp.c_fc", "mlp.dense_h_to_4h"),
            build.linear(h, width, "mlp.down_proj", "mlp.fc2", "mlp.c_proj", "mlp.dense_4h_to_h"),
            model.activation,
        )
    granite = "output_linear" in build.names
    down = build.linear(h, width, "shared_mlp.output_linear" if granite else "mlp.down_proj")
    if model.fused_gate_up:
        return Gated(
            build.linear(2 * width, h, "shared_mlp.input_linear" if granite else "mlp.gate_up_proj"),
            None,
            down,
            act=model.activation,
            liger="glu" in build.settings.liger,
        )
    gate, up = build.linear(width, h, "mlp.gate_proj"), build.linear(width, h, "mlp.up_proj")
    lora = build.settings.lora
    named = {"gate_proj", "up_proj", "down_proj"} <= build.names
    kernel = bool(lora and lora.mlp_kernel and named and gate.adapter and up.adapter and down.adapter)
    return Gated(gate, up, down, kernel, model.activation, "glu" in build.settings.liger)


def layer_tape(model: Model, block: Block, settings: Effective, *, entered: bool = True) -> LayerTape:
    """Run one layer of this kind on a tape; `entered`: its input gets a gradient."""
    forward, frame = _layer(model, block, settings), _frame(model, settings)
    may_widen = model.norm_style == "layer" or model.activation in IN_PYTHON or not settings.copies_inputs
    if frame.item == 2 and may_widen and passes_fp32(forward, frame):
        frame = replace(frame, item=4)
    return run(forward, frame, entered=entered)


def learns(model: Model, block: Block, settings: Effective) -> bool:
    """Whether anything in a layer of this kind gets a gradient."""
    frame = _frame(model, settings)
    tape = frame.tape()
    return needs_grad(_layer(model, block, settings)(tape, tape.new(frame.width, frame.item)))


def second(model: Model, settings: Effective) -> LayerTape | None:
    """What makes a second embedding's parts for all layers; None without one."""
    frame = replace(_frame(model, settings), mode="none")
    return second_embedding(Builder(model, model.blocks[0], settings), frame)


def last_norm(model: Model, settings: Effective, item: int) -> LayerTape:
    """The norm behind the layers, which is not checkpointed; `item`: bytes of an element of what comes in."""
    build = Builder(model, model.blocks[-1], settings)
    frame = replace(_frame(model, settings), mode="none", item=item)
    return run(lambda tape, x: build.norm(tape, x, float(model.hidden)), frame)


def _frame(model: Model, settings: Effective) -> Frame:
    half = 4 if settings.precision == "fp32" else 2
    item = 4 if _squares(model, settings) else embedding_bytes(settings)
    return Frame(float(model.hidden), item, half, settings.checkpointing, settings.adds_gradients, settings.autocasts)


def _parts(build: Builder) -> tuple[list[Forward], Forward | None]:
    """What mixes a layer's tokens, and its feed-forward."""
    block, drops = build.block, build.model.residual_dropout
    softmax = block.mixer == "attention" or (block.mixer == "mamba" and block.heads)  # Falcon-H1 has both
    parts: list[Forward] = [OTHERS[block.mixer](build)] if block.mixer in OTHERS else []
    parts += [Latent(build)] if block.mixer == "latent" else [Attention(build)] if softmax else []
    feed: Forward | None = feed_forward(build)
    if block.multiplied:
        parts = [multiplied(part, block.multiplied) for part in parts]
        feed = multiplied(feed, block.multiplied) if feed else None
    if drops and feed and not (isinstance(feed, Gated) and feed.kernel):  # Axolotl's takes the whole forward over
        feed = dropped(feed)
    return [dropped(part) for part in parts] if drops else parts, feed


def _layer(model: Model, block: Block, settings: Effective) -> Forward:
    build = Builder(model, block, settings)
    parts, feed = _parts(build)
    h, squares = float(model.hidden), _squares(model, settings)

    def norm(tape: Tape, x: TapeTensor) -> TapeTensor:
        return build.norm(tape, cast(tape, x, 2) if squares else x, h)

    def mixed(tape: Tape, x: TapeTensor) -> TapeTensor:
        found = [part(tape, x) for part in parts]
        return found[0] if len(found) == 1 else add(tape, *found)

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        if model.norm_place == "parallel":
            entered = norm(tape, x)
            out = add(tape, x, mixed(tape, entered)) if parts else x
            return add(tape, out, feed(tape, entered)) if feed else out
        if model.norm_place == "held" and feed:
            entered = norm(tape, x)
            attended = mixed(tape, entered)
            x = add(tape, x, attended)
            out = add(tape, x, feed(tape, norm(tape, x)))
            _ = entered, attended  # names of the module's forward, which end with it
            return out
        if parts:
            x = add(tape, x, around(tape, x, norm, mixed, model.norm_place))
        if isinstance(feed, Apart):  # which has the norm before it inside
            x = add(tape, x, norm(tape, feed(tape, x)))
        elif feed:
            x = add(tape, x, around(tape, x, norm, feed, model.norm_place))
        if block.extras.narrow:
            x = narrow_input(build, tape, x)
        return scaled_in_place(tape, x) if block.extras.value_norm or block.extras.borrows else x

    return forward


def _squares(model: Model, settings: Effective) -> bool:
    """Whether Nemotron-H's layers pass fp32 on: a squared relu is fp32 under autocast, and 4-bit down_proj gives its
    input's dtype; norms turn it to the dtype of their weight (modeling_nemotron_h.py, `NemotronHBlock.forward`).
    """
    dense = any(block.intermediate and not block.gated for block in model.blocks)
    return dense and model.model_type == "nemotron_h" and model.activation == "relu2" and settings.quantization == "nf4"
