"""Bad input ends in one sentence with file and line, exit code 2, nothing written and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.command import files, run
from tests.cli.configs import GOOD
from wizard import __version__
from wizard.cli import COMMANDS
from wizard.knowledge.axolotl.versions import newest

NEWEST = f"Axolotl {newest()}"


LAUGHS = "a0: &a0 [1, 1]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
BAD = {
    "not-yaml": (GOOD + "lora_r: [8\n", 27, "not valid YAML"),
    "tab": (GOOD + "lora:\n\tr: 8\n", 27, "not valid YAML"),
    "list": ("- base_model: x\n", 1, "holds a list"),
    "scalar": ("base_model\n", 1, "holds a single value"),
    "empty": ("", None, "the file is empty"),
    "template": (GOOD + "output_dir: {{ out }}\n", 26, "holds the template {{ out }}, which nothing has filled in"),
    "type": (GOOD.replace("micro_batch_size: 1", "micro_batch_size: two"), 13, "takes a whole number"),
    "laughs": (LAUGHS, 6, "aliases multiply"),
    "self": ("a: 1\nb: &b [*b]\n", 2, "contains itself"),
    "python": ("a: !!python/object/apply:os.system [ls]\n", 1, "could not determine a constructor"),
    "deep": ("a: 1\nb: " + "[" * 100_000, 2, "nested deeper"),
    "two": (GOOD + "---\na: 1\n", 26, "another document"),
    "nul": ("a: \0\n", None, "not valid YAML"),
}
JUDGES = pytest.mark.parametrize("command", ["check", "estimate"])
ALL = pytest.mark.parametrize("command", ["check", "estimate", "generate"])
PRESET = ("--preset", "qlora-24gb")


@JUDGES
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file(here: Path, command: str, name: str) -> None:
    text, line, words = BAD[name]
    if command == "check" and name == "type":
        pytest.skip("check judges it: MW803")
    (here / "my.yml").write_text(text, encoding="utf-8")
    done = run(command, "my.yml", "--gpu", "rtx-4090")
    assert done.code == 2
    (said,) = done.err.splitlines()
    assert said.startswith("memwizard: my.yml" if line is None else f"memwizard: my.yml:{line}: ")
    assert words in said
    assert "{" not in done.out
    assert list(files(here)) == ["my.yml"]


@JUDGES
def test_a_bad_file_on_stdin(command: str) -> None:
    done = run(command, "-", "--gpu", "rtx-4090", stdin="a: 1\n- a\n")
    assert done.code == 2
    assert done.err.startswith("memwizard: <stdin>:2: not valid YAML: ")


@JUDGES
def test_a_file_that_cannot_be_read(here: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (here / "folder.yml").mkdir()
    (here / "latin.yml").write_bytes(b"a: 1\nb: caf\xe9\n")
    os.mkfifo(here / "pipe.yml")
    with (here / "large.yml").open("wb") as file:
        file.truncate(50 << 20)
    words = {
        "none.yml": "there is no such file",
        "folder.yml": "is a folder, not a file",
        "latin.yml:2": "not UTF-8 text",
        "pipe.yml": "not a regular file",
        "/dev/zero": "not a regular file",
        "large.yml": "larger than 1 MiB: not a training config",
    }
    if command == "check":  # which looks into folders, before it reads any file
        del words["folder.yml"]
        words = {"folder.yml": "there is no Axolotl config below this folder: ...", **words}
    done = run(command, *(name.partition(":")[0] for name in words), "--gpu", "rtx-4090")
    assert done.code == 2
    said = done.err.replace("no YAML file has base_model or datasets", "...")
    assert said.splitlines() == [f"memwizard: {name}: {why}" for name, why in words.items()]

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    done = run(command, "my.yml", "--gpu", "rtx-4090")
    assert (done.code, done.err) == (2, "memwizard: my.yml: you may not read it\n")


def arguments(command: str, here: Path) -> tuple[str, ...]:
    if command == "generate":
        return (command, *PRESET, "-o", "out.yml")
    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    return (command, "my.yml")


@ALL
@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("rtx-4091", "rtx-4090"), ("2xrtx4099", "rtx-4090"), ("a100-80g", "a100-80gb"), ("RTX-3099", "rtx-3090")],
)
def test_an_unknown_gpu_names_the_nearest(here: Path, command: str, wrong: str, nearest: str) -> None:
    done = run(*arguments(command, here), "--gpu", wrong)
    said = done.refusal()
    assert said.startswith("there is no GPU '")
    assert f"Did you mean '{nearest}'?" in said
    assert said.endswith("; `--gpu` names the GPUs, `memwizard gpus` lists them")
    assert not (here / "out.yml").exists()


@ALL
@pytest.mark.parametrize("wrong", ["", ",", "x", "0GiB", "0", "-1GiB", "0xrtx-4090", "99999xrtx-4090", "2x", "24TiB"])
def test_a_gpu_that_is_none(here: Path, command: str, wrong: str) -> None:
    assert run(*arguments(command, here), "--gpu", wrong).refusal()
    assert not (here / "out.yml").exists()


@ALL
def test_an_unknown_recorded_machine_names_the_nearest(here: Path, command: str) -> None:
    said = run(*arguments(command, here), "--demo", "rtx-4091").refusal()
    assert "Did you mean 'rtx-4090'?" in said
    assert not (here / "out.yml").exists()


@ALL
def test_an_unknown_model_names_the_nearest(here: Path, command: str) -> None:
    done = run(*arguments(command, here), "--gpu", "rtx-4090", "--model", "Qwen/Qwen3-8")
    assert done.code == 2
    (said,) = done.err.splitlines()
    assert said.startswith("memwizard: ")
    assert "Did you mean 'Qwen/Qwen3-8B'?" in said
    assert not (here / "out.yml").exists()


@ALL
def test_a_model_folder_that_is_none(here: Path, command: str) -> None:
    (here / "model").mkdir()
    for text, words in (
        (None, "model: the folder has no config.json"),
        ('{"hidden_size": 1,\n,}', "config.json:2: not valid JSON"),
        ("{}", "config.json: "),
    ):
        if text is not None:
            (here / "model" / "config.json").write_text(text, encoding="utf-8")
        done = run(*arguments(command, here), "--gpu", "rtx-4090", "--model", "model")
        assert done.code == 2
        (said,) = done.err.splitlines()
        assert said.startswith("memwizard: ")
        assert words in said
    assert not (here / "out.yml").exists()


def test_an_unknown_preset_or_rule_names_the_nearest(here: Path) -> None:
    said = run("generate", "--preset", "qlora-42gb", "-o", "out.yml").refusal()
    assert said.startswith("there is no preset 'qlora-42gb'. Did you mean 'qlora-24gb'?")
    assert "Did you mean the rule 'MW103'?" in run("explain", "MW1033").refusal()
    assert "Did you mean the rule 'padding-off' or the word 'padding'?" in run("explain", "padding_of").refusal()
    assert "no rule, key or word is called ''" in run("explain", "").refusal()
    assert files(here) == {}


def test_an_unknown_command_names_the_nearest() -> None:
    assert run("chekc", "my.yml").refusal() == "there is no command 'chekc'. Did you mean 'check'?"
    assert "`memwizard --help` lists them" in run("qqqq").refusal()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (["check"], "Missing argument 'FILE...'"),
        (["estimate"], "Missing argument 'FILE...'"),
        (["explain"], "Missing argument 'CODE|KEY|WORD'"),
        (
            ["check", "my.yml", "--format", "xml"],
            "'xml' is not one of 'text', 'json', 'github', 'gitlab', ",
        ),
        (["check", "my.yml", "--gpu"], "requires an argument"),
        (["probe", "--jsn"], "No such option '--jsn'"),
        (["rules", "extra"], "unexpected extra argument"),
        (["--presets", "x"], "No such option '--presets'"),
    ],
)
def test_wrong_usage(wrong: list[str], words: str) -> None:
    said = run(*wrong).refusal().replace(":", "")
    assert words in said
    assert "--help` tells the options" in said


def test_without_a_gpu_nothing_is_proposed() -> None:
    assert "no GPU is known here: name one with --gpu" in run("generate").refusal()


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("micro_batch_size", "write it as key=value"),
        ("=3", "write it as key=value"),
        ("micro_batch_siz=3", f"{NEWEST} has no field 'micro_batch_siz'. Did you mean 'micro_batch_size'?"),
        ("micro_batch_size=two", "`micro_batch_size` is 'two', but takes a whole number"),
        ("load_in_4bit=perhaps", "takes true or false"),
        ("datasets=data.jsonl", "takes a list"),
        ("datasets=[{path: a, path: b}]", "`path` is given twice"),
        ("lora_r=[1", "not valid YAML"),
        ("lora_r=*a", "undefined alias"),
        ("datasets=" + "[" * 1000, "nested deeper"),
        ("output_dir=!!python/name:os.system", "could not determine a constructor"),
    ],
)
def test_a_setting_that_cannot_be(here: Path, setting: str, words: str) -> None:
    said = run("generate", *PRESET, "--gpu", "rtx-4090", "-o", "out.yml", "--set", setting).refusal()
    assert words in said
    assert files(here) == {}


@pytest.mark.parametrize(
    ("target", "words"),
    [("no/such/out.yml", "can't be written"), (".", "is a folder"), ("file/out.yml", "can't be written")],
)
def test_a_target_that_cannot_be(here: Path, target: str, words: str) -> None:
    (here / "file").write_text("mine")
    said = run("generate", *PRESET, "--gpu", "rtx-4090", "-o", target).refusal()
    assert said.startswith(f"{target}: ")
    assert words in said
    assert files(here) == {"file": b"mine"}


@pytest.mark.parametrize("target", ["/dev/null", "pipe"])
def test_a_target_that_is_no_file_is_left_alone(here: Path, target: str) -> None:
    os.mkfifo(here / "pipe")
    assert "not a regular file" in run("generate", *PRESET, "--gpu", "rtx-4090", "--overwrite", "-o", target).refusal()
    assert not Path(target).is_file()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * (2 << 20)], ids=["bytes", "large"])
def test_a_target_that_is_no_config_is_left_alone(here: Path, content: bytes) -> None:
    (here / "out.yml").write_bytes(content)
    assert run("generate", *PRESET, "--gpu", "rtx-4090", "-o", "out.yml").refusal().startswith("out.yml")
    assert files(here) == {"out.yml": content}


@pytest.mark.parametrize(
    "arguments", [[], ["wizard"], ["--demo", "rtx-4090"], ["--preset", "qlora-24gb", "-o", "out.yml"]]
)
def test_the_wizard_without_a_terminal(here: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    said = run(*arguments).refusal()
    assert "the wizard needs a terminal on stdin and stderr" in said
    assert "`memwizard generate --preset qlora-24gb -o my.yml`" in said
    assert files(here) == {}


@pytest.mark.parametrize("term", ["dumb", "", None])
def test_the_wizard_in_a_terminal_that_cannot_draw(monkeypatch: pytest.MonkeyPatch, term: str | None) -> None:
    if term is None:
        monkeypatch.delenv("TERM", raising=False)
    else:
        monkeypatch.setenv("TERM", term)
    assert "TERM is dumb or not set" in run().refusal()


def test_the_wizard_tells_wrong_names_before_it_asks_for_a_terminal() -> None:
    assert "Did you mean 'qlora-24gb'?" in run("--preset", "qlora-42gb").refusal()
    assert "Did you mean 'Qwen/Qwen3-8B'?" in run("--model", "Qwen/Qwen3-8").refusal()
    assert "Did you mean 'rtx-4090'?" in run("--gpu", "rtx-4091").refusal()
    assert "Did you mean 'rtx-4090'?" in run("--demo", "rtx-4091").refusal()


def test_an_interruption_is_one_line(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    (here / "my.yml").write_text(GOOD, encoding="utf-8")
    monkeypatch.setattr("wizard.world.yamlfile.read_marked", interrupt)
    done = run("check", "my.yml", "--gpu", "rtx-4090")
    assert (done.code, done.out) == (130, "")
    assert done.err.strip() == "memwizard: stopped; no file was changed"


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_each_command_has_its_help(command: str) -> None:
    for option in ("--help", "-h"):
        done = run(*command.split(), option)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"Usage: memwizard {command}".strip())


@pytest.mark.parametrize("command", ["", "wizard", "probe", "generate", "check", "estimate", "explain"])
def test_help_teaches_by_example(command: str) -> None:
    lines = [line.strip() for line in run(*command.split(), "--help").out.splitlines()]
    assert len([line for line in lines if line.startswith("memwizard")]) >= 2


def test_the_version() -> None:
    assert run("--version").out == f"memwizard, version {__version__}\n"


# --- the command itself, in a process of its own


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "wizard", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment},
    )


@pytest.mark.parametrize("term", ["xterm-256color", "dumb"])
def test_the_command_without_a_terminal(here: Path, term: str) -> None:
    done = process("--demo", "rtx-4090", TERM=term)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("memwizard: the wizard needs a terminal")
    assert len(done.stderr.splitlines()) == 1
    assert files(here) == {}


def test_the_command_on_bombs(here: Path) -> None:
    """A crash of the interpreter or endless work would show here only."""
    for name in ("laughs", "deep", "self"):
        (here / f"{name}.yml").write_text(BAD[name][0], encoding="utf-8")
    done = process("check", "laughs.yml", "deep.yml", "self.yml", "/dev/zero", "--gpu", "24GiB")
    assert done.returncode == 2
    assert [line.split(":")[1].strip() for line in done.stderr.splitlines()] == [
        *("laughs.yml", "deep.yml", "self.yml", "/dev/zero"),
    ]


def test_a_reader_that_went_away_is_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "wizard", "rules"], stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(writing)
    assert done.stderr == b""


def test_a_closed_stdout_is_said_and_nothing_is_lost(tmp_path: Path) -> None:
    (tmp_path / "my.yml").write_text("base_model: x\n")
    for arguments in (["check", "my.yml", "--gpu", "rtx-4090"], ["rules"], ["migrate", "my.yml"]):
        command = ["sh", "-c", 'exec "$@" >&-', "sh", sys.executable, "-m", "wizard", *arguments]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert done.stderr == "memwizard: stdout is closed, so that nothing can be printed\n"


@pytest.mark.parametrize("command", [["fit"], ["generate"], ["estimate", "my.yml"], ["check", "my.yml"]])
def test_a_number_for_the_gpu_is_asked_about(here: Path, command: list[str]) -> None:
    (here / "my.yml").write_text("base_model: Qwen/Qwen3-8B\n", encoding="utf-8")
    said = run(*command, "--gpu", "8").refusal()
    assert "`8` may mean 8 GiB or 8 GPUs: write 8GiB, or 8xh100-80gb" in said
