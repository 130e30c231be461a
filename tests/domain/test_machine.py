"""Machines of several GPUs and nodes."""

from __future__ import annotations

import pytest

from wizard.domain.errors import InputError
from wizard.knowledge.gpus import MAX_GPUS, named_machine


def test_four_nodes_of_eight() -> None:
    machine = named_machine("4x8xh100-80gb")
    assert (machine.nodes, machine.count) == (4, 32)
    assert machine.title.startswith("4 × 8× ")
    assert [gpu.index for gpu in machine.gpus] == list(range(32))


def test_nodes_may_have_one_gpu_each_and_a_size() -> None:
    machine = named_machine("2 x 1 x 24GiB")
    assert (machine.nodes, machine.count, machine.total_bytes) == (2, 2, 24 * 2**30)


@pytest.mark.parametrize("text", ["rtx-4090", "2xa100-80gb", "rtx-4090,24GiB"])
def test_without_nodes_it_is_one(text: str) -> None:
    assert named_machine(text).nodes == 1


def test_one_gpu_of_many_is_one_node() -> None:
    assert named_machine("2x4xrtx-4090").only(5).nodes == 1


@pytest.mark.parametrize("text", ["0x8xrtx-4090", f"2x{MAX_GPUS}xrtx-4090", "2x0xrtx-4090"])
def test_too_many_or_none(text: str) -> None:
    with pytest.raises(InputError, match="between 1 and"):
        named_machine(text)


@pytest.mark.parametrize("text", ["2x8xh100-80gb,rtx-4090", "rtx-4090,2x2xrtx-4090"])
def test_nodes_are_alike(text: str) -> None:
    with pytest.raises(InputError, match="alike"):
        named_machine(text)


def test_the_smallest_gpu_decides() -> None:
    machine = named_machine("a100-80gb,rtx-4090")
    assert machine.total_bytes == named_machine("rtx-4090").total_bytes
    assert machine.free_bytes == named_machine("rtx-4090").free_bytes
