"""Which chat template a row is shown with, and where its text is from."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from wizard.cli.marking import marking
from wizard.data.seen import seen
from wizard.domain.plan import Plan
from wizard.world.jinja import renderer

ENTRY = {"type": "chat_template", "path": "x"}
ROW = {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Ho"}]}
OWN = "{% for message in messages %}[{{ message.role }}]{{ message.content }}{{ eos_token }}{% endfor %}"


def learned(plan: Plan, folder: Path | None = None) -> tuple[str, str]:
    found = seen(ROW, ENTRY, plan, marking(plan, ENTRY, folder))
    return found.whole, found.learned


def test_a_template_that_axolotl_brings() -> None:
    plan = Plan({"base_model": "Qwen/Qwen2.5-0.5B-Instruct", "chat_template": "chatml"})
    whole, said = learned(plan)
    assert whole.startswith("<|im_start|>user\nHi<|im_end|>\n")
    assert said == "Ho<|im_end|>"


@pytest.mark.parametrize("form", ["text", "named", "file"])
def test_the_models_own_out_of_its_folder(form: str, tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    settings: dict[str, object] = {"eos_token": {"content": "</x>"}}
    if form == "file":
        (model / "chat_template.jinja").write_text(OWN)
    else:
        settings["chat_template"] = OWN if form == "text" else [{"name": "default", "template": OWN}]
    (model / "tokenizer_config.json").write_text(json.dumps(settings))
    assert learned(Plan({"base_model": "model"}), tmp_path) == ("[user]Hi</x>[assistant]Ho</x>", "Ho</x>")


def test_the_files_own_template_as_text_and_as_a_path(tmp_path: Path) -> None:
    (tmp_path / "mine.jinja").write_text(OWN)
    for written in (OWN, str(tmp_path / "mine.jinja")):
        plan = Plan({"chat_template": "jinja", "chat_template_jinja": written, "special_tokens": {"eos_token": "!"}})
        assert learned(plan) == ("[user]Hi![assistant]Ho!", "Ho!")


def test_without_a_template_the_turns_are_told_and_why(tmp_path: Path) -> None:
    plan = Plan({"base_model": "nobody/knows"})
    found = marking(plan, ENTRY, tmp_path)
    row = seen(ROW, ENTRY, plan, found)
    assert (row.whole, row.learned, row.marked) == ("user: Hi\nassistant: Ho", "Ho", False)
    assert "not here" in found.says


def test_without_the_library_the_turns_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    found = marking(Plan({"chat_template": "chatml"}), ENTRY)
    assert found.render is None
    assert "pip install" in found.says


@pytest.mark.parametrize("template", ["{{ raise_exception('no') }}", "{{ 1 / 0 }}", "{{ messages[0].content + 1 }}",
                                      "{% for i in range(999999999) %}{% endfor %}"])  # fmt: skip
def test_a_template_that_refuses_a_row_says_so(template: str) -> None:
    plan = Plan({"chat_template": "jinja", "chat_template_jinja": template})
    assert "the chat template" in seen(ROW, ENTRY, plan, marking(plan, ENTRY)).why


def test_a_template_reaches_nothing_outside() -> None:
    render, _ = renderer("{{ ''.__class__.__mro__[1].__subclasses__() }}", {})
    assert render is not None
    row = seen(ROW, ENTRY, Plan(), marking(Plan({"chat_template": "jinja", "chat_template_jinja":
                                                 "{{ ''.__class__.__mro__[1] }}"}), ENTRY))  # fmt: skip
    assert not row.whole or "object" not in row.whole
    assert renderer("{% for %}", {})[0] is None
