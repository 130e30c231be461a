"""`memwizard check`: findings with file and line, in three formats."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Done, files, run
from tests.cli.configs import GOOD, number_of, with_line
from wizard.knowledge.axolotl.versions import newest
from wizard.output.json.check import CheckOut

NEWEST = f"Axolotl {newest()}"


WARNED = with_line("eval_batch_size: 8")
FORMATS = pytest.mark.parametrize("form", ["text", "json", "github"])


def check(here: Path, text: str, *arguments: str, gpu: str = "rtx-4090") -> Done:
    (here / "my.yml").write_text(text, encoding="utf-8")
    return run("check", "my.yml", "--gpu", gpu, *arguments)


def test_a_good_config_has_no_findings(here: Path) -> None:
    done = check(here, GOOD, "--strict")
    assert (done.code, done.out, done.err) == (0, f"1 file, {NEWEST}: no findings\n", "")


def test_a_finding_as_text_names_file_and_line(here: Path) -> None:
    done = check(here, WARNED)
    assert done.code == 0
    number = number_of(WARNED, "eval_batch_size")
    first, bar, line, caret, fix, axolotl, *last = done.out.splitlines()
    assert first.startswith(f"my.yml:{number}:1: MW102 warning [*] eval_batch_size 8 differs")
    assert (bar, line, caret) == ("   |", f"{number} | eval_batch_size: 8", "   | ^^^^^^^^^^^^^^^")
    assert fix.startswith("   = help: eval_batch_size: 1")
    assert axolotl == "   = Axolotl: warns"
    assert last == [f"1 file, {NEWEST}: 1 finding (1 warning)", "[*] `--fix` would settle 1 of them"]


def test_a_finding_as_json(here: Path) -> None:
    row = check(here, WARNED, "--format", "json").row()
    CheckOut.model_validate(row, strict=True)
    assert list(row) == ["config", "findings", "estimate", "axolotl"]
    assert row["config"] == "my.yml"
    (finding,) = row["findings"]
    assert list(finding) == ["code", "name", "severity", "message", "fields", "line", "column", "fix", "source"]
    assert (finding["code"], finding["name"]) == ("MW102", "eval-batch-size-differs")
    assert (finding["severity"], finding["line"]) == ("warning", number_of(WARNED, "eval_batch_size"))
    assert finding["column"] == 1
    assert "eval_batch_size" in finding["fields"]
    assert list(finding["fix"]) == ["changes", "safety", "saves_bytes"]
    assert finding["fix"]["changes"] == {"eval_batch_size": 1}
    assert finding["fix"]["safety"] in ("safe", "unsafe")
    assert type(finding["fix"]["saves_bytes"]) is int
    assert finding["source"]


def test_json_holds_the_estimate_of_estimate(here: Path) -> None:
    row = check(here, GOOD, "--format", "json").row()
    assert row["findings"] == []
    assert row["estimate"] == run("estimate", "my.yml", "--gpu", "rtx-4090", "--json").row()


def test_a_fix_that_takes_a_key_out_is_null_in_json(here: Path) -> None:
    text = with_line("batch_size: 8").replace("gradient_accumulation_steps: 8\n", "")
    findings = check(here, text, "--format", "json").row()["findings"]
    (fix,) = [finding["fix"] for finding in findings if finding["code"] == "MW101"]
    assert fix["changes"]["batch_size"] is None
    assert fix["changes"]["gradient_accumulation_steps"] == 8


def test_a_finding_for_github(here: Path) -> None:
    done = check(here, WARNED, "--format", "github")
    assert (done.code, done.err) == (0, "")
    (line,) = done.out.splitlines()
    place = f"file=my.yml,line={number_of(WARNED, 'eval_batch_size')},col=1"
    assert line.startswith(f"::warning {place},title=MW102 eval-batch-size-differs::eval_batch_size 8 differs")


def test_github_needs_its_marks_escaped(here: Path) -> None:
    (here / "a,b:c%.yml").write_text(WARNED, encoding="utf-8")
    done = run("check", "a,b:c%.yml", "--gpu", "rtx-4090", "--format", "github")
    assert done.out.startswith("::warning file=a%2Cb%3Ac%25.yml,line=")


def test_the_words_of_github_for_each_severity(here: Path) -> None:
    hint = GOOD.replace("pad_to_sequence_len: true\n", "").replace("sample_packing: true\n", "")
    assert check(here, hint, "--format", "github").out.startswith("::notice ")
    assert check(here, GOOD, "--format", "github", gpu="4GiB").out.startswith("::error ")


@FORMATS
def test_a_good_config_in_each_format(here: Path, form: str) -> None:
    done = check(here, GOOD, "--format", form)
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == (0 if form == "github" else 1)


@FORMATS
def test_exit_codes(here: Path, form: str) -> None:
    more = ("--format", form)
    assert check(here, WARNED, *more).code == 0
    assert check(here, WARNED, *more, "--strict").code == 1
    assert check(here, GOOD, *more, gpu="4GiB").code == 1
    assert check(here, GOOD, *more, "--strict", gpu="4GiB").code == 1
    assert check(here, "a: [", *more).code == 2


def test_a_hint_is_no_error_even_strictly(here: Path) -> None:
    hint = GOOD.replace("pad_to_sequence_len: true\n", "").replace("sample_packing: true\n", "")
    done = check(here, hint, "--strict")
    assert "MW103 hint" in done.out
    assert done.code == 0


def test_bf16_on_a_gpu_without_it(here: Path) -> None:
    done = check(here, GOOD, "--strict", gpu="t4")
    assert done.code == 1
    assert f"my.yml:{number_of(GOOD, 'bf16')}:1: MW105 " in done.out


def test_a_config_that_does_not_fit(here: Path) -> None:
    (finding,) = check(here, GOOD, "--format", "json", gpu="8GiB").row()["findings"]
    assert (finding["code"], finding["severity"]) == ("MW901", "error")
    assert finding["fix"]["saves_bytes"] > 0


def test_several_files_and_a_bad_one_among_them(here: Path) -> None:
    (here / "a.yml").write_text(WARNED, encoding="utf-8")
    (here / "b.yml").write_text("a: 1\nb: [}\n", encoding="utf-8")
    (here / "c.yml").write_text(GOOD, encoding="utf-8")
    names = ("a.yml", "b.yml", "none.yml", "c.yml")
    done = run("check", *names, "--gpu", "rtx-4090", "--format", "json")
    assert done.code == 2
    assert [row["config"] for row in done.rows()] == ["a.yml", *names[1:]]
    assert [[one["code"] for one in row["findings"]] for row in done.rows()] == [["MW102"], ["MW831"], ["MW831"], []]
    for row in done.rows():
        CheckOut.model_validate(row, strict=True)
    (broken,), (none,) = (row["findings"] for row in done.rows()[1:3])
    assert (broken["severity"], broken["line"], none["line"]) == ("error", 2, None)
    assert broken["message"].startswith("not valid YAML: ")
    assert none["message"] == "there is no such file"
    assert [line.split(": ")[1] for line in done.err.splitlines()] == ["b.yml:2", "none.yml"]
    github = run("check", *names, "--gpu", "rtx-4090", "--format", "github")
    assert github.code == 2
    told = [line.partition("::not")[0].partition("::there")[0] for line in github.out.splitlines()]
    assert told[1:] == [
        "::error file=b.yml,line=2,title=MW831 unreadable-file",
        "::error file=none.yml,title=MW831 unreadable-file",
    ]
    text = run("check", *names, "--gpu", "4GiB")
    assert text.code == 2
    assert text.out.splitlines()[-1] == "[*] `--fix` would settle 1 of them, `--unsafe-fixes` has changes for 2 more"
    assert text.out.splitlines()[-2] == f"2 files and 2 that can't be read, {NEWEST}: 3 findings (2 errors, 1 warning)"


def test_stdin_is_a_file() -> None:
    done = run("check", "-", "--gpu", "rtx-4090", stdin=WARNED)
    assert done.out.startswith(f"-:{number_of(WARNED, 'eval_batch_size')}:1: MW102 warning")
    assert run("check", "-", "--gpu", "rtx-4090", "--format", "json", stdin=WARNED).row()["config"] == "-"


def test_an_unknown_base_model_is_checked_without_an_estimate(here: Path) -> None:
    done = check(here, with_line("base_model: Qwen/Qwen3-8", "eval_batch_size: 8"), "--format", "json")
    assert done.code == 0
    assert done.row()["estimate"] is None
    assert [finding["code"] for finding in done.row()["findings"]] == ["MW102"]
    assert done.err.startswith("memwizard: my.yml: no estimate: the model 'Qwen/Qwen3-8' is neither")
    assert "Did you mean 'Qwen/Qwen3-8B'?" in done.err


def test_a_model_in_the_configs_own_folder_is_found(here: Path) -> None:
    folder = here / "project" / "tiny"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(
        '{"model_type": "llama", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4,'
        ' "intermediate_size": 160, "vocab_size": 1000}'
    )
    (here / "project" / "my.yml").write_text(with_line("base_model: ./tiny"), encoding="utf-8")
    done = run("check", "project/my.yml", "--gpu", "rtx-4090", "--format", "json")
    assert done.row()["estimate"]["model"]["parameters"] < 1_000_000


@pytest.mark.parametrize("variable", ["PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF"])
def test_the_allocator_setting_of_this_shell_is_seen(
    here: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, "max_split_size_mb:64")
    findings = check(here, GOOD, "--format", "json").row()["findings"]
    (finding,) = [one for one in findings if one["code"] == "MW107"]
    assert f"{variable}=max_split_size_mb:64" in finding["message"]
    assert "expandable_segments:True" in finding["message"]
    assert run("check", "my.yml", "--demo", "rtx-4090", "--format", "json").row()["findings"] == []


def test_nothing_is_written(here: Path) -> None:
    check(here, WARNED)
    assert files(here) == {"my.yml": WARNED.encode()}


def test_results_go_to_stdout_and_the_rest_to_stderr(here: Path) -> None:
    done = check(here, with_line("base_model: nobody/nothing"))
    assert done.out == f"1 file, {NEWEST}: no findings\n"
    assert len(done.err.splitlines()) == 1
