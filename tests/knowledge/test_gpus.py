"""What a named GPU has free: what CUDA gives a program, not what the card is sold with."""

from __future__ import annotations

import re

import pytest

from wizard.domain.errors import InputError
from wizard.domain.units import GIB, MIB
from wizard.knowledge.gpus import available, gpus, named_machine


@pytest.mark.parametrize(
    ("name", "reported"),
    [
        ("rtx-4090", 23.65),
        ("a100-80gb", 79.15),
        ("h100-80gb", 79.19),
        ("v100-32gb", 31.75),
        ("t4", 14.75),
        ("l4", 22.16),
    ],
)
def test_a_named_card_has_no_more_than_people_s_cuda_reported(name: str, reported: float) -> None:
    machine = named_machine(name)
    assert machine.free_bytes is not None
    assert 0.985 * reported < machine.free_bytes / GIB <= reported
    assert machine.total_bytes == gpus()[name].memory_bytes


def test_no_card_is_all_free() -> None:
    for gpu in gpus().values():
        assert 0 < gpu.cuda_bytes < gpu.memory_bytes, gpu.name


def test_the_rule_for_other_cards_takes_off_what_the_known_ones_lose() -> None:
    known = [gpu for gpu in gpus().values() if gpu.cuda_known]
    assert len(known) > 30
    for gpu in known:
        assert available(gpu.memory_bytes) <= gpu.cuda_bytes, gpu.name


def test_a_size_by_hand_is_what_is_free() -> None:
    machine = named_machine("24GiB")
    assert machine.free_bytes == machine.total_bytes == 24 * GIB
    assert named_machine("24564MiB").free_bytes != named_machine("rtx-4090").free_bytes
    assert available(8188 * MIB) == 7676 * MIB


def test_host_memory_is_named_after_a_plus() -> None:
    machine = named_machine("4x8xh100-80gb + 512GiB")
    assert (machine.nodes, machine.count, machine.host_free_bytes) == (4, 32, 512 * GIB)
    assert named_machine("h100-80gb").host_total_bytes is None
    for wrong in ("h100-80gb+", "h100-80gb+much", "+64GiB"):
        with pytest.raises(InputError):
            named_machine(wrong)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("rtx3060", "rtx-3060-12gb"),
        ("RTX3060Ti", "rtx-3060-ti"),
        ("rtx 4090", "rtx-4090"),
        ("a10080gb", "a100-80gb"),
        ("2xRTX4090", "rtx-4090"),
        ("NVIDIA GeForce RTX 4090", "rtx-4090"),
    ],
)
def test_what_people_leave_out_of_a_name_is_not_missed(typed: str, name: str) -> None:
    assert {gpu.catalogue for gpu in named_machine(typed).gpus} == {name}


def test_no_two_names_differ_in_that_alone() -> None:
    names: dict[str, set[str]] = {}
    for gpu in gpus().values():
        for name in (gpu.name, *gpu.also):
            names.setdefault(re.sub("[^a-z0-9]", "", name.lower()), set()).add(gpu.name)
    assert {name: found for name, found in names.items() if len(found) > 1} == {}


@pytest.mark.parametrize("typed", ["8", "1", "16", "2x8", "rtx-4090,8"])
def test_a_small_number_alone_is_asked_about(typed: str) -> None:
    with pytest.raises(InputError, match=r"may mean \d+ GiB or \d+ GPUs: write \d+GiB, or \d+xh100-80gb"):
        named_machine(typed)


@pytest.mark.parametrize("typed", ["24", "80", "8GiB", "8g", "2x24"])
def test_a_size_is_a_size(typed: str) -> None:
    assert named_machine(typed).gpus[0].catalogue is None


@pytest.mark.parametrize(
    ("typed", "why"),
    [("m3-max", "Apple's"), ("Apple M2", "Apple's"), ("2xmacbook-pro", "Apple's"), ("arc-b580", "Intel's"),
     ("Intel Data Center GPU Max 1550", "Intel's"), ("gaudi2", "Intel's"), ("tesla-m60", "Did you mean"),
     ("m40", "Did you mean")],
)  # fmt: skip
def test_a_maker_that_is_not_planned_for_is_said(typed: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        named_machine(typed)


def test_no_gpu_of_the_catalogue_is_of_such_a_maker() -> None:
    for gpu in gpus().values():
        for name in (gpu.name, *gpu.also):
            assert named_machine(name).gpus
