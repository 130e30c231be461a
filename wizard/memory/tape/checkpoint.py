"""Runs one layer: its forward, perhaps its recomputation, and its backward, and reads the meter."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wizard.memory.tape.engine import Tape, TapeTensor
from wizard.memory.tape.ops import source

Forward = Callable[[Tape, TapeTensor], TapeTensor]
Line = tuple[float, float]
"""Bytes a token, and bytes besides."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Bytes above the start: the moments that can be the maximum, and what is left at the end."""

    moments: tuple[Line, ...]
    net: Line

    def peak(self, tokens: float) -> float:
        """The largest moment for so many tokens."""
        return max([token * tokens + fixed for token, fixed in self.moments])

    def left(self, tokens: float) -> float:
        """What the stretch leaves."""
        return self.net[0] * tokens + self.net[1]


@dataclass(frozen=True, slots=True)
class LayerTape:
    """One layer. `forward` leaves what is kept for the backward; the start of `backward` has the gradient
    of the layer's output alive. `copies`: autocast's copies of weights, kept until the forward ends.
    `stream`: the layer's input. `own`: gradients of the layer's weights, which are there when its backward ends.
    `lasting`: what the layer's backward does not free, kept until the whole backward ends.
    """

    forward: Stretch
    backward: Stretch
    copies: float
    stream: Line = (0.0, 0.0)
    lasting: Line = (0.0, 0.0)
    own: float = 0.0

    def lasts(self, tokens: float) -> float:
        """Bytes that stay until the whole backward ends."""
        return self.lasting[0] * tokens + self.lasting[1]


@dataclass(frozen=True, slots=True)
class Frame:
    """How layers run: elements and bytes of what passes between them, checkpointing, accumulation, autocast."""

    width: float
    item: int
    half: int
    mode: str
    accumulates: bool
    autocasts: bool

    def tape(self) -> Tape:
        """An empty one."""
        return Tape(accumulates=self.accumulates, half=self.half, autocasts=self.autocasts)


def outline(moments: list[Line], start: Line) -> tuple[Line, ...]:
    """The moments above the start that no other one exceeds for every number of tokens."""
    kept: list[Line] = []
    highest = float("-inf")
    for token, fixed in sorted({(t - start[0], f - start[1]) for t, f in moments}, reverse=True):
        if fixed > highest:
            kept.append((token, fixed))
            highest = fixed
    return tuple(kept)


def passes_fp32(forward: Forward, frame: Frame) -> bool:
    """Whether a layer turns 16-bit hidden states to fp32, as a norm does that autocast runs in fp32."""
    tape = frame.tape()
    tape.grad = False
    return forward(tape, tape.new(frame.width, frame.item)).item == 4


def run(forward: Forward, frame: Frame, *, entered: bool = True) -> LayerTape:
    """A layer between two others; `entered`: a gradient goes to what comes in, as it always does under checkpointing.

    Checkpointing "none" keeps the tape; "non_reentrant" recomputes until all is there again that the backward
    needs; "reentrant" runs without autograd and recomputes the whole layer, whose output lives on beside.
    """
    if frame.mode == "none":
        return _kept(forward, frame, entered=entered)
    tape = frame.tape()
    held = [tape.new(frame.width, frame.item)]
    start = tape.meter.mark()
    tape.grad = False
    tape.keeps_attributes = frame.mode == "non_reentrant"
    held.append(forward(tape, held[0]))
    tape.keeps_attributes = False
    lasting = _size(tape.attributes)
    stream = (frame.width * frame.item, 0.0)
    forwards = _stretch(tape, start)
    copies = _fixed(tape.casts.values())
    tape.casts.clear()
    held.pop()
    tape.grad = True
    limit, before = _dry(forward, frame) if frame.mode == "non_reentrant" else (None, (0.0, 0.0))
    backwards = _recomputed(tape, forward, frame, held, limit, before)
    return LayerTape(forwards, backwards, copies, stream, lasting, _fixed(tape.gradients))


def blind(forward: Forward, frame: Frame) -> Stretch:
    """A layer's forward that nothing is kept of, since no gradient goes through it."""
    tape = frame.tape()
    tape.grad = False
    held = [tape.new(frame.width, frame.item)]
    start = tape.meter.mark()
    held.append(forward(tape, held[0]))
    return _stretch(tape, start)


def _kept(forward: Forward, frame: Frame, *, entered: bool) -> LayerTape:
    tape = frame.tape()
    held = [tape.new(frame.width, frame.item)]
    if entered:
        source(tape, held[0])
    start = tape.meter.mark()
    held.append(forward(tape, held[0]))
    del held[0]
    forwards = _stretch(tape, start)
    tape.casts.clear()
    out = held.pop()
    assert out.node is not None
    node, slot, width = out.node, out.slot, out.width
    del out  # the next layer's forward is long over
    gradient = [tape.new(width, frame.item)]
    start = tape.meter.mark()
    held.append(tape.run_backward(node, slot, gradient) or tape.new(0.0, 1))
    del node
    stream = (frame.width * frame.item, 0.0)
    return LayerTape(forwards, _stretch(tape, start), 0.0, stream, _size(tape.attributes), _fixed(tape.gradients))


def _fixed(tensors: Iterable[TapeTensor]) -> float:
    """Bytes that don't grow with the tokens."""
    return sum(tensor.count * tensor.item for tensor in tensors)


def _size(tensors: list[TapeTensor]) -> Line:
    """Bytes of their storages, each once."""
    storages = {id(tensor.storage): tensor.storage for tensor in tensors}.values()
    return sum(one.token for one in storages), sum(one.fixed for one in storages)


def _stretch(tape: Tape, start: Line) -> Stretch:
    net = (tape.meter.token - start[0], tape.meter.fixed - start[1])
    return Stretch(outline(tape.meter.seen(), start), net)


def _dry(forward: Forward, frame: Frame) -> tuple[int, Line]:
    """How many operations of a whole forward save; and what the backward makes before it needs something kept, since
    only then does a layer begin to be recomputed.
    """
    tape = frame.tape()
    out = forward(tape, source(tape, tape.new(frame.width, frame.item)))
    packed = tape.packed
    assert out.node is not None
    node, slot, gradient = out.node, out.slot, [tape.new(frame.width, frame.item)]
    del out
    token, fixed = tape.meter.mark()
    tape.run_backward(node, slot, gradient, to_saved=True)
    reached = tape.meter.moments[0]
    return packed, (max(0.0, reached[0] - token), max(0.0, reached[1] - fixed))


def _recomputed(
    tape: Tape, forward: Forward, frame: Frame, held: list[TapeTensor], limit: int | None, begun: Line
) -> Stretch:
    """The backward of a checkpointed layer; `held` has its input, which goes with the checkpoint at the end. `begun`:
    what is made before the layer is recomputed.
    """
    gradient = [tape.new(frame.width, frame.item)]
    start = tape.meter.mark()
    source(tape, held[0])
    waits = tape.new(begun[0], 1, begun[1])
    tape.packed, tape.pack_limit = 0, limit
    own = len(tape.attributes)
    out = forward(tape, held[0])
    del waits  # the backward begins anew here
    if limit is not None:
        del tape.attributes[own:]  # they went with the recomputed graph, which nothing holds
    tape.meter.muted, tape.pack_limit = False, None
    tape.casts.clear()
    assert out.node is not None
    node, slot = out.node, out.slot
    if limit is None:
        held.append(out)
    del out
    result = tape.run_backward(node, slot, gradient)
    held.clear()
    made = _stretch(tape, start)
    del result, node
    return made
