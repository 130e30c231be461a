"""Every field of Axolotl has a place in a written file."""

from __future__ import annotations

import pytest

from wizard.domain.version import Version
from wizard.knowledge.axolotl.fields import fields, plugin_fields
from wizard.knowledge.axolotl.versions import known
from wizard.knowledge.layout import place, section_of
from wizard.knowledge.load import toml


@pytest.mark.parametrize("version", known(), ids=str)
def test_every_field_has_a_section(version: Version) -> None:
    names = {*fields(version), *plugin_fields(version)}
    assert sorted(name for name in names if place(name) is None) == []


def test_each_place_is_of_a_field() -> None:
    every = {name for version in known() for name in (*fields(version), *plugin_fields(version))}
    for row in toml("layout")["section"]:
        assert [name for name in row["fields"] if name not in every] == []
        assert [start for start in row.get("starts", ()) if not any(name.startswith(start) for name in every)] == []


def test_the_longest_beginning_decides() -> None:
    assert section_of("gemma4_hybrid_attn_impl") == "Precision and attention"
    assert section_of("gemma4_nf4_nonexpert") == "Memory"
    assert section_of("wandb_project") == "Evaluation, saving, logs"
    assert section_of("my_own_key") is None
