"""What a size in place of a GPU's name is taken as, and what is said of it."""

from __future__ import annotations

import pytest

from wizard.knowledge.gpus import gpus, named_machine, sold_as
from wizard.output.text.sizes import size_notes


@pytest.mark.parametrize(("typed", "least"), [("48GB", "a40"), ("24GB", "a10"), ("80GB", "h100-80gb"), ("16GB", "t4")])
def test_a_size_as_it_is_sold_has_no_more_than_any_such_card(typed: str, least: str) -> None:
    machine = named_machine(typed)
    assert machine.free_bytes is not None
    assert machine.free_bytes <= gpus()[least].cuda_bytes
    assert machine.free_bytes > 0.9 * gpus()[least].cuda_bytes
    assert machine.gpus[0].catalogue is None


@pytest.mark.parametrize("typed", ["48", "48G", "48 gb", "48gb"])
def test_however_it_is_written(typed: str) -> None:
    assert named_machine(typed).free_bytes == named_machine("48GB").free_bytes


def test_the_cards_that_are_sold_with_it_are_those_people_know() -> None:
    names = {gpu.name for gpu in sold_as("48GB")}
    assert {"a40", "l40", "l40s", "rtx-a6000", "rtx-6000-ada"} <= names
    assert not names & {"a100-40gb", "rtx-5090", "jetson-agx-orin-64gb"}
    assert {gpu.name for gpu in sold_as("94GB")} == {"h100-nvl"}
    assert not sold_as("50GB")
    assert not sold_as("48GiB")


def test_every_card_is_sold_with_some_size() -> None:
    unsold = {
        gpu.name for gpu in gpus().values() if not gpu.unified and not any(gpu in sold_as(f"{n}GB") for n in range(300))
    }
    assert not unsold


def test_a_size_that_no_card_has_is_taken_as_it_is() -> None:
    assert named_machine("50GB").free_bytes == 50 * 10**9
    assert size_notes(named_machine("50GB")) == ["50GB is taken as free to the last byte"]


def test_both_sizes_say_what_they_are_taken_as() -> None:
    (sold,) = size_notes(named_machine("2x48GB"))
    assert sold.startswith("48GB is a size of cards; of those a program has 44.0 (NVIDIA L20) to ")
    assert sold.endswith("name the card, or write what is free as 44.0GiB")
    (exact,) = size_notes(named_machine("48GiB"))
    assert exact.startswith("48GiB is taken as free to the last byte; of a card with 48 GB a program has 44.0 ")
    assert exact.endswith("name the card, or write 48GB")
    assert size_notes(named_machine("44.4GiB")) == ["44.4GiB is taken as free to the last byte"]
    assert not size_notes(named_machine("a40"))


def test_each_size_of_a_mixed_machine_has_a_line() -> None:
    assert len(size_notes(named_machine("24GB,48GiB,rtx-4090"))) == 2
