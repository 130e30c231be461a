"""A feed-forward that runs a piece of the row at a time, and anew in the backward."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wizard.memory.tape.engine import Gradients, Parameter, Tape, TapeTensor, needs_grad
from wizard.memory.tape.feedforward import Gated, Plain
from wizard.memory.tape.linear import Linear
from wizard.memory.tape.ops import source

Moment = tuple[float, float]


@dataclass(frozen=True)
class Tiled:
    """`inner` in `pieces`: only the input is kept; the pieces' gradients of weights are added up beside the old ones.

    Source: axolotl 0.21.0 monkeypatch/tiled_mlp/base.py, `TiledMLP`; DeepSpeed has its own, taken as alike.
    """

    inner: Gated | Plain
    pieces: int

    def __call__(self, tape: Tape, x: TapeTensor) -> TapeTensor:
        """Its output."""
        width, item, share = x.width, x.item, 1 / self.pieces
        keep = x if tape.grad and needs_grad(x) else None
        tape.pack(keep is not None)
        before = tape.new(width * (1 - share), item)
        self._pass(tape, self._forward(tape, width, item), share)
        last = tape.new(width * share, item)
        out = tape.new(width, item)
        del before, last
        trained = self._trained()

        def backward(g: TapeTensor) -> Gradients:
            made = tape.new(width, item)
            sums = [tape.new(0.0, one.item, one.count) for one in trained]
            self._pass(tape, self._both(tape, width, item), share)
            again = [tape.like(one) for one in sums] if tape.accumulates else []  # the old ones stay beside these
            _ = keep, again
            return [made, *sums]

        tape.link([out], [x, *trained], backward)
        return out

    def _trained(self) -> list[Parameter]:
        inner = self.inner
        linear = [inner.up, inner.down] if isinstance(inner, Plain) else [inner.gate, inner.up, inner.down]
        return [one for layer in linear if layer is not None for one in _parameters(layer) if one.trained]

    @staticmethod
    def _pass(tape: Tape, moments: Sequence[Moment], share: float) -> None:
        """Let each moment of a piece be there for a while."""
        for token, fixed in moments:
            passing = tape.new(token * share, 1, fixed)
            del passing

    def _forward(self, tape: Tape, width: float, item: int) -> list[Moment]:
        """The moments of the whole row without autograd, above its input."""
        own = Tape(half=tape.half, autocasts=tape.autocasts)
        own.grad = False
        x = own.new(width, item)
        start = own.meter.mark()
        out = self.inner(own, x)
        del out
        return _above(own, start)

    def _both(self, tape: Tape, width: float, item: int) -> list[Moment]:
        """The same with autograd, forward and backward; the gradient that comes in is there already, and those of
        weights stay until the piece is done.
        """
        own = Tape(half=tape.half, autocasts=tape.autocasts)
        x, gradient = source(own, own.new(width, item)), own.new(width, item)
        there = (x.alias(), gradient.alias())
        start = own.meter.mark()
        out = self.inner(own, x)
        assert out.node is not None
        node, slot = out.node, out.slot
        del out
        result = own.run_backward(node, slot, [gradient])
        del result, there
        return _above(own, start)


def _above(tape: Tape, start: Moment) -> list[Moment]:
    return [(token - start[0], fixed - start[1]) for token, fixed in tape.meter.seen()]


def _parameters(layer: Linear) -> list[Parameter]:
    adapter = layer.adapter
    return [layer.weight, *((adapter.a, adapter.b) if adapter is not None else ())]
