"""Keeps the values of small tensors of whole numbers beside their fake ones.

Vision towers compute from an image's size how many patches attend to each other, and ask tensors for it. A fake tensor
has no values; here those that follow from known ones are computed beside it on the CPU, outside the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes
from torch.utils._pytree import tree_iter, tree_map

LARGEST = 1 << 25
"""Elements of a tensor up to which its values are kept: lists of places, not masks."""

KNOWN = "known_values"

# Their results' shapes depend on values.
BY_VALUE = frozenset(
    {
        torch.ops.aten.nonzero.default,
        torch.ops.aten.unique_consecutive.default,
        torch.ops.aten._unique2.default,
        torch.ops.aten.repeat_interleave.Tensor,
        torch.ops.aten.masked_select.default,
        torch.ops.aten.index.Tensor,
    }
)


# Where an index is a mask, a GPU run makes a list of its places first (aten/src/ATen/native/IndexingUtils.h).
BY_MASK = frozenset(
    {
        torch.ops.aten.index.Tensor,
        torch.ops.aten.index_put.default,
        torch.ops.aten.index_put_.default,
        torch.ops.aten._index_put_impl_.default,
    }
)


def _places(index: torch.Tensor | None) -> list[torch.Tensor | None]:
    """What stands for an index: itself, or the places in each dimension of a mask that is known."""
    known = None if index is None else _value(index)
    if known is None or known.dtype != torch.bool:
        return [index]
    with _disable_current_modes():
        count = int(known.sum())
    return [torch.empty(count, dtype=torch.int64) for _ in range(known.dim())]


def _value(tensor: torch.Tensor) -> torch.Tensor | None:
    return getattr(tensor, KNOWN, None) if isinstance(tensor, FakeTensor) else tensor


class Values(TorchDispatchMode):
    """Sits above ``FakeTensorMode`` and below the tracker, which sees results as if there were none of this."""

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = kwargs or {}
        if func in BY_MASK:
            args = (args[0], [place for one in args[1] for place in _places(one)], *args[2:])
        found = self._found(func, args, kwargs)
        if found is None:
            return func(*args, **kwargs)
        if func is torch.ops.aten._local_scalar_dense.default:
            return found
        if func in BY_VALUE:
            out = tree_map(lambda one: torch.empty(one.shape, dtype=one.dtype), found)
        else:
            out = func(*args, **kwargs)
        for fake, real in zip(tree_iter(out), tree_iter(found), strict=True):
            if isinstance(fake, FakeTensor) and isinstance(real, torch.Tensor) and real.numel() <= LARGEST:
                setattr(fake, KNOWN, real)
        return out

    @staticmethod
    def _found(func: Any, args: Any, kwargs: Any) -> Any:
        """The operator on the values, if all are known; None if not, or if it makes a float out of nothing."""
        leaves = [leaf for leaf in tree_iter((args, kwargs)) if isinstance(leaf, torch.Tensor)]
        values = [_value(leaf) for leaf in leaves]
        if any(value is None for value in values):
            return None
        if not leaves and not _small_whole(func, args, kwargs):
            return None
        table = {id(leaf): value for leaf, value in zip(leaves, values, strict=True)}
        swapped = tree_map(lambda leaf: table.get(id(leaf), leaf), (args, kwargs))
        with _disable_current_modes(), torch.no_grad():
            return func(*swapped[0], **swapped[1])


def _small_whole(func: Any, args: Any, kwargs: Any) -> bool:
    """Whether an operator without tensors makes a small tensor of whole numbers or truths."""
    name = func._schema.name.removeprefix("aten::")
    if name not in ("arange", "zeros", "ones", "full", "scalar_tensor", "linspace"):
        return False
    dtype = kwargs.get("dtype")
    if dtype is not None and dtype.is_floating_point and name != "linspace":
        return False
    if dtype is None and name != "arange" and not (name == "full" and isinstance(args[1], int)):
        return False
    sizes = args[0] if args and isinstance(args[0], list | tuple) else ()
    count = 1
    for size in sizes:
        count *= size
    return count <= LARGEST


def _tolist(self: FakeTensor) -> Any:
    known = getattr(self, KNOWN, None)
    if known is None:
        raise NotImplementedError("the values of a fake tensor are not known")
    with _disable_current_modes():
        return known.tolist()


_tensor = torch.tensor


def _from_items(data: Any, *args: Any, **kwargs: Any) -> torch.Tensor:
    """``torch.tensor`` of a list that has tensors of one element in it."""
    if isinstance(data, list) and any(isinstance(one, FakeTensor) for one in data):
        data = [one.item() if isinstance(one, FakeTensor) else one for one in data]
    return _tensor(data, *args, **kwargs)


@contextmanager
def known_values() -> Iterator[None]:
    """Values are kept while the context is open; enter it inside the ``FakeTensorMode``."""
    with ExitStack() as stack:
        stack.enter_context(mock.patch.object(FakeTensor, "tolist", _tolist))
        stack.enter_context(mock.patch.object(torch, "tensor", _from_items))
        stack.enter_context(Values())
        yield
