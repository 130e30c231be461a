"""What Gemma 4's decoder layers have beside others (transformers 5.20 modeling_gemma4.py, `Gemma4TextDecoderLayer`)."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.acts import act
from wizard.memory.tape.builder import Builder
from wizard.memory.tape.checkpoint import Forward, Frame, LayerTape, blind, run
from wizard.memory.tape.engine import Parameter, Tape, TapeTensor
from wizard.memory.tape.experts import Experts
from wizard.memory.tape.norms import bare_norm
from wizard.memory.tape.ops import add, multiply, scale, weighted


@dataclass(frozen=True)
class Apart:
    """A dense feed-forward, and experts beside it, each with norms of its own. The experts take what comes before the
    first norm; so does the router, with a norm without a weight and a scale of its own.
    """

    build: Builder
    dense: Forward
    experts: Experts

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """The sum of both, before the last norm."""
        first = self._norm(tape, self.dense(tape, self._norm(tape, x)))
        factors = Parameter(x.width, self.build.item, trained=self.build.trained)
        told = scale(tape, weighted(tape, factors, bare_norm(tape, x)))
        second = self._norm(tape, self.experts.routed(tape, self._norm(tape, x), told))
        return add(tape, first, second)

    def _norm(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        return self.build.norm(tape, x, x.width)


def narrow_input(build: Builder, tape: Tape, x: TapeTensor) -> TapeTensor:
    """`x + norm(projection(act(gate(x)) * given))`: what the second embedding gives to this layer is a part of what it
    gives to all; its gradient is as wide as all of it first, for a moment.
    """
    block, model, h = build.block, build.model, float(build.model.hidden)
    width = float(block.extras.narrow)
    gate = build.linear(width, h, "per_layer_input_gate")
    projection = build.linear(h, width, "per_layer_projection")
    inner = multiply(tape, act(tape, gate(tape, x), model.activation), _given(build, tape, width))
    return add(tape, x, build.norm(tape, projection(tape, inner), h))


def _given(build: Builder, tape: Tape, width: float) -> TapeTensor:
    """A view of bytes that are counted for all layers at once (`second_embedding`)."""
    given = tape.new(0.0, tape.half).alias(width)
    whole = width * build.model.layers

    def backward(_: TapeTensor) -> list[TapeTensor | None]:
        made = tape.new(whole, tape.half)
        del made
        return [None]

    tape.link([given], [Parameter(0.0, tape.half, trained=build.narrow_learns)], backward)
    return given


def second_embedding(build: Builder, frame: Frame) -> LayerTape | None:
    """What makes the parts of all layers: `(norm(projection(embeddings)) + looked up) * scale`; None without one."""
    block, model = build.block, build.model
    if not block.extras.narrow:
        return None
    width, h = float(block.extras.narrow * model.layers), float(model.hidden)
    projection = build.linear(width, h, "per_layer_model_projection")

    def forward(tape: Tape, x: TapeTensor) -> TapeTensor:
        looked_up = tape.new(width, tape.half)
        projected = scale(tape, projection(tape, x))
        normal = build.norm(tape, projected, float(block.extras.narrow), float(model.layers))
        del projected
        return scale(tape, add(tape, normal, looked_up))

    if build.narrow_learns:
        return run(forward, frame)
    made = blind(forward, frame)
    return LayerTape(made, made, 0.0)


def scaled_in_place(tape: Tape, x: TapeTensor) -> TapeTensor:
    """`x *= layer_scalar`: nothing forward, a new gradient backward."""
    out = x.alias()
    tape.link([out], [x], lambda g: [tape.like(g)])
    return out
