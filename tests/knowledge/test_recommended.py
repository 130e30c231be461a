"""The models to begin with: each is of the catalogue, and what is said of it is complete."""

from __future__ import annotations

import re

import pytest

from wizard.cli.fit_options import FOR
from wizard.knowledge.models.catalogue import built, find
from wizard.knowledge.models.recommended import KINDS, Recommended, recommended, recommended_date, start_of
from wizard.world.presets import preset

EACH = pytest.mark.parametrize("row", recommended().values(), ids=lambda row: row.id)


@EACH
def test_it_is_of_the_catalogue_and_spelled_so(row: Recommended) -> None:
    known = find(row.id)
    assert known is not None
    assert row.id in (known.id, *known.also)


@EACH
def test_it_sees_where_it_is_for_images(row: Recommended) -> None:
    assert row.kinds
    assert set(row.kinds) <= set(KINDS)
    assert ("vision" not in row.kinds) or built(row.id).images is not None
    assert ("sound" not in row.kinds) or built(row.id).hears


@EACH
def test_what_is_said_of_it_is_complete(row: Recommended) -> None:
    assert 2020 < row.year < 2030
    assert row.context >= 2048
    assert row.licence
    assert row.source.startswith(f"https://huggingface.co/{row.id}")
    assert re.fullmatch(r"[A-Z][^.]{20,100}\.", row.why), "one short sentence"
    assert not re.search(r"\bGB\b|GiB|\bcard\b(?! has)", row.why), "the machine is told beside it"


def test_no_two_say_the_same() -> None:
    whys = [row.why for row in recommended().values()]
    assert len(set(whys)) == len(whys)


def test_there_are_enough_of_each_kind_and_size() -> None:
    for kind in KINDS:
        sizes = [built(row.id).parameters for row in recommended().values() if kind in row.kinds]
        if kind == "sound":  # few that Axolotl trains hear
            assert len(sizes) == 2
            continue
        assert len(sizes) >= 6
        assert min(sizes) < 2.5e9
        assert max(sizes) > 2e10


def test_the_table_has_a_date_and_a_preset_for_each_kind() -> None:
    assert re.fullmatch(r"20\d\d-\d\d", recommended_date())
    assert tuple(FOR) == KINDS
    for kind in KINDS:
        assert (preset(start_of(kind)).plan.get("processor_type") is not None) == (kind in ("vision", "sound"))
