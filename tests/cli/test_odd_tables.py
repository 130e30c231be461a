"""Tables as strangers have them: whatever stands in a file, its rows are written anew or one sentence says why not."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import tracemalloc
from pathlib import Path

import pytest

from tests.cli.command import files, run
from wizard.output.text.recast import typed
from wizard.world.csvhead import mark_of, names_of
from wizard.world.othertext import table
from wizard.world.rowhead import head

TEXT = "Frage;Antwort\nWas?;Überall\nWo?;Hier\n"
ROWS = [{"Frage": "Was?", "Antwort": "Überall"}, {"Frage": "Wo?", "Antwort": "Hier"}]


def written(here: Path, data: bytes, name: str = "sheet.csv") -> list[dict[str, object]]:
    (here / name).write_bytes(data)
    done = run("data", name, "--as", "jsonl", "-o", "-")
    assert done.code == 0, done.err
    return done.rows()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_an_encoding_without_a_mark_is_told_by_its_zeros(here: Path, encoding: str) -> None:
    assert written(here, TEXT.encode(encoding)) == ROWS
    assert written(here, TEXT.replace("Ü", "U").encode(encoding))[1] == ROWS[1]


def test_ends_of_lines_and_blank_lines_are_as_any_program_writes_them(here: Path) -> None:
    assert written(here, TEXT.replace("\n", "\r").encode()) == ROWS
    assert written(here, f"\r\n\r\n{TEXT}\r\n  \r\n".replace("\n", "\r\n").encode()) == ROWS
    assert written(here, gzip.compress(TEXT.encode()), "sheet.csv.gz") == ROWS


def test_what_parts_the_columns_is_what_parts_the_rows(here: Path) -> None:
    assert written(here, b"asked, in short, here;answer\na, b;c\nd;e\n")[0] == {
        "asked, in short, here": "a, b", "answer": "c"
    }  # fmt: skip
    assert "separated by semicolons" in run("data", "sheet.csv").refusal()
    assert mark_of("text\nhello, world; and more\n") == ","
    assert mark_of("a,b;c\n1,2\n") == ","


def test_a_cell_may_be_long(here: Path) -> None:
    long = "x" * 300_000
    assert written(here, f"a;b\n{long};c\n".encode()) == [{"a": long, "b": "c"}]
    (here / "rows.csv").write_text(f"instruction,output\n{long},c\n", encoding="utf-8")
    assert run("data", "rows.csv").code == 0


def test_columns_are_named_as_pandas_names_them() -> None:
    assert names_of(["a", "a", "a.1", "a"]) == ["a", "a.2", "a.1", "a.3"]
    assert names_of(["", "b", ""]) == ["Unnamed: 0", "b", "Unnamed: 2"]
    many = names_of(["c"] * 20_000)  # each of them looked for among all others: minutes
    assert (len({*many}), many[-1]) == (20_000, "c.19999")


def test_numbers_that_json_or_64_bits_do_not_hold_stay_texts(here: Path) -> None:
    huge = "1" * 5000
    assert written(here, f"a;b;c\n{huge};1e999;7\n1;2;8\n".encode()) == [
        {"a": huge, "b": "1e999", "c": 7}, {"a": "1", "b": "2", "c": 8}
    ]  # fmt: skip


FAULTS = {
    "open quote": (b'a;b\nx;y\n"x;y\nz;w\n', "sheet.csv:3: a quote is opened here and never closed"),
    "half of UTF-16": (TEXT.encode("utf-16") + b"x", "sheet.csv: it is no text"),
    "zeros": (b"\0" * 99, "sheet.csv: it is no text"),
    "no gzip": (b"\x1f\x8b\x08\0junk", "sheet.csv: gzip can't unpack it"),
    "cut gzip": (gzip.compress(os.urandom(4000))[:999], "sheet.csv: gzip can't unpack it"),
    "blanks": (b"   \n  \n", "sheet.csv: there is no row in it"),
    "header": (b"a;b\n", "sheet.csv: there is no row in it"),
    "ragged": ("a;b\nä;b;c\n".encode("cp1252"), "sheet.csv:2: 3 cells under 2 names"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_can_not_be_read_is_told_and_nothing_written(here: Path, fault: str) -> None:
    data, says = FAULTS[fault]
    (here / "sheet.csv").write_bytes(data)
    assert run("data", "sheet.csv", "--as", "jsonl").refusal() == says
    assert files(here) == {"sheet.csv": data}


@pytest.mark.parametrize("call", [("data", "{}", "--as", "jsonl"), ("data", "{}"), ("--plain", "--data", "{}")])
def test_what_is_no_file_is_named_for_what_it_is(here: Path, call: tuple[str, ...]) -> None:
    os.mkfifo(here / "pipe.csv")
    (here / "loop.csv").symlink_to("loop.csv")
    says = {"pipe.csv": "not a regular file", "gone.csv": "there is no such file", "x" * 300 + ".csv": "too long"}
    for name, said in says.items():
        refusal = run(*(one.format(name) for one in call)).refusal()
        assert refusal.startswith(f"{name}: ")
        assert said in refusal
    assert run(*(one.format("loop.csv") for one in call)).refusal().startswith("loop.csv: ")
    assert run(*(one.format("") for one in call)).code == 2


def test_a_folder_is_no_table_and_a_loop_in_it_is_no_matter(here: Path) -> None:
    assert run("data", ".", "--as", "jsonl").refusal() == ".: is a folder; name a file in it"
    (here / "rows.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    (here / "loop.csv").symlink_to("loop.csv")
    assert head(".").file == "rows.jsonl"


def test_generate_says_why_a_form_is_not_known(here: Path) -> None:
    os.mkfifo(here / "pipe.jsonl")
    assert "pipe.jsonl: not a regular file, so" in run("generate", "--gpu", "t4", "--data", "pipe.jsonl").refusal()


def test_an_open_quote_is_told_wherever_a_table_is_named(here: Path) -> None:
    (here / "rows.csv").write_text('instruction,output\n"a,b\nc,d\n', encoding="utf-8")
    for call in (("data", "rows.csv"), ("generate", "--gpu", "t4", "--data", "rows.csv"), ("--data", "rows.csv")):
        assert run(*call).refusal() == "rows.csv:2: a quote is opened here and never closed"


def test_thousands_of_columns_of_text_are_not_asked_about(here: Path) -> None:
    names = [f"c{number}" for number in range(5000)]
    (here / "wide.csv").write_text(f"{','.join(names)}\n{','.join(names)}\n", encoding="utf-8")
    assert "5,000 columns of it hold text" in run("generate", "--gpu", "t4", "--data", "wide.csv").refusal()


def test_a_file_that_changes_meanwhile_leaves_nothing(here: Path) -> None:
    sheet = here / "sheet.csv"
    for later in ("a;b\n1;2\nx;3\n", "a\n1\n", "a;b\n1;2;3\n"):
        sheet.write_text("a;b\n1;2\n", encoding="utf-8")
        found = table("sheet.csv")
        sheet.write_text(later, encoding="utf-8")
        with pytest.raises(Exception, match=r"sheet\.csv(:\d)?: (it was changed while it was read|3 cells)"):
            list(found.rows())


NAMES: list[str | bytes] = [
    "-dash.csv",
    "a\nb.csv",
    "a\x1b[31mb'\\.csv",
    "bidi\u202e.csv",
    "~nobody.csv",
    "$(x).csv",
    b"\xff.csv",
]


@pytest.mark.parametrize("name", [os.fsdecode(name) for name in NAMES])
def test_the_command_that_is_named_takes_any_name(here: Path, name: str) -> None:
    (here / name).write_text(TEXT, encoding="utf-8")
    told = run("--plain", "--data", name).refusal()
    command = told.partition("`memwizard ")[2].partition("` writes")[0]
    assert command.isprintable()
    words = subprocess.run(["bash", "-c", f"printf '%s\\0' {command}"], capture_output=True, check=True, cwd=here)
    assert run(*map(os.fsdecode, words.stdout.split(b"\0")[:-1])).code == 0
    (made,) = here.glob("*.jsonl")
    assert [json.loads(row) for row in made.read_text(encoding="utf-8").splitlines()] == ROWS


def test_a_name_that_is_plain_is_typed_as_it_is() -> None:
    assert typed("a b.csv") == "'a b.csv'"
    assert typed("rows.csv") == "rows.csv"


def test_files_that_differ_in_a_part_of_their_name_are_written_apart(here: Path) -> None:
    for name in ("rows.one.csv", "rows.two.csv"):
        (here / name).write_text(TEXT, encoding="utf-8")
        assert run("data", name, "--as", "jsonl").code == 0
    assert {*files(here)} >= {"rows.one.jsonl", "rows.two.jsonl"}


def test_a_comma_in_a_name_is_told(here: Path) -> None:
    (here / "a,b.jsonl").write_text('{"text": "a"}\n', encoding="utf-8")
    assert run("--plain", "--data", "a,b.jsonl").refusal().startswith("a,b.jsonl: commas stand between files here")
    assert run("--plain", "--data", "a.jsonl,b.jsonl").refusal() == "a.jsonl: there is no such file"


def test_a_file_that_is_there_is_refused_before_a_long_one_is_read(here: Path) -> None:
    (here / "sheet.csv").write_text('a;b\n"open\n', encoding="utf-8")
    for output in ("sheet.csv", "gone.jsonl"):
        (here / "gone.jsonl").unlink(missing_ok=True)
        (here / "gone.jsonl").symlink_to("nowhere")
        refusal = run("data", "sheet.csv", "--as", "jsonl", "-o", output).refusal()
        assert refusal == f"{output}: is there already; name another file with -o"


def test_a_large_table_is_written_in_little_memory(here: Path) -> None:
    with (here / "sheet.csv").open("w", encoding="utf-8") as sheet:
        sheet.writelines(f"{number};{'x' * 90}\n" for number in range(-1, 100_000))
    tracemalloc.start()
    try:
        done = run("data", "sheet.csv", "--as", "jsonl")
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert done.code == 0
    assert most < 4 << 20  # the file has 9 MiB, its rows as values 40


def test_half_of_a_character_is_spelled_out(here: Path) -> None:
    (here / "pairs.jsonl").write_text('{"prompt": "p\\udc80", "chosen": "é", "rejected": "b"}\n', encoding="utf-8")
    told = run("data", "pairs.jsonl", "--as", "reward", "-o", "-")
    assert told.row()["input"] == "p\udc80"
    assert run("data", "pairs.jsonl", "--as", "reward").code == 0
    assert (here / "pairs-reward.jsonl").read_text(encoding="utf-8") == told.out


def test_options_that_would_do_nothing_are_refused(here: Path) -> None:
    (here / "sheet.csv").write_text(TEXT, encoding="utf-8")
    (here / "rows.csv").write_text(TEXT.replace(";", ","), encoding="utf-8")
    assert "-o goes with --as" in run("data", "rows.csv", "-o", "x.jsonl").refusal()
    for option in (("--json",), ("--type", "alpaca"), ("--gpu", "t4"), ("--length", "9")):
        assert f"{option[0]} goes without it" in run("data", "sheet.csv", "--as", "jsonl", *option).refusal()
    assert "names no file" in run("data", "sheet.csv", "--as", "jsonl", "-o", "").refusal()
    for command in ("generate", "fit"):
        assert "--form goes with --data" in run(command, "--gpu", "t4", "--form", "1").refusal()
    set_too = ("--data", "rows.csv", "--form", "1", "--set", "datasets=[{path: rows.csv, type: alpaca}]")
    assert "--form goes with --data" in run("generate", "--gpu", "t4", *set_too).refusal()
    assert {*files(here)} == {"sheet.csv", "rows.csv"}


def test_a_number_that_no_answer_has_is_told(here: Path) -> None:
    (here / "rows.csv").write_text(TEXT.replace(";", ","), encoding="utf-8")
    done = run("generate", "--gpu", "t4", "--data", "rows.csv", "--form", "99")
    assert done.code == 2
    assert done.err.splitlines()[-1].startswith("memwizard: rows.csv: there is no --form 99. Which column is learned?")
