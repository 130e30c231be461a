"""`check` on a chat template that a file names by its path."""

from __future__ import annotations

from pathlib import Path

from tests.cli.command import run

START = "base_model: Qwen/Qwen3-0.6B\nlearning_rate: 0.0002\nchat_template: jinja\n"
DATA = "datasets:\n- path: somebody/talks\n  type: chat_template\n"


def found(folder: Path, lines: str) -> list[str]:
    file = folder / "my.yml"
    file.write_text(START + lines, encoding="utf-8")
    told = run("check", str(file), "--format", "json").row()
    return [one["message"] for one in told["findings"] if one["code"] == "MW972"]


def test_a_template_that_is_not_there_is_told(tmp_path: Path) -> None:
    (message,) = found(tmp_path, f"chat_template_jinja: template.jinja\n{DATA}")
    assert message.startswith("chat_template_jinja: there is no file template.jinja, and that is taken")
    own = "  chat_template: jinja\n  chat_template_jinja: ./mine.j2\n"
    (message,) = found(tmp_path, f"chat_template_jinja: '{{{{ messages }}}}'\n{DATA}{own}")
    assert message.startswith("datasets[0].chat_template_jinja: there is no file ./mine.j2")


def test_one_beside_the_file_is_there_and_one_that_no_data_uses_is_not_looked_for(tmp_path: Path) -> None:
    (tmp_path / "template.jinja").write_text("{{ messages }}", encoding="utf-8")
    assert found(tmp_path, f"chat_template_jinja: template.jinja\n{DATA}") == []
    alpaca = DATA.replace("chat_template", "alpaca")
    assert found(tmp_path, f"chat_template_jinja: other.jinja\n{alpaca}") == []
