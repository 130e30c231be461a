"""A rewritten file differs in the fields that were asked for, and in nothing else."""

from __future__ import annotations

import difflib
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE
from wizard.world.rewrite import rewrite, same

FILE = """\
# head
a: 1   # one
b: "two"   # two
# about c
c:
  - x: 1   # three
    y: 2
  - z   # four
d: {e: 1, f: 'g'}   # five
empty:   # six
s: |
  text

m: &m
  q: yes
n:
  <<: *m
  r: 010   # octal
long: [1,
  2]   # seven
t: &t 5
u: *t
"""


def changed(text: str, changes: dict[str, object], *near: str) -> list[str]:
    """The lines taken out and put in."""
    made = rewrite(text, changes, "my.yml", near)
    lines = difflib.unified_diff(text.splitlines(True), made.splitlines(True), n=0, lineterm="")
    return [line for line in lines if line[0] in "+-" and line[:3] not in ("+++", "---")]


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({"a": 2}, ["-a: 1   # one\n", "+a: 2   # one\n"], id="a number"),
        pytest.param({"b": "it's"}, ['-b: "two"   # two\n', '+b: "it\'s"   # two\n'], id="quotes stay"),
        pytest.param({"b": "010"}, ['-b: "two"   # two\n', '+b: "010"   # two\n'], id="text like a number"),
        pytest.param({"a": "010"}, ["-a: 1   # one\n", "+a: '010'   # one\n"], id="a number becomes such a text"),
        pytest.param({"a": "yes"}, ["-a: 1   # one\n", "+a: 'yes'   # one\n"], id="a text like a boolean"),
        pytest.param({"a": REMOVE}, ["-a: 1   # one\n"], id="out"),
        pytest.param({"a": None}, ["-a: 1   # one\n", "+a: null   # one\n"], id="null"),
        pytest.param({"c": [{"x": 1, "y": 3}, "z"]}, ["-    y: 2\n", "+    y: 3\n"], id="deep in a list"),
        pytest.param({"c": [{"x": 1}, "z"]}, ["-    y: 2\n"], id="out, deep in a list"),
        pytest.param({"c": [{"x": 1, "y": 2, "v": [1]}, "z"]}, ["+    v:\n", "+      - 1\n"], id="in, deep in a list"),
        pytest.param(
            {"c": "none"},
            ["-c:\n", "-  - x: 1   # three\n", "-    y: 2\n", "-  - z   # four\n", "+c: none   # four\n"],
            id="a list becomes a text",
        ),
        pytest.param(
            {"d": {"e": 2, "f": "h", "k": [1]}},
            ["-d: {e: 1, f: 'g'}   # five\n", "+d: {e: 2, f: 'h', k: [1]}   # five\n"],
            id="in braces",
        ),
        pytest.param({"d": {"f": "g"}}, ["-d: {e: 1, f: 'g'}   # five\n", "+d: {f: 'g'}   # five\n"], id="first out"),
        pytest.param({"d": {"e": 1}}, ["-d: {e: 1, f: 'g'}   # five\n", "+d: {e: 1}   # five\n"], id="last out"),
        pytest.param({"empty": 5}, ["-empty:   # six\n", "+empty: 5   # six\n"], id="nothing becomes a number"),
        pytest.param({"s": "x"}, ["-s: |\n", "-  text\n", "+s: x\n"], id="a text of several lines"),
        pytest.param({"n": {"q": False, "r": 8}}, ["+  q: false\n"], id="over a merged key"),
        pytest.param({"long": REMOVE}, ["-long: [1,\n", "-  2]   # seven\n"], id="out, over two lines"),
        pytest.param({"u": 6}, ["-u: *t\n", "+u: 6\n"], id="an alias"),
        pytest.param({"new": {"k": [1, "x"]}}, ["+new:\n", "+  k:\n", "+    - 1\n", "+    - x\n"], id="a new block"),
        pytest.param({"a": REMOVE, "a2": 3, "a3": 4}, ["-a: 1   # one\n", "+a2: 3   # one\n", "+a3: 4\n"], id="order"),
        pytest.param({"a": REMOVE, "aa": 1}, ["-a: 1   # one\n", "+aa: 1   # one\n"], id="another name"),
        pytest.param(
            {"c": REMOVE, "cc": [{"x": 1, "y": 2}, "z"]}, ["-c:\n", "+cc:\n"], id="another name for a block"
        ),
        pytest.param({"a": REMOVE, "new": 7}, ["-a: 1   # one\n", "+new: 7   # one\n"], id="in its place"),
        pytest.param({"gone": REMOVE, "a": 1}, [], id="nothing to do"),
    ],
)  # fmt: skip
def test_what_changes(changes: dict[str, object], lines: list[str]) -> None:
    assert changed(FILE, changes) == lines
    windows = changed(FILE.replace("\n", "\r\n"), changes)
    assert windows == [line.replace("\n", "\r\n") for line in lines]


def test_a_new_field_stands_near() -> None:
    assert rewrite("a: 1\nb: 2\n# end\n", {"n": 1}, "f", ["x", "a", "b"]) == "a: 1\nn: 1\nb: 2\n# end\n"
    assert rewrite("a: 1\nb: 2\n# end\n", {"n": 1}, "f") == "a: 1\nb: 2\nn: 1\n# end\n"


TWICE = """\
a: 1 # one
b: {x: 1, y: 2, x: 3}
# above
a: 2
c:
  - p: 1 # p
    q: 2
    p: 3
"""


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        pytest.param({"a": 5}, ["-a: 2\n", "+a: 5\n"], id="the one that counts is set"),
        pytest.param({"a": 2}, ["-a: 1 # one\n"], id="as it is: it stays alone"),
        pytest.param({"a": REMOVE}, ["-a: 1 # one\n", "-a: 2\n"], id="all go"),
        pytest.param({"a": REMOVE, "z": 2}, ["-a: 1 # one\n", "+z: 1 # one\n", "-a: 2\n", "+z: 2\n"], id="renamed"),
        pytest.param({"b": {"x": 3, "y": 2}}, ["-b: {x: 1, y: 2, x: 3}\n", "+b: {y: 2, x: 3}\n"], id="in braces"),
        pytest.param({"b": {"x": 4, "y": 2}}, ["-b: {x: 1, y: 2, x: 3}\n", "+b: {x: 1, y: 2, x: 4}\n"], id="set there"),
        pytest.param({"b": {"y": 2}}, ["-b: {x: 1, y: 2, x: 3}\n", "+b: {y: 2}\n"], id="out of braces"),
        pytest.param({"a": 2, "n": 1}, ["-a: 1 # one\n", "+n: 1\n"], id="with another change"),
    ],
)
def test_keys_that_stand_there_twice(changes: dict[str, object], lines: list[str]) -> None:
    assert changed(TWICE, changes) == lines
    assert changed(TWICE.replace("\n", "\r\n"), changes) == [line.replace("\n", "\r\n") for line in lines]


def test_a_key_twice_in_a_list_whose_first_line_it_is() -> None:
    with pytest.raises(InputError, match="does not stand on a line of its own"):
        rewrite(TWICE, {"c": [{"p": 3, "q": 2}]}, "my.yml")
    text = TWICE.replace(" # p", "")
    assert "c:\n  - q: 2\n    p: 3\n" in rewrite(text, {"c": [{"p": 3, "q": 2}]}, "my.yml")


def test_thousands_of_keys_that_stand_there_twice_are_left_to_a_person() -> None:
    with pytest.raises(InputError, match="take them out by hand"):
        rewrite("a: {" + "b: 1, " * 5000 + "}\n", {"a": {"b": 1}}, "my.yml")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"n": {"r": 8}}, "`q` is merged in with `<<`"),
        ({"m": {"q": False}}, "without changing other values"),
        ({"m": REMOVE}, "undefined alias"),
        ({"t": 6}, "without changing other values"),
    ],
)
def test_refuses_what_others_use(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError) as caught:
        rewrite(FILE, changes, "my.yml")
    assert words in str(caught.value)
    assert is_one_sentence(caught.value)


@pytest.mark.parametrize(
    ("text", "changes", "made"),
    [
        pytest.param("a: 1", {"b": 2}, "a: 1\nb: 2", id="no end of the last line"),
        pytest.param("a: 1\nb: 2", {"b": REMOVE}, "a: 1", id="the last line out"),
        pytest.param("a: 1\r\nb: 2", {"b": REMOVE, "c": 3, "a": 4}, "a: 4\r\nc: 3", id="CRLF"),
        pytest.param("a: 1\rb: 2\r", {"a": 3}, "a: 3\rb: 2\r", id="CR"),
        pytest.param("a: 1 #\tx\nb: 2\n", {"a": 3}, "a: 3 #\tx\nb: 2\n", id="tabs"),
        pytest.param("---\na: 1\n...\n", {"b": 2}, "---\na: 1\nb: 2\n...\n", id="marks of a document"),
        pytest.param("%YAML 1.1\n---\na: yes\n", {"b": 2}, "%YAML 1.1\n---\na: yes\nb: 2\n", id="a directive"),
        pytest.param("  a: 1\n  b: 2\n", {"c": 2}, "  a: 1\n  b: 2\n  c: 2\n", id="indented"),
        pytest.param("{a: 1, b: yes}\n", {"c": 2}, "{a: 1, b: yes, c: 2}\n", id="braces"),
        pytest.param('{"a": 1}\n', {"c": True}, '{"a": 1, "c": true}\n', id="JSON"),
        pytest.param("{}\n", {"c": [1]}, "{c: [1]}\n", id="nothing yet"),
        pytest.param("{a: 1, b}\n", {"b": 2}, "{a: 1, b: 2}\n", id="a key alone"),
        pytest.param("a: &x 1\n", {"a": 2}, "a: &x 2\n", id="an anchor that nobody uses"),
        pytest.param("a: !!float 1\n", {"a": 2}, "a: 2\n", id="a tag"),
        pytest.param("a: &x\n  b: 1\n", {"a": {"b": 2}}, "a: &x\n  b: 2\n", id="below an anchor"),
        pytest.param("'a': 1\n\"b\": 2\n", {"a": 3, "b": REMOVE}, "'a': 3\n", id="keys in quotes"),
        pytest.param("a: 1\n\n\n# z\nb: 2\n", {"a": REMOVE}, "\n\n# z\nb: 2\n", id="the first out"),
        pytest.param("a: # why\n  # more\n  b: 1\nc: 2\n", {"a": 5}, "a: 5 # why\n  # more\nc: 2\n", id="comments"),
        pytest.param("a:\n- 1\n- 2 # x\nb: 1\n", {"a": [3]}, "a:\n- 3 # x\nb: 1\n", id="a list that is not indented"),
        pytest.param("a: |+\n  x\n\nb: 1\n", {"b": 2}, "a: |+\n  x\n\nb: 2\n", id="kept blank lines"),
        pytest.param("ä: 😀 # ü\nb: 1\n", {"b": "é"}, "ä: 😀 # ü\nb: é\n", id="beyond ASCII"),
        pytest.param("a: 1\n", {"b": "x\ny\x85"}, 'a: 1\nb: "x\\ny\\N"\n', id="a text of two lines"),
        pytest.param("a: .nan\nb: 1\n", {"b": 2}, "a: .nan\nb: 2\n", id="not a number"),
        pytest.param("a: 2024-01-02\nb: 1\n", {"b": 2}, "a: 2024-01-02\nb: 2\n", id="a day"),
        pytest.param("a:\n  - b: 1\n    c: 2\n", {"a": [{"c": 2}]}, "a:\n  - c: 2\n", id="the first of an item"),
    ],
)
def test_the_whole_text(text: str, changes: dict[str, object], made: str) -> None:
    assert rewrite(text, changes, "my.yml") == made


@pytest.mark.parametrize(
    "text",
    [
        "? a\n: 1\n? b\n: 2\n",
        "a: |+\n  x\n\n",
        "a: 1 # no end",
        "<<: {a: 1}\n",
        "a: 1\n<<: {b: 2, c: 3}\n",
        "{a: 1, # x\n b: 2, # y\n}\n",
        "a: 'x\n  y'\nb: >-\n  folded\n  text\n",
        "a: &b\n  - &c 1\n  - *c\nd: [*b, *c]\n",
        "a: !!set {x, y}\nb: !!omap [c: 1]\n",
        "a:\n",
        "a: &e\nb: *e\n",
        "- a\n",
        "a: ]\n",
        "",
    ],
)
@pytest.mark.parametrize("changes", [{"a": 5}, {"a": REMOVE}, {"a": {"b": [1]}}, {"z": 1, "b": REMOVE}])
def test_either_right_or_refused(text: str, changes: dict[str, object]) -> None:
    verify(text, changes)


def verify(text: str, changes: dict[str, object]) -> str | None:
    """Either only these fields differ to PyYAML's own reader, or one sentence says why not."""
    try:
        made = rewrite(text, changes, "my.yml")
    except InputError as error:
        if not is_one_sentence(error):
            raise
        return None
    wanted: dict[str, Any] = dict(yaml.safe_load(text))
    for key, value in changes.items():
        if value is REMOVE:
            wanted.pop(key, None)
        else:
            wanted[key] = value
    assert same(yaml.safe_load(made), wanted)
    assert rewrite(made, changes, "my.yml") == made
    return made


def is_one_sentence(error: InputError) -> bool:
    return error.file == "my.yml" and "\n" not in str(error)


KEYS = [f"key_{letter}" for letter in "abcdefgh"]
VALUES = [
    *("1", "yes", "010", "0x1F", "1e-5", "2.0e-4", "~", "", "auto", "'sing''le'", '"dou\\"ble"', "1:30", "text # no"),
    *("[1, yes, 'x']", "{p: 1, q: [a, b]}", "[1,\n    2]", "|\n  line\n  # no comment\n", ">-\n  folded\n  text"),
    *(
        "\n  p: 1\n  # C inside\n  q: no   # C beside",
        "\n  - a\n  - p: 1 # C item\n    q: 2",
        "\n- a\n- b",
        "&anchor 5",
    ),
    *("*anchor", "&block\n  p: 1\n  q: 2", "\n  <<: *block\n  r: 3", "# C none\n  - x"),
]
NEW = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(allow_nan=False) | st.text(max_size=8)
    | st.sampled_from(["yes", "010", "1e-5", "# x", "a: b", "- c", "*anchor", "&a", "''", "|", "x\ny"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["p", "q", "r"]), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> str:
    entries = draw(st.lists(st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), min_size=1, max_size=8))
    entries = list({key: (key, value) for key, value in entries}.values())
    parts = []
    for number, (key, value) in enumerate(entries):
        if draw(st.booleans()):
            parts.append(f"# C above {number}\n")
        beside = f"   # C end {number}" if draw(st.booleans()) and not value.endswith("\n") else ""
        space = "" if value.startswith("\n") or not value else " " * draw(st.integers(1, 3))
        parts.append(f"{key}:{space}{value}{beside}\n" + "\n" * draw(st.integers(0, 1)))
    text = "".join(parts)
    if draw(st.booleans()):
        text = text.rstrip("\n")
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


@settings(max_examples=400, deadline=None)
@given(texts(), st.dictionaries(st.sampled_from([*KEYS, "new"]), st.just(REMOVE) | NEW, min_size=1, max_size=3))
@example("key_a: &anchor 5\nkey_b: *anchor", {"key_b": 1})
@example("key_a:\r\n  p: 1\r\n  # C inside\r\n  q: no   # C beside", {"key_a": None, "key_b": None})
def test_only_the_fields_asked_for_change(text: str, changes: dict[str, object]) -> None:
    made = verify(text, changes)
    if made is None:
        return
    values = yaml.safe_load(text)
    differ = {key for key, value in changes.items() if key not in values or not same(values[key], value)}
    for line in kept_lines(text, differ):
        assert line in made
    assert made.startswith("\ufeff") == text.startswith("\ufeff")
    assert ("\r\n" in made) == ("\r\n" in text) or "\n" not in made


def kept_lines(text: str, differ: set[str]) -> list[str]:
    """The lines, with their ends, of the keys that do not differ, and the comments above all keys."""
    kept, keep = [], True
    for line in text.splitlines(keepends=True):
        if line.startswith("key_"):
            keep = line.partition(":")[0] not in differ
        if keep or line.startswith("# C above"):
            kept.append(line.rstrip("\r\n"))
    return kept


@settings(max_examples=100, deadline=None)
@given(texts(), st.sampled_from(KEYS), st.sampled_from(["p", "q", "new"]), NEW)
def test_deep_edits(text: str, key: str, inner: str, value: object) -> None:
    try:
        old = yaml.safe_load(text)[key]
    except (yaml.YAMLError, KeyError):
        return
    if isinstance(old, dict):
        made = verify(text, {key: {**old, inner: value}})
        assert made is None or all(one in made for one in ("# C inside", "# C item") if one in text)


PIECES = st.sampled_from(
    [
        *("a", "b", "key", ": ", ":", "- ", "? ", "\n", "\n  ", "\n\t", " ", "[", "]", "{", "}", ", ", "&a ", "*a"),
        *("<<: ", "'", '"', "|\n", ">-\n", "# c", "!!str ", "---\n", "...\n", "\r\n", "\x85", "\u2028", "ä", "1", "no"),
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(PIECES, max_size=25).map("".join), st.sampled_from(["a", "b", "z"]), st.just(REMOVE) | NEW)
def test_any_text_is_rewritten_rightly_or_refused(text: str, key: str, value: object) -> None:
    verify(text, {key: value})


def test_most_edits_of_plain_files_are_possible() -> None:
    """Refusing everything would pass the tests above."""
    for key in ("a", "b", "c", "d", "empty", "s", "n", "long", "u"):
        for value in (REMOVE, None, True, 2, 0.5, "x", [1, "y"], {"k": [2]}, "two\nlines", [], {}):
            assert verify(FILE, {key: value}) is not None, (key, value)


PREFIXED = """\
block:
  x_one: 1   # first
  # between
  x_two: true
  x_gone: 3   # goes
list:
  - old: a   # kept
    b: 1
"""


def test_keys_of_a_block_and_of_a_list_get_their_new_names_where_they_stand() -> None:
    changes = {"block": {"one": 1, "two": True}, "list": [{"new": "a", "b": 1}]}
    assert (
        rewrite(PREFIXED, changes, "f.yml")
        == """\
block:
  one: 1   # first
  # between
  two: true
list:
  - new: a   # kept
    b: 1
"""
    )
