"""Storages, tensors, nodes, and the running total of what lives.

Lifetimes are those of Python objects, as in PyTorch: a storage is freed when the last tensor, saved tensor or
local variable that holds it goes. Every size is `token` x tokens + `fixed` bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from heapq import heappop, heappush

Gradients = Sequence["TapeTensor | None"]
Backward = Callable[..., Gradients]
_blank = object.__new__


class Meter:
    """Bytes alive now, and every moment that could be the maximum: those after which something is freed.

    `muted`: what is made counts nothing (what an early stop of recomputation never makes). `grown`: something was made
    since the last moment.
    """

    __slots__ = ("fixed", "grown", "moments", "muted", "token")

    def __init__(self) -> None:
        self.token = 0.0
        self.fixed = 0.0
        self.muted = False
        self.grown = False
        self.moments: list[tuple[float, float]] = []

    def mark(self) -> tuple[float, float]:
        """What is alive now; forgets the moments before."""
        self.moments = [(self.token, self.fixed)]
        self.grown = False
        return self.token, self.fixed

    def seen(self) -> list[tuple[float, float]]:
        """The moments since the mark, now among them."""
        return [*self.moments, (self.token, self.fixed)]

    def free(self, token: float, fixed: float) -> None:
        """So much is alive no more."""
        if self.grown:
            self.moments.append((self.token, self.fixed))
            self.grown = False
        self.token -= token
        self.fixed -= fixed


class Storage:
    """Memory of one size, counted already; freed when nothing holds it."""

    __slots__ = ("fixed", "meter", "token")

    def __init__(self, meter: Meter, token: float, fixed: float) -> None:
        self.meter = meter
        self.token = token
        self.fixed = fixed

    def __del__(self) -> None:
        self.meter.free(self.token, self.fixed)


class Node:
    """One step of the backward pass; takes a gradient for each of its outputs, gives one for each edge. `saves`: it
    needs something that the forward kept.
    """

    __slots__ = ("backward", "edges", "number", "outputs", "saves")

    def __init__(
        self, number: int, edges: tuple[Edge, ...], backward: Backward, outputs: int, *, saves: bool = False
    ) -> None:
        self.number = number
        self.edges = edges
        self.backward: Backward | None = backward
        self.outputs = outputs
        self.saves = saves


class TapeTensor:
    """`width` elements a token and `count` elements besides, of `item` bytes each.

    `token`, `fixed`: the bytes that go with it; none once it shares a storage. `view`: it shares its storage in a way
    that keeps autograd from adding into it.
    """

    __slots__ = ("_storage", "count", "fixed", "item", "meter", "node", "slot", "token", "view", "width")

    def __init__(self, storage: Storage, width: float, count: float, item: int) -> None:
        self._storage: Storage | None = storage
        self.meter = storage.meter
        self.token = self.fixed = 0.0
        self.width = width
        self.count = count
        self.item = item
        self.node: Node | None = None
        self.slot = 0
        self.view = False

    def __del__(self) -> None:
        if self._storage is None:
            self.meter.free(self.token, self.fixed)

    @property
    def storage(self) -> Storage:
        """Its memory, for others to hold too."""
        if self._storage is None:
            self._storage = Storage(self.meter, self.token, self.fixed)
        return self._storage

    def alias(self, width: float | None = None) -> TapeTensor:
        """A view: the same storage under another shape, with the same history."""
        other = TapeTensor(self.storage, self.width if width is None else width, self.count, self.item)
        other.node, other.slot, other.view = self.node, self.slot, True
        return other


class Parameter:
    """A weight. Its own bytes are counted elsewhere; `trained` ones get a gradient, which is counted here."""

    __slots__ = ("count", "item", "trained")

    def __init__(self, count: float, item: int, *, trained: bool) -> None:
        self.count = count
        self.item = item
        self.trained = trained


Source = TapeTensor | Parameter
Edge = tuple[Node | Parameter, int] | None


class Tape:
    """Runs operations and their backward on a meter.

    `accumulates`: gradients of earlier micro batches exist already, so new ones are added into them and freed.
    `half`: bytes of the compute dtype. `autocasts`: whether autocast is on, which takes some steps in fp32.
    `attributes`: tensors that custom functions keep outside autograd's saved ones: checkpointing can't drop them
    and the backward does not free them, they go with the graph. `keeps_attributes`: they are kept without `grad`
    too (the forward of checkpointing without reentry builds a graph).
    """

    def __init__(self, *, accumulates: bool = False, half: int = 2, autocasts: bool = True) -> None:
        self.meter = Meter()
        self.half = half
        self.autocasts = autocasts
        self.grad = True
        self.accumulates = accumulates
        self.number = 0
        self.gradients: list[TapeTensor] = []
        self.casts: dict[Parameter, TapeTensor] = {}
        self.packed = 0
        self.pack_limit: int | None = None
        self.saves = False
        self.attributes: list[TapeTensor] = []
        self.keeps_attributes = False

    def new(self, width: float, item: float, count: float = 0.0) -> TapeTensor:
        """A fresh tensor without history; filled here, for a layer makes hundreds and a call of its own costs most."""
        meter = self.meter
        made = _blank(TapeTensor)
        made._storage = None
        made.meter = meter
        made.width = width
        made.count = count
        made.item = int(item)
        made.node = None
        made.slot = 0
        made.view = False
        if meter.muted:
            made.token = made.fixed = 0.0
            return made
        made.token = token = width * item
        made.fixed = fixed = count * item
        meter.token += token
        meter.fixed += fixed
        meter.grown = True
        return made

    def like(self, tensor: TapeTensor) -> TapeTensor:
        """A fresh tensor of the same size."""
        return self.new(tensor.width, tensor.item, tensor.count)

    def pack(self, saves: bool) -> None:
        """An operation saves now, or saves nothing; recomputation ends with the last that saves."""
        self.packed += saves
        self.saves |= saves
        if self.pack_limit is not None and self.packed >= self.pack_limit:
            self.meter.muted = True

    def link(self, outputs: Sequence[TapeTensor], inputs: Sequence[Source], backward: Backward) -> None:
        """Give the outputs their place in the graph where an input needs a gradient."""
        saves, self.saves = self.saves, False
        if not self.grad:
            return
        edges = tuple(map(edge, inputs))
        if not any(edges):
            return
        self.number += 1
        node = Node(self.number, edges, backward, len(outputs), saves=saves)
        for slot, out in enumerate(outputs):
            out.node, out.slot = node, slot

    def run_backward(
        self, start: Node, slot: int, gradient: list[TapeTensor], *, to_saved: bool = False
    ) -> TapeTensor | None:
        """The whole backward from a node's output, whose gradient is taken out of the list; or `to_saved`, up to the
        first node that needs something kept, where what is alive by then is one of the meter's moments.

        The gradient of the layer's input is returned where one arrives.
        """
        waiting: dict[Node, list[TapeTensor | None]] = {start: [None] * start.outputs}
        waiting[start][slot] = gradient.pop()
        order = [(-start.number, start)]
        result: TapeTensor | None = None
        while order:
            node = heappop(order)[1]
            if to_saved and node.saves:
                self.meter.mark()
                break
            arrived = waiting.pop(node)
            if not node.edges:  # the layer's input
                result = arrived[0]
                continue
            backward, node.backward = node.backward, None
            assert backward is not None
            found = list(backward(*arrived))
            del backward  # the saved tensors go first, then the gradient that came in
            arrived.clear()
            self._hand_on(node, found, waiting, order)
        return result

    def _hand_on(
        self,
        node: Node,
        found: list[TapeTensor | None],
        waiting: dict[Node, list[TapeTensor | None]],
        order: list[tuple[int, Node]],
    ) -> None:
        for index, target in enumerate(node.edges):
            got, found[index] = found[index], None
            if got is None or target is None:
                continue
            source, slot = target
            if isinstance(source, Parameter):
                if source.trained and not self.accumulates:
                    self.gradients.append(got)
                continue
            if source not in waiting:
                waiting[source] = [None] * source.outputs
                heappush(order, (-source.number, source))
            before = waiting[source][slot]
            waiting[source][slot] = got if before is None else self._sum(before, got)
            del before

    def _sum(self, old: TapeTensor, new: TapeTensor) -> TapeTensor:
        """Two gradients of one tensor: added in place where one is nobody else's, else into a third."""
        if not old.view:
            return old
        return self.like(old) if new.view else new


def needs_grad(source: Source) -> bool:
    """Whether a gradient flows to it."""
    return source.trained if isinstance(source, Parameter) else source.node is not None


def edge(source: Source) -> Edge:
    """Where its gradient goes."""
    if isinstance(source, Parameter):
        return (source, 0) if source.trained else None
    return None if source.node is None else (source.node, source.slot)
