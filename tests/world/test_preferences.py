"""A person's own settings: what beats what, where each comes from, and one sentence for what is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.world.places import config_folder, presets_folder, state_folder
from wizard.world.preferences import THEMES, Preferences, Setting, preferences, variable
from wizard.world.presets import own_folder, presets

WHOLE = """\
# mine
theme = "light"
gpu = "2xa100-80gb"
presets = "~/my presets"
hub = true
ascii = false
axolotl = "0.20"
"""
OTHER = {
    "theme": "contrast",
    "gpu": "24GiB",
    "presets": "/srv/presets",
    "hub": "no",
    "ascii": "ON",
    "axolotl": "newest",
}


def put(text: str, path: Path | None = None) -> Path:
    path = path or config_folder() / "config.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def values(found: Preferences) -> dict[str, object]:
    return {name: one.value for name, one in found.rows().items()}


def test_no_test_reads_this_persons_own(own_home: Path) -> None:
    assert config_folder().is_relative_to(own_home)
    assert state_folder().is_relative_to(own_home)
    assert [name for name in os.environ if name.startswith("MEMWIZARD_")] == ["MEMWIZARD_AXOLOTL"]


def test_nothing_set() -> None:
    found = preferences({})
    assert values(found) == dict.fromkeys(("theme", "gpu", "presets", "ascii", "axolotl")) | {"hub": False}
    assert {one.source for one in found.rows().values()} == {"default"}
    assert found.file == config_folder() / "config.toml"
    assert not config_folder().exists()


def test_the_file_with_its_lines(own_home: Path) -> None:
    file = put(WHOLE)
    assert preferences({}).rows() == {
        "theme": Setting("light", f"{file}:2"),
        "gpu": Setting("2xa100-80gb", f"{file}:3"),
        "presets": Setting(own_home / "my presets", f"{file}:4"),
        "hub": Setting(True, f"{file}:5"),
        "ascii": Setting(False, f"{file}:6"),
        "axolotl": Setting("0.20", f"{file}:7"),
    }


@pytest.mark.parametrize("name", OTHER)
def test_each_variable_beats_the_file(name: str) -> None:
    put(WHOLE)
    before = preferences({}).rows()
    after = preferences({variable(name): OTHER[name]}).rows()
    assert after[name].source == variable(name)
    assert after[name].value != before[name].value
    assert {key: one for key, one in after.items() if key != name} == {
        key: one for key, one in before.items() if key != name
    }


def test_the_variables_of_the_process_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEMWIZARD_GPU", "t4")
    assert preferences().gpu == Setting("t4", "MEMWIZARD_GPU")
    assert preferences({}).gpu == Setting(None)


@pytest.mark.parametrize("name", OTHER)
@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_is_not_set(name: str, text: str) -> None:
    put(WHOLE)
    assert preferences({variable(name): text}) == preferences({})


@pytest.mark.parametrize(
    ("word", "wanted"),
    [("1", True), ("true", True), ("Yes", True), ("ON", True), ("0", False), ("False", False), ("no", False)],
)
def test_words_for_true_and_false(word: str, wanted: bool) -> None:
    found = preferences({"MEMWIZARD_HUB": word, "MEMWIZARD_ASCII": word})
    assert (found.hub.value, found.ascii.value) == (wanted, wanted)


@pytest.mark.parametrize("theme", THEMES)
def test_every_theme(theme: str) -> None:
    put(f"theme = '{theme}'\r\n")
    assert preferences().theme.value == preferences({"MEMWIZARD_THEME": theme}).theme.value == theme


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("them = 'dark'", 1, "there is no setting 'them'. Did you mean 'theme'?"),
        ("\nzzz = 1", 2, "there is no setting 'zzz'. There are: theme, gpu, presets, hub, ascii, axolotl."),
        ("hub = true\n[tool.memwizard]\n", 2, "there is no setting 'tool'."),
        (
            "theme = 'drak'",
            1,
            "`theme` takes one of dark, light, contrast, ansi-dark, ansi-light. Did you mean 'dark'?",
        ),
        ("theme = ''", 1, "`theme` takes one of dark, light"),
        ("theme = 1", 1, "`theme` takes one of dark, light"),
        ("theme.x = 'dark'", 1, "`theme` takes one of dark, light"),
        ("theme = ['dark']", 1, "`theme` takes one of dark, light"),
        ("# it\n gpu = 24", 2, "`gpu` takes text"),
        ("axolotl = 0.21", 1, '`axolotl` takes a version such as "0.'),
        ("axolotl = 'new'", 1, '`axolotl` takes a version such as "0.'),
        ("gpu = ' '", 1, "`gpu` takes text"),
        ('presets = "a\\u0000b"', 1, "`presets` takes text"),
        ("presets = ''", 1, "`presets` takes text"),
        ('"hub" = 1', 1, "`hub` takes true or false"),
        ("hub = 'yes'", 1, "`hub` takes true or false, not 'yes'"),
        ("[ascii]\nx = 1", 1, "`ascii` takes true or false"),
        ("gpu = 't4'\nhub = \n", 2, "not valid TOML: Invalid value"),
        ("hub = true\nhub = false\n", 2, "not valid TOML"),
        ("hub = 'a", 1, "not valid TOML"),
        ("a = " + "[" * 100_000, None, "not valid TOML"),
    ],
)
def test_what_is_wrong_is_one_sentence_with_file_and_line(text: str, line: int | None, words: str) -> None:
    file = put(text)
    with pytest.raises(InputError) as caught:
        preferences()
    assert str(caught.value).startswith(f"{file}: " if line is None else f"{file}:{line}: ")
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        (
            "MEMWIZARD_THEME",
            "lihgt",
            "takes one of dark, light, contrast, ansi-dark, ansi-light. Did you mean 'light'?",
        ),
        ("MEMWIZARD_HUB", "maybe", "`hub` takes true or false, not 'maybe'"),
        ("MEMWIZARD_ASCII", "2", "`ascii` takes true or false, not '2'"),
    ],
)
def test_what_is_wrong_in_a_variable_names_it(name: str, value: str, words: str) -> None:
    put(WHOLE)
    with pytest.raises(InputError) as caught:
        preferences({name: value})
    assert str(caught.value).startswith(f"{name}: ")
    assert words in str(caught.value)


def test_a_wrong_line_is_told_though_a_variable_beats_it() -> None:
    put("theme = 'pink'")
    with pytest.raises(InputError, match=r"config\.toml:1: `theme` takes"):
        preferences({"MEMWIZARD_THEME": "dark"})


def test_a_key_that_may_stand_on_two_lines_has_none() -> None:
    file = put('gpu = """\ngpu = \\\n"""\n')
    assert preferences().gpu.source == str(file)


def test_bytes_that_are_no_text_and_what_is_no_file() -> None:
    file = put("")
    file.write_bytes(b"hub = true\n\xff")
    with pytest.raises(InputError, match=r"config\.toml:2: not UTF-8"):
        preferences()
    file.unlink()
    file.mkdir()
    with pytest.raises(InputError, match="is a folder"):
        preferences()


def test_a_byte_order_mark_is_no_setting() -> None:
    put("\ufeffhub = true\n")
    assert preferences().hub.value is True


def test_another_file(tmp_path: Path, own_home: Path) -> None:
    put("theme = 'pink'")
    other = put("hub = true\n", tmp_path / "other.toml")
    assert preferences({"MEMWIZARD_CONFIG": str(other)}).hub == Setting(True, f"{other}:1")
    put("ascii = true\n", own_home / "mine.toml")
    assert preferences({"MEMWIZARD_CONFIG": "~/mine.toml"}).ascii.value is True
    assert preferences({"MEMWIZARD_CONFIG": "/dev/null"}).theme == Setting(None)
    with pytest.raises(InputError, match=r"none\.toml: there is no such file \(MEMWIZARD_CONFIG names it\)"):
        preferences({"MEMWIZARD_CONFIG": str(tmp_path / "none.toml")})


def test_where_a_relative_folder_begins(tmp_path: Path) -> None:
    other = put("presets = 'mine'\n", tmp_path / "other.toml")
    found = preferences({"MEMWIZARD_CONFIG": str(other)})
    assert found.presets.value == tmp_path / "mine"
    found = preferences({"MEMWIZARD_CONFIG": str(other), "MEMWIZARD_PRESETS": "theirs"})
    assert found.presets.value == Path("theirs")


def test_the_presets_of_the_folder_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert own_folder() == presets_folder()
    (tmp_path / "mine.yml").write_text("base_model: org/model\n", encoding="utf-8")
    monkeypatch.setenv("MEMWIZARD_PRESETS", str(tmp_path))
    assert own_folder() == tmp_path
    assert presets()[0].name == "mine"
    monkeypatch.setenv("MEMWIZARD_PRESETS", str(tmp_path / "none"))
    assert not presets()[0].own
