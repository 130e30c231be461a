"""Whatever a file holds, reading it ends in values or in one sentence that says where."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from wizard.domain.errors import InputError
from wizard.domain.plan import Plan
from wizard.world import yamlfile
from wizard.world.configs import plan_of, read_plan
from wizard.world.presets import _shipped_folder
from wizard.world.yamlfile import MAX_BYTES, MAX_DEPTH, read_text

PRESETS = [
    entry.read_text(encoding="utf-8") for entry in _shipped_folder().iterdir() if entry.name.endswith((".yml", ".yaml"))
]
LAUGHS = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)
MERGING_LAUGHS = "a0: &a0 {x: 1}\n" + "".join(
    f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 10)}], k{n}: 1}}\n" for n in range(1, 9)
)


def refused(text: str) -> InputError:
    with pytest.raises(InputError) as caught:
        plan_of(text, "my.yml")
    assert caught.value.file == "my.yml"
    assert "\n" not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        pytest.param("a: 1\nb: ]", "not valid YAML", 2, id="not YAML"),
        pytest.param("a: 1\nb: c: d", "not valid YAML", 2, id="two colons"),
        pytest.param('a: 1\nb: "open', "not valid YAML", 2, id="open quote"),
        pytest.param("a: 1\n\tb: 2", "not valid YAML", 2, id="tab as indentation"),
        pytest.param("a:\n\tb: 2", "not valid YAML", 2, id="tab below a key"),
        pytest.param("a: 1\nb: *nothing", "undefined alias", 2, id="undefined alias"),
        pytest.param("a: 1\n---\nb: 2", "another document", 2, id="two documents"),
        pytest.param("- a\n- b", "holds a list", 1, id="a list"),
        pytest.param("just words", "holds a single value", 1, id="a scalar"),
        pytest.param("42", "holds a single value", 1, id="a number"),
        pytest.param("", "empty", None, id="nothing"),
        pytest.param("# a comment\n\n", "empty", None, id="comments only"),
        pytest.param("a: 1\na: 2024-99-99\na: 3", "not valid YAML", None, id="a value that does not count"),
        pytest.param("[a, b]: 1", "a key must be a word", 1, id="a list as a key"),
        pytest.param("? {a: 1}\n: 2", "a key must be a word", 1, id="a mapping as a key"),
        pytest.param("a: 1\nb: &b [*b]", "an alias contains itself", 2, id="self-reference"),
        pytest.param("b: &b {c: {d: *b}}", "an alias contains itself", 1, id="self-reference in a mapping"),
        pytest.param("a: &a {<<: *a}", "an alias contains itself", 1, id="merges itself"),
        pytest.param(LAUGHS, "aliases multiply", 5, id="billion laughs"),
        pytest.param(MERGING_LAUGHS, "aliases multiply", 6, id="billion merges"),
        pytest.param("<<: 1", "expected a mapping", 1, id="merges a number"),
        pytest.param("a: !!python/object/apply:os.system [ls]", "could not determine a constructor", 1, id="python"),
        pytest.param("a: 1\nb: !mine x", "could not determine a constructor", 2, id="an unknown tag"),
        pytest.param("!!python/dict {a: 1}", "could not determine a constructor", 1, id="a tag on the root"),
        pytest.param("a: 1\nb: " + "[" * 41 + "]" * 41, f"deeper than {MAX_DEPTH}", 2, id="deep"),
        pytest.param("a: 1\nb:\t1", "a tab", 2, id="a tab between, which libyaml takes and Axolotl's reader does not"),
        pytest.param("a: 1\t# x", "a tab", 1, id="a tab before a comment"),
        pytest.param("a: [0.5?, 1]", "not valid YAML", 1, id="a question mark in brackets"),
        pytest.param("a: 2024-99-99", "not valid YAML", None, id="no such day"),
        pytest.param("a: 1\nb: x\x00y", "not valid YAML", None, id="NUL"),
        pytest.param("a: 1\nb: x\x07y", "not valid YAML", None, id="a bell"),
        pytest.param("a: \udcff", "not valid YAML", None, id="half a character"),
        pytest.param("a: " + "9" * 5000, "not valid YAML", None, id="more digits than Python reads"),
        pytest.param("a: [" + "1, " * 100_001 + "]", "more values than any config has", 1, id="many values"),
    ],
)
def test_refuses(text: str, words: str, line: int | None) -> None:
    error = refused(text)
    assert words in error.message
    if line is not None:
        assert error.line == line


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("micro_batch_size: two", "takes a whole number"),
        ("micro_batch_size: 1.5", "takes a whole number"),
        ("micro_batch_size: [1]", "takes a whole number"),
        ("micro_batch_size: .nan", "takes a whole number"),
        ("lora_dropout: little", "takes a number"),
        ("datasets: data.jsonl", "takes a list"),
        ("load_in_4bit: perhaps", "takes true or false"),
        ("base_model: {name: x}", "takes text"),
        ("adapter: 5", "takes text"),
        ("rl: ppo", "'dpo', 'gdpo'"),
        ("bf16: maybe", "takes true or false or 'auto'"),
    ],
)
def test_names_the_line_of_a_wrong_type(line: str, wanted: str) -> None:
    error = refused(f"base: 1\n\n{line}\n")
    assert error.line == 3
    assert f"`{line.partition(':')[0]}` is" in error.message
    assert wanted in error.message


def test_shows_no_long_value() -> None:
    assert len(str(refused("micro_batch_size: [" + "word, " * 1000 + "]"))) < 120


def test_the_key_of_a_plugin_is_checked_too_and_an_unknown_one_is_let_through() -> None:
    assert "true or false" in refused("liger_rms_norm: 7").message
    assert plan_of("my_own_key: [1, {a: b}]", "my.yml")["my_own_key"] == [1, {"a": "b"}]


@pytest.mark.parametrize(
    ("text", "path", "lines"),
    [
        pytest.param("a: 1\nb: 2\na: 3", "a", (1, 3), id="a key"),
        pytest.param("a: 1\n'a': 2\n\"a\": 3", "a", (1, 2, 3), id="three times, in other quotes"),
        pytest.param("a:\n  b: 1\n  c: 2\n  b: 3", "a b", (2, 4), id="nested"),
        pytest.param("a:\n  - {b: 1}\n  - b: 1\n    b: 2", "a entry 2 b", (3, 4), id="in a list"),
        pytest.param("a: {b: 1, b: 2}", "a b", (1, 1), id="on one line"),
        pytest.param("a: &a {b: 1, b: 2}\nc: *a\nd: {<<: *a}", "a b", (1, 1), id="below an anchor, told once"),
    ],
)
def test_a_key_that_stands_there_twice_is_told_and_the_last_counts(
    text: str, path: str, lines: tuple[int, ...]
) -> None:
    plan = plan_of(text, "my.yml")
    assert [(" ".join(one.path), one.lines) for one in plan.repeated] == [(path, lines)]
    assert dict(plan.values) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    [
        "a: {b: 1}\nc: {b: 1}",
        "a: &a {x: 1}\nb: {<<: *a, x: 2}",
        "a: &a {x: 1}\nb:\n  <<: *a\n  <<: *a",
        "- a\n"[:0] + "a: [1, 1]",
    ],
)
def test_what_is_no_key_given_twice(text: str) -> None:
    assert plan_of(text, "my.yml").repeated == ()


def test_a_hundred_thousand_keys_of_one_name_are_read() -> None:
    plan = plan_of("a: 1\n" * 40_000, "my.yml")
    assert (len(plan.repeated), len(plan.repeated[0].lines)) == (1, 40_000)


@pytest.mark.parametrize("line", ["wandb_watch: false", "logging_steps: 0.2", "liger_rope: 7", "learning_rate: [1]"])
def test_a_value_that_memory_does_not_follow_from_stops_nothing_but_one_that_is_typed(line: str) -> None:
    assert plan_of(line, "my.yml")
    with pytest.raises(InputError, match="takes"):
        plan_of(line, "--set", every=True)


@pytest.mark.parametrize(
    ("text", "template", "line"),
    [
        ("a: 1\nbase_model: ${BASE_MODEL}", "${BASE_MODEL}", 2),
        ("micro_batch_size: ${MBS:-2}", "${MBS:-2}", 1),
        ("a: 1\nsequence_len: '{{ n }}'", "{{ n }}", 2),
        ("a: 1\nb: {{ n }}", "{{ n }}", 2),
        ("{% if big %}\na: 1\n{% endif %}", "{% if big %}", 1),
        ("a: 1\nb: {{ folder }}/out", "{{ folder }}", 2),
    ],
)
def test_a_template_is_named(text: str, template: str, line: int) -> None:
    error = refused(text)
    assert f"the template {template}, which nothing has filled in: render the file first" in error.message
    assert error.line == line


@pytest.mark.parametrize(
    "text",
    [
        "output_dir: out/${RUN}",
        "chat_template_jinja: '{{ messages }}'",
        "sequence_len: 5 # {{ x }}",
        "datasets: [{path: '${D}'}]",
    ],
)
def test_a_template_that_memory_does_not_follow_from_stops_nothing(text: str) -> None:
    assert plan_of(text, "my.yml")


def test_keeps_values_order_and_lines() -> None:
    plan = plan_of("# head\nzeta: 1\n\nalpha:\n  - x: {y: z}\nbeta: 'text'\n", "my.yml")
    assert list(plan) == ["zeta", "alpha", "beta"]
    assert dict(plan.lines) == {"zeta": 2, "alpha": 4, "beta": 6}
    assert dict(plan.values) == {"zeta": 1, "alpha": [{"x": {"y": "z"}}], "beta": "text"}
    assert plan.source == "my.yml"


@pytest.mark.parametrize(
    ("text", "values"),
    [
        pytest.param("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3}", {"x": 1, "y": 3}, id="merge"),
        pytest.param("a: &a {x: 1}\nc: &c {z: 1}\nb:\n  <<: [*a, *c]", {"x": 1, "z": 1}, id="merge of two"),
        pytest.param("a: &a {x: 1}\nc: &c {z: 1}\nb:\n  <<: *a\n  <<: *c", {"x": 1, "z": 1}, id="two merges"),
        pytest.param("a: &a [1, 2]\nb: *a", [1, 2], id="alias"),
        pytest.param("b: 1e-4", "1e-4", id="PyYAML takes 1e-4 as text"),
        pytest.param("b: 1.0e-4", 1e-4, id="and 1.0e-4 as a number"),
        pytest.param("b: 1 # a\tb", 1, id="a tab in a comment"),
        pytest.param('b: "a\tb"', "a\tb", id="a tab in quotes"),
        pytest.param("b: what?", "what?", id="a question mark"),
        pytest.param("b: no", False, id="no is false"),
        pytest.param("b: 18446744073709551616", 2**64, id="beyond 64 bits"),
        pytest.param("b: |\n  two\n  lines\n", "two\nlines\n", id="block text"),
        pytest.param("b: " + "[" * 38 + "]" * 38, eval("[" * 38 + "]" * 38), id="deep enough"),
    ],
)
def test_accepts_what_axolotl_reads(text: str, values: object) -> None:
    assert plan_of(text, "my.yml")["b"] == values


def test_a_rate_written_as_text_is_a_number_to_axolotl() -> None:
    assert plan_of("learning_rate: 1e-4", "my.yml")["learning_rate"] == "1e-4"


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbfmicro_batch_size: 2\nbase_model: x\n",
        b"micro_batch_size: 2\r\nbase_model: x\r\n",
        b"micro_batch_size: 2\rbase_model: x\r",
    ],
    ids=["byte order mark", "CRLF", "CR"],
)
def test_reads_what_other_systems_write(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "my.yml"
    path.write_bytes(raw)
    plan = read_plan(str(path))
    assert dict(plan.values) == {"micro_batch_size": 2, "base_model": "x"}
    assert dict(plan.lines) == {"micro_batch_size": 1, "base_model": 2}


@pytest.mark.parametrize("raw", [b"a: 1\nb: caf\xe9\n", b"a: 1\n\xff\xfe\n", b"a: 1\nb: \xed\xb3\xbf\n"])
def test_names_the_line_that_is_not_utf8(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "my.yml"
    path.write_bytes(raw)
    with pytest.raises(InputError, match="not UTF-8") as caught:
        read_plan(str(path))
    assert (caught.value.file, caught.value.line) == (str(path), 2)


def test_utf16_is_not_utf8(tmp_path: Path) -> None:
    path = tmp_path / "my.yml"
    path.write_bytes("a: 1\n".encode("utf-16"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_plan(str(path))


def test_refuses_fifty_megabytes_and_takes_the_largest_allowed(tmp_path: Path) -> None:
    large, allowed = tmp_path / "large.yml", tmp_path / "allowed.yml"
    with large.open("wb") as file:
        file.truncate(50 << 20)
    with pytest.raises(InputError, match="larger than 1 MiB"):
        read_plan(str(large))
    allowed.write_bytes(b"a: 1 #" + b"x" * (MAX_BYTES - 6))
    assert read_plan(str(allowed))["a"] == 1


def test_says_why_a_file_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "my.yml"
    for name, words in ((tmp_path, "is a folder"), (path, "there is no such file"), (path / "x", "there is no such")):
        with pytest.raises(InputError, match=words):
            read_text(str(name))
    path.write_text("a: 1")
    with pytest.raises(InputError, match="Not a directory"):
        read_text(str(path / "x"))
    with pytest.raises(InputError, match="File name too long"):
        read_text("x" * 5000)

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match="you may not read it") as caught:
        read_text(str(path))
    assert caught.value.file == str(path)


def test_waits_for_no_pipe_and_no_device(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = reader(str(tmp_path / "pipe"), "/dev/zero", "/dev/null")
    assert done == ["not a regular file"] * 3


def test_no_bomb_takes_the_interpreter_down(tmp_path: Path) -> None:
    bombs = {
        "brackets": "a: " + "[" * 100_000,
        "braces": "{" * 100_000,
        "closed": "a: " + "[" * 100_000 + "]" * 100_000,
        "dashes": "- " * 100_000,
        "questions": "? " * 100_000,
        "indents": "".join(" " * depth + "a:\n" for depth in range(1000)),
        "laughs": LAUGHS,
        "chain": "x0: &a0 [1]\n" + "".join(f"x{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 30_000)),
        "merges": MERGING_LAUGHS,
        "anchors": "a: " + "&x " * 100_000,
        "keys": "".join(f"k{n}: 1\n" for n in range(60_000)),
        "quotes": 'a: "' + "\\x41" * 200_000,
    }
    for name, text in bombs.items():
        (tmp_path / name).write_text(text)
    said = reader(*(str(tmp_path / name) for name in bombs))
    assert len(said) == len(bombs)
    assert "fine" not in said


def reader(*paths: str) -> list[str]:
    """What a process of its own says of each file; generous time, but bounded."""
    program = (
        "import sys\n"
        "from wizard.domain.errors import InputError\n"
        "from wizard.world.configs import read_plan\n"
        "for path in sys.argv[1:]:\n"
        "    try: read_plan(path)\n"
        "    except InputError as error: print(error.message)\n"
        "    else: print('fine')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *paths], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def outcome(text: str) -> Plan | InputError:
    try:
        return plan_of(text, "my.yml")
    except InputError as error:
        return error


def is_one_sentence(found: Plan | InputError) -> bool:
    """Whether it is a refusal of the file; else it must be values under names."""
    if isinstance(found, InputError):
        return found.file == "my.yml" and "\n" not in str(found)
    return all(isinstance(key, str) for key in found)


PIECES = st.sampled_from(
    [
        *("a", "b", "base_model", "micro_batch_size", "datasets", "learning_rate", ": ", ":", "- ", "-", "? ", "\n"),
        *("\n  ", "\n\t", " ", "[", "]", "{", "}", ", ", "&a ", "*a", "<<: ", "<<", "'", '"', "|\n", ">-\n", "# ", "%"),
        *("---\n", "...\n", "!!null ", "!!str ", "!!seq ", "!!omap ", "!!map ", "!!python/name:os.system ", "!x "),
        *("1", "1_0", "0x", "0b1", "1:30"),
        *(
            ".nan",
            ".inf",
            "1e5",
            "2024-01-01",
            "null",
            "~",
            "true",
            "\ufeff",
            "\x85",
            "\u2028",
            "é",
            "🙂",
            "\\",
            "@",
            "`",
        ),
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)))
def test_any_text_ends_in_values_or_one_sentence(text: str) -> None:
    assert is_one_sentence(outcome(text))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A preset with a few pieces cut out, put in or doubled."""
    text = draw(st.sampled_from(PRESETS))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 40)))
        text = text[:start] + draw(st.one_of(PIECES, st.text(max_size=4), st.just(text[start:end] * 2))) + text[end:]
    return text


@settings(max_examples=200, deadline=None)
@given(mutated())
def test_any_damage_to_a_preset_ends_in_values_or_one_sentence(text: str) -> None:
    assert is_one_sentence(outcome(text))


@settings(max_examples=100, deadline=None)
@given(raw=st.binary(max_size=200))
def test_any_bytes_end_in_values_or_one_sentence(raw: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yml"
    path.write_bytes(raw)
    with contextlib.suppress(InputError):
        assert all(isinstance(key, str) for key in read_plan(str(path)))


def depth(text: str) -> int:
    """How deep collections nest in a text, up to where it is broken."""
    deepest = now = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            now += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            deepest = max(deepest, now)
    except (yaml.YAMLError, ValueError):
        pass
    return deepest


NESTING = st.sampled_from(
    [
        "- ",
        "? ",
        ": ",
        "a: ",
        "a:\n",
        "\n",
        "\r",
        "\u2028",
        " ",
        "  ",
        "[",
        "{",
        "]",
        "}",
        ",",
        "x",
        "!!map ",
        "&b ",
        "--- ",
        "|\n",
        "\t",
        "\ufeff",
    ]
)


@given(st.lists(NESTING, max_size=60).map("".join), st.integers(1, 12))
def test_what_is_taken_for_shallow_is_shallow(text: str, times: int) -> None:
    for made in (text, text * times, text + "".join("\n" + " " * n + "- a:" for n in range(times))):
        assert depth(made) <= MAX_DEPTH or not yamlfile._is_small(made)


@pytest.mark.parametrize("deep", ["- " * 50, "[" * 50, "".join("\n" + " " * n + "- a:" for n in range(40)), "? " * 60])
def test_what_nests_is_not_taken_for_shallow(deep: str) -> None:
    assert not yamlfile._is_small(deep)
