"""Mixtures of experts: a router, and stacks of weights that tokens visit in groups."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.memory.tape.engine import Gradients, Parameter, Source, Tape, TapeTensor, needs_grad
from wizard.memory.tape.feedforward import Gated, Plain, Weighed
from wizard.memory.tape.ops import add
from wizard.memory.tape.stacks import Stack


@dataclass(frozen=True)
class Experts:
    """Stacked experts through grouped products (transformers 5 `grouped_mm`).

    Each token visits `active` of `count` experts of `width`; `gate_up` and `down` are the stacked weights, which decide
    in what the products are computed. `shared`: a dense feed-forward beside them. `upcasts`: the router's input is made
    fp32, which autocast turns back. `wide`: the outputs are multiplied with fp32, and are fp32 from there on;
    `as_input`: in their input's dtype.
    `shared_first`: the shared one runs before, but for its weight. `squared`: without a gate, and of what relu gives
    the square, which autocast takes in fp32 (transformers 5.20 activations.py, ReLUSquaredActivation).
    """

    count: int
    active: int
    width: float
    gate_up: Stack
    down: Stack
    router: Parameter
    gated: bool
    shared: Gated | Plain | Weighed | None
    upcasts: bool = False
    wide: bool = False
    as_input: bool = False
    shared_first: bool = False
    squared: bool = False

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        shared = self.shared
        if shared is None or not self.shared_first:
            routed = self.routed(tape, x)
            return routed if shared is None else add(tape, routed, shared(tape, x))
        beside = shared.inner(tape, x) if isinstance(shared, Weighed) else shared(tape, x)
        routed = self.routed(tape, x)
        return add(tape, routed, shared.weigh(tape, x, beside) if isinstance(shared, Weighed) else beside)

    def routed(self, tape: Tape, x: TapeTensor, told: TapeTensor | None = None) -> TapeTensor:
        """One composite operation: router, gather, two grouped products, weights, sum. `told`: what the router takes
        where that is not x.

        Orders as logged: benchmarks/truth on Qwen3MoeSparseMoeBlock. The product takes its input in the weight's dtype.
        """
        item, k, h = self.gate_up.item, self.active, x.width
        inner, held = k * self.width * (2 if self.gated else 1), dict[str, TapeTensor]()
        deltas = [stack.delta(tape) for stack in (self.down, self.gate_up)]
        trained = any(one is not None for one in deltas) or self.gate_up.trained or self.down.trained
        saves = tape.grad and (needs_grad(x) or trained)
        seen = self._router_input(tape, x) if told is None else [told for _ in range(self.router.trained)]
        routing = [tape.new(self.count, 4), tape.new(k, 8), tape.new(k, 4), tape.new(1, 4), tape.new(3 * k, 8)]
        gathered = tape.new(k * h, x.item)
        gate_up = self.gate_up.read(tape)
        entered = tape.new(k * h, item) if item != x.item else gathered
        both = tape.new(inner, item)
        if trained and saves:
            held["entered"] = entered
        del entered
        passing = {"both": both}
        del both
        hidden = self._acted(tape, passing)
        if saves:  # without autograd the next step's result takes the name of the last
            held |= passing
        passing.clear()
        down = self.down.read(tape)
        lowered = tape.new(k * h, item)
        if trained and saves:
            held["hidden"] = hidden
        del hidden
        tape.pack(saves)
        weighed = [tape.new(k * h, self._weighed(x.item))]
        routes = [*seen, *routing] if saves else []
        weights = [one for one in (gate_up, down) if isinstance(one, TapeTensor) and saves]
        del seen, routing
        if saves:
            held["lowered"] = lowered
            del lowered
        came = (h, x.item)
        out = self._summed(tape, weighed, *came)

        def backward(g: TapeTensor) -> Gradients:
            found = self._backward(tape, came, inner, held, weights, needs=trained)
            weights.clear()
            routes.clear()
            return found if apart is None else [*found, tape.new(apart, tape.half)]

        apart = None if told is None else told.width
        inputs: list[Source] = [x, self.router, _source(self.gate_up, gate_up), _source(self.down, down)]
        summed = tape.new(0.0, 1)
        tape.link([summed], inputs if told is None else [*inputs, told], backward)
        self._link_sum(tape, out, summed, held, came[1])
        del deltas
        return out

    def _summed(self, tape: Tape, weighed: list[TapeTensor], h: float, item: int) -> TapeTensor:
        """What each token's experts gave, in its order and put together, as `item` bytes; `weighed` goes on the way."""
        wide = self._weighed(item)
        unsorted = tape.new(self.active * h, wide)
        weighed.clear()
        summed = tape.new(h, wide)
        del unsorted
        return tape.new(h, item) if wide != item else summed

    def _acted(self, tape: Tape, passing: dict[str, TapeTensor]) -> TapeTensor:
        """What goes into the second product; `passing` gets what its backward wants."""
        width, item = self.active * self.width, self.gate_up.item
        passing["acted"] = tape.new(width, item)
        if self.gated:
            return tape.new(width, item)
        if not self.squared or not tape.autocasts:
            return passing["acted"]
        del passing["both"]  # relu keeps its result
        passing["wide"] = tape.new(width, 4)
        square = tape.new(width, 4)
        _ = square
        return tape.new(width, item)

    def _to_input(self, tape: Tape, inner: float, arrived: list[TapeTensor], held: dict[str, TapeTensor]) -> TapeTensor:
        """The gradient of what went into the activation, without a gate; `arrived` goes on the way."""
        if "wide" in held:
            wide = tape.new(inner, 4)
            arrived.clear()
            lower, doubled, made = (tape.like(wide) for _ in range(3))
            del lower, doubled, wide, held["wide"]
            arrived.append(tape.new(inner, self.gate_up.item))
            del made
        return tape.new(inner, self.gate_up.item)

    def _weighed(self, came: int) -> int:
        """Bytes of an element of what the routing weights are multiplied into; `came`: of what came in."""
        return max(4 if self.wide else self.gate_up.item, came if self.as_input else 0)

    def _router_input(self, tape: Tape, x: TapeTensor) -> list[TapeTensor]:
        """What autocast makes of the router's fp32 input: it is kept for the gradient of the router's weight."""
        if tape.half == 4 or not (self.upcasts or x.item == 4):
            return []
        wide = tape.new(x.width, 4) if x.item != 4 else None
        narrow = tape.new(x.width, tape.half)
        del wide
        return [narrow] if self.router.trained else []

    def _link_sum(
        self, tape: Tape, out: TapeTensor, summed: TapeTensor, held: dict[str, TapeTensor], item: int
    ) -> None:
        """Its gradient goes to each expert of a token, into `held`: autocast takes the sum in fp32, and turns back what
        comes before anything is asked for that the forward kept.
        """
        weighed, active = self._weighed(item), self.active

        def backward(g: TapeTensor) -> Gradients:
            if tape.autocasts and weighed != 4:
                held["spread"] = tape.new(active * g.width, weighed)
            return [g.alias()]

        tape.link([out], [summed], backward)

    def _to_lowered(self, tape: Tape, width: float, weighed: int, held: dict[str, TapeTensor]) -> TapeTensor:
        """The gradient of what the experts gave, on its way through the routing weights."""
        item = self.gate_up.item
        scattered = tape.new(width, weighed)
        copy = held.pop("spread", None) or tape.new(width, weighed)
        del copy
        masked = tape.new(width, weighed)
        del scattered
        made = tape.new(width, weighed)
        to_weights = tape.new(width, weighed)
        if weighed != item:  # autograd casts what a node gives before it lets go of what it took
            made = tape.new(width, item)
        held.pop("lowered", None)
        del to_weights, masked
        return made

    def _backward(
        self,
        tape: Tape,
        came: tuple[float, int],
        inner: float,
        held: dict[str, TapeTensor],
        weights: list[TapeTensor],
        *,
        needs: bool,
    ) -> Gradients:
        """`came`: the width of what came in, and bytes of one of its elements."""
        (h, before), item, k = came, self.gate_up.item, self.active
        to_lowered = self._to_lowered(tape, k * h, self._weighed(before), held)
        to_down = self.down.gradient(tape) if needs else None
        if to_down is not None and self.down.folded and self.down.adapter:  # made anew where it was read: next in line
            to_down = tape.new(0.0, 4)
            del weights[1:]
        to_hidden = tape.new(k * self.width, item)
        to_down = self.down.handed(tape, to_down)
        held.pop("hidden", None)
        del to_lowered
        if self.gated:
            to_acted, to_up = tape.new(k * self.width, item), tape.new(k * self.width, item)
            held.pop("acted", None)
            del to_hidden
            to_gate = tape.new(k * self.width, item)
            held.pop("both", None)
            del to_acted
            to_both = tape.new(inner, item)
            del to_gate, to_up
        else:
            arrived = [to_hidden]
            del to_hidden
            to_both = self._to_input(tape, inner, arrived, held)
            held.clear()
            arrived.clear()
        to_gate_up = self.gate_up.gradient(tape) if needs else None
        to_gathered = tape.new(k * h, item)
        to_gate_up = self.gate_up.handed(tape, to_gate_up)
        held.clear()
        del to_both
        if item != before:
            to_gathered = tape.new(k * h, before)
        cleared = tape.new(k * h, before)
        del to_gathered
        to_x = tape.new(h, before)
        twice = tape.new(h, before)
        del twice, cleared
        to_router = tape.new(0.0, self.router.item, self.router.count) if self.router.trained else None
        return [to_x, to_router, to_gate_up, to_down]


def _source(stack: Stack, read: TapeTensor | None) -> Source:
    """Where the gradient of a stack goes: to its adapter, by way of what was read, or to the weight itself."""
    return read if read is not None and read.node is not None else stack.weight
