"""`check --fix` and `--diff`: a person's file keeps every byte that no fix is about, or is left alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from textwrap import dedent
from unittest import mock

import pytest

from tests.cli.command import Done, files, run
from tests.cli.configs import GOOD
from tests.cli.test_bad_input import BAD as BROKEN
from tests.picked import picked
from tests.rules.examples import examples
from wizard.cli.checker import Checker, Judged
from wizard.cli.fixing import settle
from wizard.domain.errors import InputError
from wizard.domain.finding import Finding, Fix
from wizard.domain.plan import REMOVE
from wizard.knowledge.axolotl.versions import known, newest
from wizard.rules.catalogue import every_rule
from wizard.rules.registry import Rule

NEWEST = f"Axolotl {newest()}"


GPU = ("--gpu", "rtx-4090")
BAD = (
    "# mine\n"
    + GOOD.replace("micro_batch_size: 1\n", "micro_batch_size: 2   # rows\nbatch_size: 16\n").replace(
        "gradient_accumulation_steps: 8\n", ""
    )
    + "eval_batch_size: 8   # why\n\n# the end\n"
)
FIXED = BAD.replace("batch_size: 16\n", "gradient_accumulation_steps: 8\n", 1).replace(
    "eval_batch_size: 8 ", "eval_batch_size: 2 "
)


def check(here: Path, text: str | bytes, *arguments: str) -> Done:
    (here / "my.yml").write_bytes(text.encode() if isinstance(text, str) else text)
    return run("check", "my.yml", *GPU, *arguments)


def test_the_safe_fixes_and_nothing_else(here: Path) -> None:
    done = check(here, BAD, "--fix")
    assert files(here) == {"my.yml": FIXED.encode()}
    assert (done.code, done.err) == (0, "")
    assert done.out == f"1 file, {NEWEST}: 2 fixed, none left\n"


def test_a_second_run_changes_nothing(here: Path) -> None:
    check(here, BAD, "--fix")
    stamp = (here / "my.yml").stat()
    done = run("check", "my.yml", *GPU, "--fix")
    assert done.out == f"1 file, {NEWEST}: 0 fixed, no findings\n"
    after = (here / "my.yml").stat()
    assert (stamp.st_ino, stamp.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("bf16: true", "bf16:   yes  # 1.1").replace("lora_r: 16", "lora_r: 020"),
        GOOD.replace("\n", "\r\n"),
        GOOD.rstrip("\n"),
        "\ufeff" + GOOD,
        GOOD.replace("bf16: true", "bf16: true  #\ttab"),
        "x: &x {a: 1}\ny:\n      <<:    *x\n" + GOOD,
    ],
    ids=["YAML 1.1", "CRLF", "no end", "byte order mark", "tabs", "merge"],
)
def test_what_needs_no_fix_stays_byte_for_byte(here: Path, text: str) -> None:
    done = check(here, text, "--fix")
    assert done.code == 0
    assert files(here) == {"my.yml": text.encode()}
    eight = text.rstrip("\r\n") + ("\r\n" if "\r\n" in text else "\n") + "eval_batch_size: 8"
    check(here, eight, "--fix")
    assert files(here) == {"my.yml": eight.replace("eval_batch_size: 8", "eval_batch_size: 1").encode()}


def test_the_difference_is_shown_and_nothing_written(here: Path) -> None:
    done = check(here, BAD, "--diff")
    assert files(here) == {"my.yml": BAD.encode()}
    assert [line for line in done.out.splitlines() if line[0] in "+-"] == [
        *("--- my.yml (as it is)", "+++ my.yml (as it would be)", "-batch_size: 16", "+gradient_accumulation_steps: 8"),
        *("-eval_batch_size: 8   # why", "+eval_batch_size: 2   # why"),
    ]
    assert (done.code, done.err) == (0, "memwizard: 2 findings would be fixed in 1 file\n")
    assert check(here, BAD, "--diff", "--fix") == done
    assert check(here, GOOD, "--diff").out == ""
    assert "--diff shows text" in check(here, BAD, "--diff", "--format", "json").refusal()


def test_stdin_is_fixed_to_stdout() -> None:
    done = run("check", "-", *GPU, "--fix", stdin=BAD.replace("\n", "\r\n"))
    assert done.out == FIXED.replace("\n", "\r\n")
    assert done.err == f"1 file, {NEWEST}: 2 fixed, none left\n"
    assert run("check", "-", *GPU, "--fix", stdin="\ufeff" + GOOD).out == "\ufeff" + GOOD
    shown = run("check", "-", *GPU, "--diff", stdin=BAD)
    assert shown.out.startswith("--- <stdin> (as it is)\n")


def test_unsafe_fixes_only_when_asked_for(here: Path) -> None:
    (here / "my.yml").write_text(GOOD)
    safe = run("check", "my.yml", "--gpu", "10GiB", "--fix")
    assert safe.code == 1
    assert files(here) == {"my.yml": GOOD.encode()}
    assert "[*]" not in safe.out
    assert "[*]" in run("check", "my.yml", "--gpu", "10GiB", "--unsafe-fixes").out
    done = run("check", "my.yml", "--gpu", "10GiB", "--fix", "--unsafe-fixes")
    assert "1 fixed" in done.out
    once = files(here)
    assert once != {"my.yml": GOOD.encode()}
    assert "0 fixed" in run("check", "my.yml", "--gpu", "10GiB", "--fix", "--unsafe-fixes").out
    assert files(here) == once


def test_a_fix_that_a_comment_or_an_option_ignores_is_not_made(here: Path) -> None:
    quiet = BAD.replace("# why", "# memwizard: ignore[MW102]")
    check(here, quiet, "--fix")
    assert "eval_batch_size: 8 " in files(here)["my.yml"].decode()
    check(here, BAD, "--fix", "--ignore", "MW102")
    assert "eval_batch_size: 8 " in files(here)["my.yml"].decode()


def test_what_an_anchor_holds_is_refused_and_the_rest_fixed(here: Path) -> None:
    text = BAD.replace("eval_batch_size: 8", "eval_batch_size: &eight 8") + "lora_alpha2: *eight\n"
    done = check(here, text, "--fix", "--select", "MW1")
    assert files(here) == {"my.yml": text.replace("batch_size: 16\n", "gradient_accumulation_steps: 8\n", 1).encode()}
    (said,) = done.err.splitlines()
    assert said.startswith("memwizard: my.yml: MW102 is not fixed: `eval_batch_size` can't be changed without")
    assert "MW102 warning" in done.out


def test_a_merged_key_is_set_beside_the_merge(here: Path) -> None:
    text = "<<: {eval_batch_size: 8}\n" + GOOD
    check(here, text, "--fix")
    assert files(here)["my.yml"].decode() == text.replace(
        "micro_batch_size: 1\n", "micro_batch_size: 1\neval_batch_size: 1\n"
    )


@pytest.fixture
def read_only() -> Iterator[None]:
    """A file that may not be written, also where the tests run as root."""
    with mock.patch("wizard.world.atomic.os.access", return_value=False):
        yield


@pytest.mark.usefixtures("read_only")
def test_a_file_that_may_not_be_written(here: Path) -> None:
    done = check(here, BAD, "--fix")
    assert (done.code, done.err) == (2, "memwizard: my.yml: you may not write this file\n")
    assert files(here) == {"my.yml": BAD.encode()}
    assert "MW102 warning" in done.out


@pytest.mark.parametrize("what", ["gone", "changed"])
def test_a_file_that_is_another_one_by_now(here: Path, what: str) -> None:
    path = here / "my.yml"

    def settled(*arguments: object, **named: object) -> object:
        found = settle(*arguments, **named)  # type: ignore[arg-type]
        path.unlink() if what == "gone" else path.write_text("a: 1\n")
        return found

    with mock.patch("wizard.cli.fixing.settle", settled):
        done = check(here, BAD, "--fix")
    assert done.code == 2
    assert len(done.err.splitlines()) == 1
    assert {"gone": "there is no such file", "changed": "it changed while it was being checked"}[what] in done.err
    assert files(here) == ({} if what == "gone" else {"my.yml": b"a: 1\n"})


def test_a_full_disk_leaves_the_old_file(here: Path) -> None:
    with mock.patch("wizard.world.atomic.os.fsync", side_effect=OSError(28, "No space left on device")):
        done = check(here, BAD, "--fix")
    assert (done.code, done.err) == (2, "memwizard: my.yml: can't be written: No space left on device\n")
    assert files(here) == {"my.yml": BAD.encode()}


def test_mode_and_link_are_kept(here: Path) -> None:
    (here / "real.yml").write_text(BAD)
    (here / "real.yml").chmod(0o640)
    (here / "my.yml").symlink_to("real.yml")
    run("check", "my.yml", *GPU, "--fix")
    assert (here / "my.yml").is_symlink()
    assert (here / "real.yml").read_text() == FIXED
    assert os.stat(here / "real.yml").st_mode & 0o777 == 0o640


def test_a_bad_file_does_not_stop_the_others(here: Path) -> None:
    (here / "a.yml").write_text("a: [\n")
    (here / "b.yml").write_text(BAD)
    done = run("check", "a.yml", "b.yml", *GPU, "--fix")
    assert done.code == 2
    assert files(here) == {"a.yml": b"a: [\n", "b.yml": FIXED.encode()}


@pytest.mark.parametrize("name", [name for name in BROKEN if name != "type"])  # MW803 says that one
def test_hostile_files_are_left_alone(here: Path, name: str) -> None:
    text = BROKEN[name][0].encode()
    for option in ("--fix", "--diff"):
        done = check(here, text, option, "--unsafe-fixes")
        assert (done.code, done.out) == (2, "")
        assert len(done.err.splitlines()) == 1
        assert files(here) == {"my.yml": text}


def test_what_is_left_decides_the_code(here: Path) -> None:
    assert check(here, BAD, "--strict").code == 1
    assert check(here, BAD, "--strict", "--diff").code == 1
    assert check(here, BAD, "--strict", "--fix").code == 0


# --- all rules together


@pytest.mark.parametrize("rule", picked(every_rule(), 4, 2), ids=lambda rule: rule.code)
def test_what_is_fixed_of_an_example_needs_no_fix(rule: Rule) -> None:
    checkers = {one: Checker(gpu="rtx-4090", axolotl=one) for one in known()}
    for example in filter(lambda one: one.readable, examples(rule)):
        judge = checkers[example.axolotl].judge
        text = dedent(example.text) + "\n"
        with contextlib.suppress(InputError):  # a value that no rule comes to see
            judge(text, "my.yml")
            done = settle(text, "my.yml", partial(judge, file="my.yml"), unsafe=True)
            again = settle(done.text, "my.yml", partial(judge, file="my.yml"), unsafe=True)
            assert again.text == done.text


# --- rules that do not get along


def finding(code: str, *fields: str, **changes: object) -> Finding:
    return Finding(code, code.lower(), "warning", "m", fields, "s", Fix(changes, "safe", "x"))


class Quarrel:
    """Judges by what `rules` say of the values of a text."""

    def __init__(self, rules: dict[str, object]) -> None:
        self.rules = rules
        self.rounds = 0

    def __call__(self, text: str) -> Judged:
        self.rounds += 1
        judged = Checker(gpu="rtx-4090").judge(text, "my.yml")
        found = [rule(judged.document.values) for rule in self.rules.values()]  # type: ignore[operator]
        object.__setattr__(judged.review, "findings", tuple(one for one in found if one))
        return judged


def test_fixes_that_undo_each_other_are_left_out(here: Path) -> None:
    judge = Quarrel(
        {
            "MW1": lambda v: finding("MW1", "a", a=2) if v.get("a") == 1 else None,
            "MW2": lambda v: finding("MW2", "a", a=1) if v.get("a") == 2 else None,
            "MW3": lambda v: finding("MW3", "b", b=REMOVE) if "b" in v else None,
        }
    )
    done = settle("a: 1\nb: 1\n", "my.yml", judge)
    assert (done.text, done.fixed) == ("a: 1\n", (("MW3", "b"),))
    assert done.refused == ("my.yml: left as they are, since their fixes undo each other: MW1, MW2",)
    assert settle(done.text, "my.yml", judge).text == done.text


def test_a_fix_without_end_is_left_out(here: Path) -> None:
    judge = Quarrel(
        {
            "MW1": lambda v: finding("MW1", "a", a=v["a"] + 1),
            "MW3": lambda v: finding("MW3", "b", b=REMOVE) if "b" in v else None,
        }
    )
    done = settle("a: 1\nb: 1\n", "my.yml", judge)
    assert done.text == "a: 1\n"
    assert judge.rounds < 50


def test_chains_are_followed(here: Path) -> None:
    judge = Quarrel({"MW1": lambda v: finding("MW1", "a", a=v["a"] + 1) if v["a"] < 15 else None})
    assert settle("a: 1\n", "my.yml", judge).text == "a: 15\n"


def test_a_fix_that_makes_no_config_is_refused(here: Path) -> None:
    judge = Quarrel({"MW1": lambda v: finding("MW1", "micro_batch_size", micro_batch_size="two")})
    done = settle("micro_batch_size: 1\n", "my.yml", judge)
    assert done.text == "micro_batch_size: 1\n"
    (said,) = done.refused
    assert said.startswith("my.yml: MW1 is not fixed: `micro_batch_size` is 'two', but takes")


# --- what is said of fixes is true

DPO = """\
base_model: Qwen/Qwen3-8B
rl: dpo
datasets:
  - path: owner/d
    type: chatml.intel
adapter: qlora
load_in_4bit: true
lora_r: 16
lora_alpha: 32
lora_target_linear: true
learning_rate: 0.0002
micro_batch_size: 1
gradient_accumulation_steps: 1
sequence_len: 2048
fsdp_config:
  transformer_layer_cls_to_wrap: Qwen3DecoderLayer
"""


def test_fsdp2_is_no_fix_for_a_preference_method_on_four_bits(here: Path) -> None:
    done = check(here, DPO, "--fix", "--unsafe-fixes", "--select", "MW621", "--axolotl", "0.19")
    assert (here / "my.yml").read_text() == DPO
    assert "DeepSpeed does" in done.out


def test_padding_without_packing_is_not_safe(here: Path) -> None:
    text = GOOD.replace("sample_packing: true\npad_to_sequence_len: true\n", "")
    done = check(here, text)
    assert "MW103 hint pad_to_sequence_len is not set" in done.out
    assert "(unsafe" in done.out
    assert check(here, text, "--fix").out.startswith("my.yml: MW103 hint pad_to")
    assert (here / "my.yml").read_text() == text


def test_what_stays_over_is_not_said_to_be_settled(here: Path) -> None:
    text = GOOD.replace("gradient_checkpointing: true\n", "")
    (here / "my.yml").write_text(text)
    done = run("check", "my.yml", "--gpu", "6GiB", "--select", "MW9")
    assert "MW901 error needs" in done.out
    assert "would settle" not in done.out
    assert (
        run("check", "my.yml", "--gpu", "6GiB", "--select", "MW9", "--fix")
        .out.splitlines()[-1]
        .endswith(": 0 fixed, 1 finding left (1 error)")
    )


def test_a_fix_that_brings_an_error_is_not_made() -> None:
    checker = Checker(gpu="rtx-4090")

    def judge(text: str) -> Judged:
        judged = checker.judge(text, "my.yml")
        found = (finding("MW1", "a", gradient_accumulation_steps=4), finding("MW2", "b", b=2))
        left = tuple(
            one
            for one in found
            if one.fix and any(judged.document.values.get(k) != v for k, v in one.fix.changes.items())
        )
        object.__setattr__(judged.review, "findings", left)
        return judged

    text = "micro_batch_size: 1\nbatch_size: 4\nb: 1\n"
    done = settle(text, "my.yml", judge)
    assert done.text == text.replace("b: 1", "b: 2")
    assert done.fixed == (("MW2", "b"),)
    assert done.refused == ("my.yml: MW1 is not fixed: then MW101 would speak",)
