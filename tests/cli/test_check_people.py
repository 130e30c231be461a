"""What `check` does for people: order, what is said once, statistics, a file for the findings, watching."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import Done, files, run
from tests.cli.configs import GOOD, with_line
from wizard.cli.watching import watch
from wizard.knowledge.axolotl.versions import newest
from wizard.world.finder import stamps

NEWEST = f"Axolotl {newest()}"

KERNELS = re.sub(r"lora_\w+_kernel: true\n", "", GOOD)
"""Axolotl turns its kernels on by itself: MW579."""
WRONG = with_line("eval_batch_size: 8", "wandb_watch: false", "lora_dropot: 0.1")


def put(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.yml").write_text(text, encoding="utf-8")


def check(*arguments: str, gpu: str = "rtx-4090") -> Done:
    return run("check", *arguments, "--gpu", gpu)


def heads(done: Done) -> list[str]:
    return re.findall(r"^\S+: (MW\d+ \w+)", done.out, re.MULTILINE)


def test_the_worst_comes_first_and_then_the_line() -> None:
    put(a=WRONG)
    assert heads(check("a.yml", gpu="6GiB")) == ["MW901 error", "MW803 error", "MW102 warning", "MW801 warning"]
    codes = [one["code"] for one in check("a.yml", "--format", "json", gpu="6GiB").row()["findings"]]
    assert codes == sorted(codes), "JSON keeps the order of the codes"


def test_what_many_files_share_is_said_once() -> None:
    put(a=KERNELS, b=KERNELS, c=KERNELS, d=KERNELS, e=GOOD)
    done = check(".")
    (line,) = [line for line in done.out.splitlines() if "MW579" in line]
    assert line.startswith("4 files: MW579 hint [*] none of the lora_*_kernel is written")
    assert line.endswith("(a.yml:5, b.yml:5, c.yml:5, ...)")
    assert done.out.splitlines()[-2] == f"5 files, {NEWEST}: 4 findings (4 hints)"
    assert [row["findings"][0]["code"] for row in check("a.yml", "b.yml", "--format", "json").rows()] == ["MW579"] * 2
    assert "a.yml:5:1: MW579 hint [*]" in check("a.yml").out
    assert check("a.yml", "e.yml").out.startswith("a.yml:5: MW579 hint [*] none of")


def test_a_summary_counts_what_cannot_be_read() -> None:
    put(a=WRONG, b="a: [\n", c=GOOD)
    done = check("a.yml", "b.yml", "c.yml", "none.yml")
    assert done.code == 2
    assert f"2 files and 2 that can't be read, {NEWEST}: 3 findings (1 error, 2 warnings)" in done.out.splitlines()


def test_statistics() -> None:
    put(a=WRONG, b=WRONG, c=KERNELS)
    done = check("a.yml", "b.yml", "c.yml", "--statistics")
    assert done.code == 1
    assert done.out.splitlines() == [
        "2 MW102 [*] warning eval-batch-size-differs",
        "2 MW801 [ ] warning unknown-key",
        "2 MW803 [ ] error   wrong-value",
        "1 MW579 [*] hint    lora-kernels-automatic",
        f"3 files, {NEWEST}: 7 findings (2 errors, 4 warnings, 1 hint)",
        "[*] `--fix` would settle 3 of them, `--unsafe-fixes` has changes for 2 more",
    ]
    assert check("a.yml", "--statistics", "--ignore", "MW").out == f"1 file, {NEWEST}: no findings\n"


def test_exit_zero_keeps_the_code_of_what_cannot_be_used() -> None:
    put(a=WRONG, b="a: [\n")
    assert check("a.yml").code == 1
    assert check("a.yml", "--exit-zero", "--strict").code == 0
    assert check("a.yml", "b.yml", "--exit-zero").code == 2


@pytest.mark.parametrize("form", ["text", "json", "github", "sarif"])
def test_findings_go_into_a_file(here: Path, form: str) -> None:
    put(a=WRONG)
    plain = check("a.yml", "--format", form)
    done = check("a.yml", "--format", form, "--output-file", "found.txt")
    assert (done.code, done.out, done.err) == (1, "", "")
    assert (here / "found.txt").read_text() == plain.out
    check("a.yml", "--format", form, "--output-file", "found.txt", "--select", "MW1")
    assert set(files(here)) == {"a.yml", "found.txt"}, "no backup, no temporary file"
    assert "MW803" not in (here / "found.txt").read_text() or form == "sarif"


def test_a_file_that_cannot_be_written_is_told() -> None:
    put(a=GOOD)
    assert check("a.yml", "--output-file", "none/found.txt").refusal().startswith("none/found.txt: can't be written")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--statistics --format json", "--statistics shows text"),
        ("--statistics --diff", "--statistics shows text"),
        ("--watch --fix", "--watch only looks"),
        ("--watch -", "--watch only looks"),
        ("--output-file x --diff", "--output-file takes findings"),
        ("--output-file x --fix -", "--output-file takes findings"),
    ],
)
def test_what_does_not_go_together(options: str, words: str) -> None:
    put(a=GOOD)
    assert words in check("a.yml", *options.split()).refusal()


def test_over_says_what_it_rests_on() -> None:
    loose = GOOD.replace("sample_packing: true\npad_to_sequence_len: true\n", "").replace(
        "batch_size: 1", "batch_size: 8"
    )
    put(loose=loose, packed=GOOD.replace("batch_size: 1", "batch_size: 8"))
    words = "every row is counted full, 2,048 tokens"
    assert f"are free; {words}\n" in check("loose.yml").out
    for command in ("estimate", "fit"):
        assert f"that is if {words}: `memwizard data` tells" in run(command, "loose.yml", "--gpu", "rtx-4090").out
        for other in (("packed.yml", "--gpu", "rtx-4090"), ("loose.yml", "--gpu", "h100-80gb")):
            assert words not in run(command, *other).out
    assert words not in check("packed.yml").out


class StopError(Exception):
    """The person has seen enough."""


def test_watching_judges_again_after_a_change_and_only_then(capsys: pytest.CaptureFixture[str]) -> None:
    looks: Iterator[dict[str, tuple[int, int]]] = iter([{"a": (1, 1)}] * 4 + [{"a": (2, 1)}] * 3 + [{}] * 2)
    told = list[str]()

    def look() -> dict[str, tuple[int, int]]:
        try:
            return next(looks)
        except StopIteration:
            raise StopError from None

    def judge() -> int:
        told.append("judged")
        return 1

    with pytest.raises(StopError):
        watch(judge, look, lambda: told.append("waited"))
    assert told == ["judged", "waited", "waited", "waited", "judged", "waited", "judged", "waited"][: len(told)]
    assert told.count("judged") == 3
    shown = capsys.readouterr()
    assert shown.out == "", "nothing is cleared where there is no terminal"
    assert shown.err.splitlines()[0] == "memwizard: watching 1 file; Ctrl+C ends it"


def test_ctrl_c_ends_watching(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(a=WRONG)
    pauses = list[int]()

    def pause(_: float) -> None:
        pauses.append(1)
        if len(pauses) == 3:
            raise KeyboardInterrupt
        put(a=GOOD, b=WRONG)

    monkeypatch.setattr("wizard.cli.watching.time.sleep", pause)
    done = check(".", "--watch")
    assert done.code == 130
    assert f"1 file, {NEWEST}: 3 findings" in done.out
    assert f"2 files, {NEWEST}: 3 findings" in done.out, "a file that is new is judged too"
    assert done.err.splitlines()[-1] == "memwizard: stopped; no file was changed"


def test_what_tells_that_a_file_has_changed(here: Path) -> None:
    put(a="a: 1\n", b="b: 1\n")
    before = stamps([".", "none.yml"])
    assert set(before) == {"a.yml", "b.yml"}
    put(a="a: 12\n")
    after = stamps(["."])
    assert (after["a.yml"] == before["a.yml"], after["b.yml"] == before["b.yml"]) == (False, True)


def test_findings_never_replace_a_file_that_is_judged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_text(GOOD)
    Path("link.yml").symlink_to("a.yml")
    for name in ("a.yml", "./a.yml", "link.yml"):
        done = run("check", "a.yml", "--gpu", "rtx-4090", "--output-file", name)
        assert done.code == 2
        assert "is one of the files to judge" in done.err
    assert Path("a.yml").read_text() == GOOD


def test_a_stream_is_no_file_to_replace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yml").write_text(GOOD)
    done = run("check", "a.yml", "--gpu", "rtx-4090", "--output-file", "/dev/stdout")
    assert done.code == 2
    assert "names a stream of this process" in done.err
