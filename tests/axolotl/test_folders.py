"""The folders that a run reads and writes, by their keys."""

from __future__ import annotations

from wizard.axolotl.base import written_to
from wizard.domain.plan import Plan


def test_only_a_text_names_a_folder() -> None:
    assert written_to(Plan({"output_dir": "./out"})) == {"output_dir": "./out"}
    for value in (5, True, ["./out"], "", None):
        assert written_to(Plan({"output_dir": value})) == {}, value
