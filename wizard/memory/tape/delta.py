"""Gated delta-nets: projections, a short convolution, the delta rule by flash-linear-attention, a gated norm."""

from __future__ import annotations

from wizard.memory.tape.acts import keeps_result
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.convolution import convolved
from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.norms import rms_norm
from wizard.memory.tape.ops import activation, anew, cast, chunks, multiply
from wizard.memory.tape.padding import join

CHUNK = 64
"""Tokens that the kernels take at once."""


class Delta:
    """transformers 5.20 modeling_qwen3_next.py, which has fused projections, and modeling_qwen3_5.py.

    The delta rule is flash-linear-attention's, which Axolotl requires (0.21 pyproject.toml, but on aarch64).
    """

    def __init__(self, build: Builder) -> None:
        block, h = build.block, float(build.model.hidden)
        self.build = build
        self.heads = float(block.mixer_heads)
        self.values, self.keys = float(block.mixer_width), float(block.key_width)
        self.repeats = block.mixer_heads // max(1, block.key_heads)
        mixed, value, heads = 2 * self.keys + self.values, self.values, self.heads
        if "in_proj_qkvz" in build.names:
            self.fused = build.linear(mixed + value, h, "linear_attn.in_proj_qkvz")
            self.gates = [build.linear(2 * heads, h, "linear_attn.in_proj_ba")]
            self.z = None
        else:
            self.fused = build.linear(mixed, h, "linear_attn.in_proj_qkv")
            self.gates = [build.linear(heads, h, f"linear_attn.in_proj_{name}") for name in "ba"]
            self.z = build.linear(value, h, "linear_attn.in_proj_z")
        self.conv = Parameter(mixed * 4, build.item, trained=build.trained)
        self.out = build.linear(h, value, "linear_attn.out_proj")

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The output projection's output."""
        mixed, z, b, a = self._entered(tape, x)
        mixed = activation(tape, convolved(tape, mixed, self.conv))
        q, k, v = chunks(tape, mixed, (self.keys, self.keys, self.values))
        del mixed
        beta = keeps_result(tape, b)
        decay = _decay(tape, a)
        del a, b
        if self.repeats > 1:
            q, k = _repeated(tape, q, self.repeats), _repeated(tape, k, self.repeats)
        core = delta_rule(tape, (q, k, v, decay, beta), self.heads)
        del q, k, v, beta, decay
        normal = rms_norm(tape, core, self.build.norm_weight(self.values / max(1.0, self.heads)), self.heads)
        del core
        gated = multiply(tape, normal, activation(tape, cast(tape, z, 4)))
        del normal, z
        return self.out(tape, cast(tape, gated, tape.half))

    def _entered(self, tape: Tape, x: TapeTensor) -> tuple[TapeTensor, TapeTensor, TapeTensor, TapeTensor]:
        """Queries, keys and values in one; the output's gate; what beta and the decay are made of."""
        if self.z is not None:
            mixed, z = self.fused(tape, x), self.z(tape, x)
            b, a = (gate(tape, x) for gate in self.gates)
            return mixed, z, b, a
        q, k, v, z = chunks(tape, self.fused(tape, x), (self.keys, self.keys, self.values, self.values))
        b, a = chunks(tape, self.gates[0](tape, x), (self.heads, self.heads))
        parts = tuple(anew(tape, one) for one in (q, k, v))
        return join(tape, parts), anew(tape, z), anew(tape, b), anew(tape, a)


def _decay(tape: Tape, a: TapeTensor) -> TapeTensor:
    """`-A.exp() * softplus(a.float() + dt_bias)`, of one element a head."""
    return activation(tape, cast(tape, a, 4))


def _repeated(tape: Tape, x: TapeTensor, times: int) -> TapeTensor:
    """`repeat_interleave`: a copy; the gradient is summed."""
    out = tape.new(x.width * times, x.item)
    width = x.width
    tape.link([out], [x], lambda g: [tape.new(width, g.item)])
    return out


def delta_rule(tape: Tape, inputs: tuple[TapeTensor, ...], heads: float) -> TapeTensor:
    """The delta rule of q, k, v, decay and beta (fla-core 0.5.2 ops/gated_delta_rule/chunk.py).

    Keeps normalized q and k, v, the summed decay, beta, and `CHUNK` elements a head; the states of the chunks are made
    forward and again backward.
    """
    saves = tape.grad and any(map(needs_grad, inputs))
    q, k, v, _, beta = inputs
    states = q.width * v.width / max(1.0, heads) / CHUNK
    half = tape.half
    entered = [tape.new(one.width, half) for one in (q, k)]  # both normalized
    norms = [tape.new(heads, 4), tape.new(heads, 4)]
    plain = anew(tape, v)
    plain.node = None
    summed, inverse = tape.new(heads, 4), tape.new(heads * CHUNK, half)
    made = [tape.new(q.width, half), tape.new(v.width, half), tape.new(states, half), tape.new(v.width, half)]
    out = tape.new(v.width, half)
    made.clear()
    held = [*entered, *norms, plain, summed, inverse, beta] if saves else []
    tape.pack(saves)
    widths, items = [one.width for one in inputs], [one.item for one in inputs]
    del entered, norms, plain, summed, inverse

    def backward(g: TapeTensor) -> Gradients:
        wide, value = widths[0], widths[2]
        locals_ = [tape.new(wide, half), tape.new(value, half), tape.new(states, half), tape.new(value, half)]
        first = tape.new(value, half)
        locals_.append(tape.new(states, half))
        to_v = tape.new(value, half)
        del first
        to_q, to_k = tape.new(wide, half), tape.new(wide, half)
        locals_ += [tape.new(2 * heads, 4), tape.new(wide, half), tape.new(wide, half)]
        locals_.append(to_v)
        to_v = tape.new(value, half)
        small = [tape.new(heads, 4), tape.new(heads, items[4])]
        locals_.clear()
        to_q = tape.new(wide, half)
        to_k = tape.new(wide, half)
        held.clear()
        return [to_q, to_k, to_v, *small]

    tape.link([out], inputs, backward)
    return out
