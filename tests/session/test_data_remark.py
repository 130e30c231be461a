"""Which form the columns of a data file ask for."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.cli.outside import RealOutside
from wizard.domain.plan import Plan
from wizard.session.data_remark import form_for, remark


@pytest.mark.parametrize(
    ("columns", "form"),
    [
        (("messages",), "chat_template"),
        (("messages", "chosen", "rejected"), "chat_template.default"),
        (("instruction", "input", "output"), "alpaca"),
        (("text", "id"), "completion"),
        (("prompt",), None),
        ((), None),
    ],
)
def test_form(columns: tuple[str, ...], form: str | None) -> None:
    assert form_for(columns) == form


def said(path: str, form: str) -> str:
    found = remark(Plan({"datasets": [{"path": path, "type": form}]}), RealOutside())
    return found.says if found is not None else ""


def test_remarks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.jsonl").write_text('{"messages": []}\n', encoding="utf-8")
    assert "their form is chat_template" in said("mine.jsonl", "alpaca")
    assert said("mine.jsonl", "chat_template") == ""
    assert "There is no file nothing.jsonl here" in said("nothing.jsonl", "alpaca")
    assert said("owner/dataset", "alpaca") == ""
    assert remark(Plan({}), RealOutside()) is None
