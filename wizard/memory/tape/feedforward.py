"""Feed-forward layers: gated, fused, plain, and mixtures of experts."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.acts import act
from wizard.memory.tape.engine import Gradients, Parameter, Source, Tape, TapeTensor, needs_grad
from wizard.memory.tape.liger import liger_glu
from wizard.memory.tape.linear import Linear, kernel_mlp
from wizard.memory.tape.ops import add, chunks, multiply


@dataclass(frozen=True)
class Gated:
    """`down(act(gate(x)) * up(x))`, gate and up perhaps in one projection; by Axolotl's kernel where it may."""

    gate: Linear
    up: Linear | None
    down: Linear
    kernel: bool = False
    act: str = "silu"
    liger: bool = False

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        if self.kernel and self.up is not None:
            return kernel_mlp(tape, self.gate, self.up, self.down, x)
        if self.up is None:
            both = self.gate(tape, x)
            gate, raised = chunks(tape, both, (both.width / 2, both.width / 2))
            del both
            return self.down(tape, self._join(tape, gate, raised))
        return self.down(tape, self._join(tape, self.gate(tape, x), self.up(tape, x)))

    def _join(self, tape: Tape, gate: TapeTensor, raised: TapeTensor) -> TapeTensor:
        if self.liger and self.act in ("silu", "gelu_pytorch_tanh"):
            return liger_glu(tape, gate, raised)
        return multiply(tape, act(tape, gate, self.act), raised)


@dataclass(frozen=True)
class Plain:
    """`down(act(up(x)))`."""

    up: Linear
    down: Linear
    act: str = "gelu"

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        return self.down(tape, act(tape, self.up(tape, x), self.act))


@dataclass(frozen=True)
class Experts:
    """Stacked experts through grouped products (transformers 5 `grouped_mm`).

    Each token visits `active` of `count` experts of `width`; `gate_up` and `down` are the stacked weights.
    `shared`: a dense feed-forward beside them. `adapters`: elements of LoRA's two matrices for gate_up and for
    down; 0 where a stack has none.
    """

    count: int
    active: int
    width: float
    gate_up: Parameter
    down: Parameter
    router: Parameter
    gated: bool
    shared: Gated | Plain | None
    dequantized: float = 0.0
    adapters: tuple[float, float] = (0.0, 0.0)

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        routed = self._routed(tape, x)
        return routed if self.shared is None else add(tape, routed, self.shared(tape, x))

    def _routed(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """One composite operation: router, gather, two grouped products, weights, sum.

        Orders as logged: benchmarks/truth on Qwen3MoeSparseMoeBlock.
        """
        half, k, h = tape.half, self.active, x.width
        inner = k * self.width * (2 if self.gated else 1)
        gate_up, first = _merged(tape, self.gate_up, self.adapters[0])
        down, second = _merged(tape, self.down, self.adapters[1])
        trained = needs_grad(gate_up) or needs_grad(down)
        saves = tape.grad and (needs_grad(x) or trained)
        routing = [tape.new(self.count, 4), tape.new(k, 8), tape.new(k, 4), tape.new(1, 4), tape.new(3 * k, 8)]
        gathered = tape.new(k * h, half)
        weight = tape.new(0.0, 1, self.dequantized) if self.dequantized else None
        both = tape.new(inner, half)
        del weight
        kept_input = [gathered] if trained else []
        if not trained:
            del gathered
        acted = tape.new(k * self.width, half)
        hidden = tape.new(k * self.width, half) if self.gated else acted
        weight = tape.new(0.0, 1, self.dequantized / 2) if self.dequantized else None
        lowered = tape.new(k * h, half)
        del weight
        tape.pack(12 if saves else 0)
        weighed = tape.new(k * h, half)
        held = [*routing, both, acted, lowered, *kept_input, *([hidden] if trained else [])] if saves else []
        merged = [one for one in (gate_up, down) if isinstance(one, TapeTensor) and saves]
        del routing, both, acted, lowered, hidden
        unsorted = tape.new(k * h, half)
        del weighed
        out = tape.new(h, half)
        del unsorted

        def backward(g: TapeTensor) -> Gradients:
            found = self._backward(tape, h, inner, held, needs=trained)
            merged.clear()
            return found

        tape.link([out], [x, self.router, gate_up, down], backward)
        del first, second
        return out

    def _backward(self, tape: Tape, h: float, inner: float, held: list[TapeTensor], *, needs: bool) -> Gradients:
        half, k = tape.half, self.active
        scattered = tape.new(k * h, half)
        copy = tape.new(k * h, half)
        del copy
        masked = tape.new(k * h, half)
        del scattered
        to_lowered = tape.new(k * h, half)
        to_weights = tape.new(k * h, half)
        self._free(held, k * h)
        del to_weights, masked
        to_down = tape.new(0.0, self.down.item, self.down.count) if needs else None
        to_hidden = tape.new(k * self.width, half)
        del to_lowered
        if self.gated:
            to_acted, to_up = tape.new(k * self.width, half), tape.new(k * self.width, half)
            del to_hidden
            to_gate = tape.new(k * self.width, half)
            del to_acted
            to_both = tape.new(inner, half)
            del to_gate, to_up
        else:
            to_both = tape.new(inner, half)
            del to_hidden
        held.clear()
        to_gate_up = tape.new(0.0, self.gate_up.item, self.gate_up.count) if needs else None
        to_gathered = tape.new(k * h, half)
        del to_both
        cleared = tape.new(k * h, half)
        del to_gathered
        to_x = tape.new(h, half)
        twice = tape.new(h, half)
        del twice, cleared
        to_router = tape.new(0.0, self.router.item, self.router.count) if self.router.trained else None
        return [to_x, to_router, to_gate_up, to_down]

    @staticmethod
    def _free(held: list[TapeTensor], width: float) -> None:
        """Drop what the routing weights kept: the experts' output."""
        for index in range(len(held) - 1, -1, -1):
            if held[index].width == width:
                del held[index]
                return


def _merged(tape: Tape, weight: Parameter, adapter: float) -> tuple[Source, TapeTensor | None]:
    """The stacked weight with LoRA's product added to it, whole, and that product, which lives as long as the
    forward of the layer (peft 0.19 `ParamWrapper`). Without an adapter the weight itself.
    """
    if not adapter:
        return weight, None
    delta = tape.new(0.0, weight.item, weight.count)
    out = tape.new(0.0, weight.item, weight.count)
    matrices = Parameter(adapter, 4, trained=True)
    tape.link([out], [matrices], lambda g: [tape.new(0.0, 4, adapter)])
    return out, delta
