"""A fake process group, and storages that change their size while they live."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import torch
import torch.distributed as dist
from torch._subclasses.fake_tensor import FakeTensor
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp._fully_shard import _fully_shard
from torch.distributed.tensor._sharding_prop import ShardingPropagator
from torch.testing._internal.distributed.fake_pg import FakeStore

from benchmarks.truth.tracker import MemoryTracker

PEER = 1
"""The process that is simulated: not the main one, which differs where one reads for all."""


@contextmanager
def process_group(size: int) -> Iterator[None]:
    """`size` processes, of which this is one; collectives do nothing. The mesh is made first, of real numbers."""
    dist.init_process_group("fake", rank=PEER, world_size=size, store=FakeStore())
    mesh = init_device_mesh("cpu", (size,))
    try:
        with mock.patch.object(_fully_shard, "_init_default_mesh", return_value=mesh):
            yield
    finally:
        dist.destroy_process_group()


@contextmanager
def shapes_apart(tracker: MemoryTracker) -> Iterator[None]:
    """`DTensor` asks operators on empty tensors what their results' shapes are; these are not on the GPU."""
    ask = ShardingPropagator._propagate_tensor_meta_non_cached

    def asked(self: ShardingPropagator, *args: Any) -> Any:
        with tracker.on_host():
            return ask(self, *args)

    with mock.patch.object(ShardingPropagator, "_propagate_tensor_meta_non_cached", asked):
        yield


def _address(tensor: torch.Tensor) -> int:
    """FSDP1 compares addresses to tell a part from the whole; those of fake tensors are all 0."""
    storage = tensor.untyped_storage()
    return (storage._cdata + tensor.storage_offset() * tensor.itemsize) * bool(storage.size())


@contextmanager
def resized_storages(tracker: MemoryTracker) -> Iterator[None]:
    """Tell the account when a storage is emptied or filled: so FSDP frees what it gathered and keeps the tensor."""
    resize = torch.UntypedStorage.resize_

    def followed(storage: torch.UntypedStorage, size: int) -> Any:
        out = resize(storage, size)
        tracker.resized(storage)
        return out

    with (
        mock.patch.object(torch.UntypedStorage, "resize_", followed),
        mock.patch.object(torch.UntypedStorage, "data_ptr", lambda storage: storage._cdata * bool(storage.size())),
        mock.patch.object(FakeTensor, "data_ptr", _address, create=True),
    ):
        yield
