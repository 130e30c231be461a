"""How a finding looks to a person."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from unittest import mock

import pytest

from tests.cli.command import run
from tests.cli.configs import with_line
from wizard.cli import main
from wizard.domain.finding import Finding, Fix
from wizard.output.text.findings import as_github, as_text, summary, tallied
from wizard.output.text.snippet import Place

GIB = 2**30


def finding(severity: str = "warning", *, quoted: bool = False, **fix: object) -> Finding:
    change = Fix({"a": 1}, "safe", "a: 1", **fix) if fix else None  # type: ignore[arg-type]
    return Finding("MW102", "some-name", severity, "too much", ("a",), "s", change, 12, quoted=quoted)  # type: ignore[arg-type]


def test_all_there_is_to_say() -> None:
    place = Place(12, 3, 6, "  key: 1  # why")
    text = as_text("my.yml", finding("error", quoted=True, saves_bytes=3 * GIB), place, settled=True)
    assert text.splitlines() == [
        "my.yml:12:3: MW102 error [*] too much",
        "   |",
        "12 |   key: 1  # why",
        "   |   ^^^",
        "   = help: a: 1 (saves 3.0 GiB)",
        "   = Axolotl: refuses it",
    ]


def test_no_more_than_there_is() -> None:
    assert as_text("my.yml", finding()) == "my.yml:12: MW102 warning too much"


def test_what_axolotl_does_is_said_where_it_does() -> None:
    assert "Axolotl" not in as_text("my.yml", finding("error"))
    assert as_text("my.yml", finding(quoted=True)).endswith("\n = Axolotl: warns")
    assert "Axolotl" not in as_text("my.yml", finding(quoted=True), refused=True), "it may stop before it warns"
    assert as_text("my.yml", finding("error", quoted=True), refused=True).endswith("\n = Axolotl: refuses it")


def test_what_is_settled_is_marked() -> None:
    fix = Fix({"a": 1}, "unsafe", "a: 1", -GIB)
    found = Finding("MW1", "n", "hint", "m", (), "s", fix)
    assert as_text("f", found) == "f: MW1 hint m\n = help: a: 1 (unsafe, costs 1.0 GiB)"
    assert as_text("f", found, settled=True).startswith("f: MW1 hint [*] m")


@pytest.mark.parametrize(
    ("place", "line", "caret"),
    [
        (Place(1, 1, 2, "a:\t1\t# x"), "1 | a: 1 # x", "  | ^"),
        (Place(1, 1, 4, "語語語: 1"), "1 | 語語語: 1", "  | ^^^^^^"),
        (Place(1, 3, 4, "\x1ba: 1"), "1 | \\x1ba: 1", "  |      ^"),
        (Place(1, 1, 2, "a: " + "x" * 500), "1 | a: " + "x" * 97 + " …", "  | ^"),
        (Place(1, 1, 600, "x" * 599), "1 | " + "x" * 100 + " …", "  | " + "^" * 100),
        (Place(1, 1, 1, ""), "1 |", "  | ^"),
    ],
    ids=["tabs", "wide", "escapes", "long", "long key", "empty"],
)
def test_the_line_and_its_caret(place: Place, line: str, caret: str) -> None:
    assert as_text("f", finding(), place).splitlines()[2:] == [line, caret]


def test_a_message_steers_no_terminal() -> None:
    found = Finding("MW1", "n", "hint", "a\nb\x1b[31m", (), "s")
    assert as_text("f", found) == "f: MW1 hint a\\nb\\x1b[31m"


def test_summaries() -> None:
    safe, unsafe = finding(saves_bytes=0), Finding("M", "n", "error", "m", (), "s", Fix({"a": 1}, "unsafe", "x"))
    assert summary(2, tallied([])) == "2 files: no findings"
    assert summary(1, tallied([finding(), finding("hint")])) == "1 file: 2 findings (1 warning, 1 hint)"
    assert summary(1, tallied([safe, unsafe], frozenset({0}))).splitlines() == [
        "1 file: 2 findings (1 error, 1 warning)",
        "[*] `--fix` would settle 1 of them, `--unsafe-fixes` has changes for 1 more",
    ]
    assert summary(1, tallied([safe])) == "1 file: 1 finding (1 warning)", "a fix that was tried and settles nothing"
    assert summary(1, tallied([unsafe])).splitlines()[1:] == ["`--unsafe-fixes` has changes for 1 of them"]
    assert summary(1, tallied([safe, unsafe], frozenset({0, 1})), unsafe=True).splitlines()[1:] == [
        "[*] `--fix --unsafe-fixes` would settle 2 of them"
    ]
    assert summary(1, tallied([unsafe]), fixed=2) == "1 file: 2 fixed, 1 finding left (1 error)"


def test_github_has_the_column() -> None:
    line = as_github("a b.yml", finding(), Place(12, 3, 6, "  key: 1"))
    assert line == "::warning file=a b.yml,line=12,col=3,title=MW102 some-name::too much"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({}, True), ({"NO_COLOR": "1"}, False), ({"NO_COLOR": ""}, True), ({"TERM": "dumb"}, False)],
)
def test_colour_in_a_terminal_only(
    here: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], coloured: bool
) -> None:
    (here / "my.yml").write_text(with_line("eval_batch_size: 8"))
    monkeypatch.setenv("TERM", "xterm")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    out = Terminal()
    with mock.patch.object(sys, "stdout", out), pytest.raises(SystemExit):
        main(["check", "my.yml", "--gpu", "rtx-4090"])
    assert ("\x1b[" in out.getvalue()) == coloured
    assert "\x1b[" not in run("check", "my.yml", "--gpu", "rtx-4090").out


def test_a_key_that_is_indented_or_in_quotes(here: Path) -> None:
    (here / "my.yml").write_text('  "eval_batch_size": 8\n  micro_batch_size: 1\n')
    lines = run("check", "my.yml", "--gpu", "rtx-4090", "--select", "MW102").out.splitlines()
    assert lines[0].startswith("my.yml:1:3: MW102")
    assert lines[2:4] == ['1 |   "eval_batch_size": 8', "  |   ^^^^^^^^^^^^^^^^^"]
