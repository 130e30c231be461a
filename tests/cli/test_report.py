"""`report`: all that an issue needs, and nothing that is nobody's business."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import run
from wizard import __version__
from wizard.cli import defect, rules
from wizard.world.places import config_folder

TOKEN, KEY, PASSWORD = "hf_abcdefghijklmnopqrstuvwxyz0123", "0123456789abcdef0123456789abcdef", "correcthorse"


def test_what_it_tells() -> None:
    done = run("report")
    assert (done.code, done.err) == (0, "")
    heads = [line for line in done.out.splitlines() if line.startswith("#")]
    assert heads == ["### Versions", "### Machine", "### Terminal", "### Settings", "### Last defect"]
    assert f"memwizard {__version__}" in done.out
    assert "textual 8." in done.out
    assert "- theme = None (default)" in done.out
    assert "none is kept" in done.out


def test_secrets_and_names_stay_here(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    monkeypatch.setenv("TMUX", f"/run/tmux/{PASSWORD}")
    monkeypatch.setenv("SSH_CONNECTION", "203.0.113.9 5022 198.51.100.4 22")
    monkeypatch.setenv("MEMWIZARD_PRESETS", str(own_home / "mine"))
    config_folder().mkdir(parents=True)
    (config_folder() / "config.toml").write_text('gpu = "rtx-4090"\n', encoding="utf-8")
    defect.file().parent.mkdir(parents=True)
    defect.file().write_text(
        f'Traceback (most recent call last):\n  File "{own_home}/lib/x.py", line 3, in y\n'
        f"KeyError: 'hf_token: {TOKEN}', 'password={PASSWORD}', https://me:{PASSWORD}@host/x, {KEY}, \x1b[2J```\n",
        encoding="utf-8",
    )
    done = run("report")
    for secret in (TOKEN, KEY, PASSWORD, str(own_home), "203.0.113.9", "\x1b"):
        assert secret not in done.out + done.err, secret
    assert done.out.count("```") == 2
    assert "~/mine (MEMWIZARD_PRESETS)" in done.out
    assert "gpu = rtx-4090 (~/" in done.out
    assert 'File "~/lib/x.py", line 3, in y' in done.out
    assert "SSH_CONNECTION: there" in done.out


def test_a_broken_file_of_settings_is_told() -> None:
    config_folder().mkdir(parents=True)
    (config_folder() / "config.toml").write_text("theme = \n", encoding="utf-8")
    done = run("report")
    assert done.code == 0
    assert "can't be read" in done.out


def test_a_defect_is_a_sentence_and_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_: object) -> None:
        raise ZeroDivisionError(f"token={TOKEN}")

    monkeypatch.setattr(rules.command, "callback", broken)
    done = run("rules")
    assert done.code == defect.CODE
    (line,) = done.err.splitlines()
    assert line.startswith("memwizard: this is a defect of memwizard itself; where it happened is in ")
    assert "Traceback" not in done.out + done.err
    told = run("report").out
    assert "ZeroDivisionError" in told
    assert TOKEN not in told
