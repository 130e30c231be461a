"""`memwizard data`: lengths, what is cut and padded, steps, wrong columns."""

from __future__ import annotations

import io
import json
import math
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Done, run
from wizard.cli.datafiles import Progress
from wizard.output.json.data import DataOut

CONFIG = """\
base_model: owner/tiny
datasets:
  - path: rows.jsonl
    type: completion
sequence_len: 100
micro_batch_size: 2
gradient_accumulation_steps: 2
num_epochs: 3
"""


def lines(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def words(path: Path, *counts: int) -> None:
    """Rows of `completion` with so many words."""
    lines(path, [{"text": "word " * (count - 1) + "word"} for count in counts])


def data(here: Path, config: str = CONFIG, *arguments: str) -> Done:
    (here / "my.yml").write_text(config, encoding="utf-8")
    return run("data", "my.yml", *arguments)


@pytest.fixture
def model(here: Path) -> Path:
    """A folder with a tokenizer that makes one token of each word."""
    tokenizers = pytest.importorskip("tokenizers")
    made = tokenizers.Tokenizer(tokenizers.models.WordLevel({"word": 0, "?": 1}, unk_token="?"))
    made.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    (here / "owner/tiny").mkdir(parents=True)
    made.save(str(here / "owner/tiny/tokenizer.json"))
    return here / "owner/tiny"


def test_with_a_tokenizer_the_figures_are_exact(here: Path, model: Path) -> None:
    words(here / "rows.jsonl", *[49] * 20, *[149] * 10)
    done = data(here, CONFIG, "--json")
    assert (done.code, done.err) == (0, "")
    found = done.row()
    DataOut.model_validate(found, strict=True)
    (one,) = found["datasets"]
    assert found["counted_by"] == "by the tokenizer of owner/tiny"
    assert one["tokens"] == {"low": 2500, "likely": 2500, "high": 2500}  # each row ends with an EOS token
    assert one["percentiles"]["p50"]["likely"] == 50
    assert (one["rows"], one["rows_exact"], one["sampled"]) == (30, True, 30)
    assert found["over"]["likely"] == pytest.approx(1 / 3, abs=1e-5)
    assert found["rows_kept"]["likely"] == 40  # 150 becomes 100 and 50
    assert found["steps_per_epoch"]["likely"] == 10
    assert found["steps"]["likely"] == 30
    assert sum(bar["share"] for bar in one["histogram"]) == pytest.approx(1, abs=1e-4)


def test_packed_rows_make_fewer_steps(here: Path, model: Path) -> None:
    words(here / "rows.jsonl", *[49] * 64)
    packed = CONFIG + "sample_packing: true\nattn_implementation: flash_attention_2\nval_set_size: 16\n"
    found = data(here, packed, "--json").row()
    assert found["rows_held"] == 16
    assert found["steps_per_epoch"]["likely"] == 6  # 48 rows, four in a bin of 2 x 100, two bins a step
    assert found["packing_waste"]["likely"] == 0
    assert found["full_padding_waste"]["likely"] == pytest.approx(1 - 50 / 128)
    two = data(here, packed, "--json", "--gpu", "2x24GiB").row()
    assert (two["gpus"], two["rows_per_step"], two["steps_per_epoch"]["likely"]) == (2, 8, 3)


def test_without_one_they_are_ranges_with_the_reason(here: Path) -> None:
    lines(here / "rows.jsonl", [{"text": "a" * 300}, {"text": "a" * 600}] * 100)
    found = data(here, CONFIG, "--json").row()
    assert found["counted_by"].endswith("no tokenizer.json of owner/tiny is on this machine")
    tokens = found["datasets"][0]["percentiles"]["p50"]
    assert (tokens["low"], tokens["likely"], tokens["high"]) == (61, 81, 122)
    assert found["steps"]["low"] <= found["steps"]["likely"] < found["steps"]["high"]


def test_the_text_is_narrow_plain_and_says_what_is_cut(here: Path) -> None:
    lines(here / "rows.jsonl", [{"text": "a" * 40 * number} for number in range(1, 60)])
    done = data(here)
    assert (done.code, done.err) == (0, "")
    assert all(len(line) <= 79 and line.isascii() for line in done.out.splitlines())
    assert done.out.startswith("rows.jsonl: completion, 59 rows\n")
    assert "<- sequence_len" in done.out
    assert "of the rows are longer and cut into several" in done.out.replace("\n  ", " ")
    assert "a step takes 4 rows" in done.out
    assert sum(line.startswith("  up to") for line in done.out.splitlines()) <= 10


def test_lengths_that_no_row_has_get_no_line(here: Path) -> None:
    lines(here / "rows.jsonl", [*({"text": "a" * 40} for _ in range(50)), {"text": "a" * 40000}])
    told = [line for line in data(here).out.splitlines() if line.startswith("  up to")]
    assert all("0.0%" not in line or "<- sequence_len" in line for line in told)
    assert 2 <= len(told) <= 3


def test_three_rows_are_told_as_they_are_learned(here: Path) -> None:
    lines(here / "rows.jsonl", [{"instruction": f"What {number}?", "output": f"That {number}."} for number in range(9)])
    done = run("data", "rows.jsonl")
    told = done.out.splitlines()
    assert "rows.jsonl, as it is learned: [+ learned +], the rest only read" in told
    assert [line for line in told if line.startswith("row ")] == ["row 1", "row 2", "row 3"]
    assert "[+ That 2. +]" in told
    assert "[+ That 3. +]" not in told


def test_a_file_alone_and_its_type_by_its_columns(here: Path) -> None:
    lines(here / "a.jsonl", [{"instruction": "x" * 9, "output": "y"}] * 3)
    found = run("data", "a.jsonl", "--json").row()
    assert (found["datasets"][0]["type"], found["datasets"][0]["type_guessed"]) == ("alpaca", True)
    assert found["sequence_len"] == 512
    assert any("sequence_len 512" in text for text in found["assumptions"])
    named = run("data", "a.jsonl", "--type", "alpaca", "--length", "64", "--json").row()
    assert (named["sequence_len"], named["datasets"][0]["type_guessed"]) == (64, False)


@pytest.mark.parametrize(
    ("row", "kind", "sentence"),
    [
        (
            {"text": "x"},
            "alpaca",
            "alpaca reads instruction, output, but the rows have text; `type: completion` reads these",
        ),
        ({"question": "x"}, "alpaca", "alpaca reads instruction, output, but the rows have question"),
        (
            {"conversations": [{"from": "human", "value": "x"}]},
            "chat_template",
            "chat_template reads messages, but the rows have conversations; `type: chat_template` reads them with"
            " `field_messages: conversations`, `message_property_mappings: {role: from, content: value}`",
        ),
    ],
)
def test_wrong_columns_are_found_before_training(here: Path, row: dict[str, Any], kind: str, sentence: str) -> None:
    lines(here / "a.jsonl", [row] * 3)
    done = run("data", "a.jsonl", "--type", kind, "--json")
    assert (done.code, done.err) == (1, "")
    assert done.row()["datasets"][0]["wrong"] == sentence
    assert done.row()["steps"] is None
    assert "steps unknown" in run("data", "a.jsonl", "--type", kind).out


def test_a_row_further_on_that_can_not_be_read(here: Path) -> None:
    lines(here / "a.jsonl", [{"text": "x"}] * 5 + [{"text": ["x"]}, {"other": 1}])
    done = run("data", "a.jsonl", "--type", "completion", "--json")
    assert done.code == 1
    assert done.row()["datasets"][0]["bad"] == {"count": 2, "line": 6, "why": "`text` is not a text"}
    told = run("data", "a.jsonl", "--type", "completion").out
    assert "2 of 7 rows can't be read, the first on line 6" in told
    assert "row 6 has something in `text` that is no text" in run("data", "a.jsonl").err


def test_what_is_not_here_is_unknown(here: Path) -> None:
    lines(here / "rows.jsonl", [{"text": "x"}])
    (here / "folder").mkdir()
    config = CONFIG.replace("sequence_len", "  - path: owner/data\n    type: alpaca\n  - path: folder\nsequence_len")
    done = data(here, config, "--json")
    first, hub, folder = done.row()["datasets"]
    assert (done.code, done.row()["steps"]) == (0, None)
    assert first["unknown"] is None
    assert hub["unknown"] == "not a file on this machine, so its rows are not read"
    assert "a folder" in folder["unknown"]


def test_a_folder_of_folders_is_unknown(here: Path) -> None:
    (here / "rows.jsonl" / "inner").mkdir(parents=True)
    lines(here / "rows.jsonl" / "inner" / "a.jsonl", [{"text": "x"}])
    (found,) = data(here, CONFIG, "--json").row()["datasets"]
    assert found["unknown"] == "a folder whose rows are not read: its files lie in folders of it"


def test_a_folder_is_its_files(here: Path) -> None:
    (here / "rows.jsonl").mkdir()
    lines(here / "rows.jsonl" / "a.jsonl", [{"text": "x"}] * 3)
    lines(here / "rows.jsonl" / "b.jsonl", [{"text": "x"}, {"text": ["x"]}])
    first, second = data(here, CONFIG, "--json").row()["datasets"]
    assert [one["path"] for one in (first, second)] == ["rows.jsonl/a.jsonl", "rows.jsonl/b.jsonl"]
    assert [one["rows"] for one in (first, second)] == [3, 2]
    assert second["bad"]["line"] == 2


def test_types_that_are_not_known(here: Path) -> None:
    lines(here / "rows.jsonl", [{"text": "x"}])
    found = data(here, CONFIG.replace("completion", "completions"), "--json").row()["datasets"][0]
    assert found["unknown"] == ("rows of `type: completions` are not known to memwizard. Did you mean 'completion'?")


@pytest.mark.parametrize(
    ("content", "place"),
    [('{"text": "x"}\nbroken\n', "rows.jsonl:2: not valid JSON"), (None, "rows.jsonl: there is no such file")],
)
def test_files_that_can_not_be_used_end_with_2(here: Path, content: str | None, place: str) -> None:
    if content is not None:
        (here / "rows.jsonl").write_text(content)
    done = data(here)
    assert (done.code, done.err) == (2, f"memwizard: {place}\n")
    assert not done.out
    assert run("data", "rows.jsonl", "--type", "completion").refusal() == place


def test_a_file_without_rows(here: Path) -> None:
    (here / "a.jsonl").write_text("\n")
    done = run("data", "a.jsonl", "--type", "completion", "--json")
    assert (done.code, done.row()["datasets"][0]["wrong"]) == (1, "holds no rows")


def test_entries_that_are_no_datasets(here: Path) -> None:
    done = data(here, "datasets:\n  - 7\n  - {type: alpaca}\n  - path: 5\n    type: [a]\n", "--json")
    assert done.code == 0
    assert [one["unknown"] for one in done.row()["datasets"]] == [
        "not a dataset: it takes `path` and `type`",
        "an entry names no `path`",
        "not a file on this machine, so its rows are not read",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("my.yml", "--type", "alpaca"), "`--type` goes with a data file"),
        (("none.yml",), "there is no such file"),
        (("empty.yml",), "names no `datasets`"),
        (("my.yml", "--length", "0"), "--length"),
        (("my.yml", "--sample", "-1"), "--sample"),
    ],
)
def test_wrong_usage(here: Path, arguments: tuple[str, ...], words: str) -> None:
    (here / "my.yml").write_text(CONFIG)
    (here / "empty.yml").write_text("base_model: a/b\n")
    assert words in run("data", *arguments).refusal()


def test_several_datasets_count_together(here: Path, model: Path) -> None:
    words(here / "rows.jsonl", *[49] * 30)
    words(here / "more.jsonl", *[79] * 10)
    more = CONFIG.replace("sequence_len", "  - path: more.jsonl\n    type: completion\nsequence_len", 1)
    found = data(here, more, "--json").row()
    assert found["rows_kept"]["likely"] == 40
    assert found["steps_per_epoch"]["likely"] == 10
    short = data(here, more, "--json", "--length", "50").row()
    assert short["over"]["likely"] == 0.25
    assert short["rows_kept"]["likely"] == 50


def test_a_config_elsewhere_finds_the_files_beside_it(here: Path) -> None:
    (here / "sub").mkdir()
    lines(here / "sub/rows.jsonl", [{"text": "x"}])
    (here / "sub/my.yml").write_text(CONFIG)
    assert run("data", "sub/my.yml", "--json").row()["datasets"][0]["rows"] == 1
    assert run("data", "-", "--json", stdin=CONFIG).code == 2


def test_preference_data_has_no_padding_figures(here: Path) -> None:
    lines(here / "rows.jsonl", [{"question": "q" * 40, "chosen": "c" * 80, "rejected": "r"}] * 8)
    found = data(here, CONFIG.replace("completion", "chatml.intel") + "rl: dpo\n", "--json").row()
    assert found["packing_waste"] is None
    assert found["steps_per_epoch"]["likely"] == 2
    assert any("chat template" in text for text in found["assumptions"])


def test_a_sample_says_so(here: Path) -> None:
    lines(here / "a.jsonl", [{"text": f"{number} " * 20} for number in range(4000)])
    found = run("data", "a.jsonl", "--sample", "500", "--json").row()["datasets"][0]
    assert not found["rows_exact"]
    assert found["rows"] == pytest.approx(4000, rel=0.1)
    assert 0 < found["share_read"] < 0.25
    text = run("data", "a.jsonl", "--sample", "500").out.replace("\n  ", " ")
    assert "blocks spread evenly over the file, seed 42" in text
    assert math.isclose(found["sampled"], 500, rel_tol=0.2)


def test_parquet_and_csv(here: Path) -> None:
    (here / "a.csv").write_text("text\nhello\nworld\n")
    assert run("data", "a.csv", "--json").row()["datasets"][0]["rows"] == 2
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    parquet.write_table(
        pyarrow.Table.from_pylist([{"messages": [{"role": who, "content": "x"} for who in ("user", "assistant")]}]),
        here / "a.parquet",
    )
    found = run("data", "a.parquet", "--json").row()["datasets"][0]
    assert (found["type"], found["rows"], found["bad"]) == ("chat_template", 1, None)


def test_hours_of_an_epoch_are_told_for_a_gpu_whose_rate_is_known(here: Path) -> None:
    (here / "rows.jsonl").write_text('{"text": "some words"}\n' * 500, encoding="utf-8")
    text = "base_model: Qwen/Qwen3-8B\nadapter: qlora\nload_in_4bit: true\nsequence_len: 2048\nmicro_batch_size: 1\n"
    text += (
        "gradient_checkpointing: true\npad_to_sequence_len: true\ndatasets:\n  - {path: rows.jsonl, type: completion}\n"
    )
    (here / "a.yml").write_text(text, encoding="utf-8")
    hours = run("data", "a.yml", "--gpu", "a100-80gb", "--json").row()["epoch_hours"]
    assert 0 < hours["low"] < hours["high"]
    # 500 rows padded to 2,048 tokens; 2,340 tokens a second were measured there with a 7B model
    assert hours["low"] < 500 * 2048 / 2340 / 3600 < hours["high"]
    assert "an epoch takes roughly" in run("data", "a.yml", "--gpu", "a100-80gb").out
    assert run("data", "a.yml", "--json").row()["epoch_hours"] is None
    assert run("data", "a.yml", "--gpu", "24GiB", "--json").row()["epoch_hours"] is None


def test_images_of_the_rows_are_measured_by_their_headers(here: Path) -> None:
    from tests.world.test_headers import PNG, WAV

    (here / "one.png").write_bytes(PNG)
    (here / "one.wav").write_bytes(WAV)
    talk = [{"role": "user", "content": [{"type": "text", "text": "What is it?"}]}]
    seen = {"messages": talk, "images": ["one.png", "https://example.org/two.png"]}
    heard = {"messages": [{"role": "user", "content": [{"type": "audio", "path": "one.wav"}]}]}
    lines(here / "rows.jsonl", [seen, heard, {"messages": talk}])
    config = CONFIG.replace("completion", "chat_template")
    (one,) = data(here, config, "--json").row()["datasets"]
    assert one["media"] == {
        "rows": 2,
        "most_images": 2,
        "images": {"p50": [640, 480], "p95": [640, 480], "max": [640, 480]},
        "seconds": {"p50": 2.5, "p95": 2.5, "max": 2.5},
        "unread": 1,
    }
    told = " ".join(data(here, config).out.split())
    assert "images: 1, up to 2 a row; half are no larger than 640x480" in told
    assert "sound: 1 clips, half up to 2.5 s" in told
    assert "not looked at: 1" in told


def test_progress_is_one_line_that_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = Progress("a\x1b[31m\n.jsonl")
    progress.say(0.5)
    progress.end()
    assert terminal.getvalue() == "\rreading a\\x1b[31m\\n.jsonl: 50%\r\x1b[K"
