"""What is kept between estimates is kept under every setting it was made from: none depends on those before it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import pytest

from scripts.ledgers.case import Case, chapters
from wizard.axolotl.effective import Effective
from wizard.memory import merge as of_merge
from wizard.memory import static as of_static
from wizard.memory import tower as of_tower
from wizard.memory.scored import scored
from wizard.memory.tensor_parallel import local
from wizard.memory.tower import images, of_other_sizes

KEYS = {"adds_gradients", "row"}
"""Properties that each key has beside its named settings; a row's length where what is made depends on it."""

MADE: list[tuple[Any, str, attrgetter[Any], set[str]]] = [
    (of_static, "_static", of_static._settings, KEYS | {"accumulation"}),
    (of_static, "_tape", of_static._of_layers, KEYS),
    (of_tower, "_made", of_tower._settings, KEYS),
    (of_merge, "_merge_bytes", of_merge._settings, set()),
]
"""Each function whose results are kept: its module, its name, the settings its key names and those it has besides."""


def _named(key: attrgetter[Any]) -> set[str]:
    return set(key.__reduce__()[1])


class Nothing(dict[Any, Any]):
    """Keeps nothing."""

    def __setitem__(self, key: Any, value: Any) -> None:
        pass


@pytest.fixture
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in ((of_static, "_known"), (of_static, "_tapes"), (of_tower, "_known"), (of_merge, "_known")):
        monkeypatch.setattr(module, name, Nothing())


class Reads:
    """Which settings are read inside a call, apart from those that its key holds."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, keyed: set[str]) -> None:
        self.unkeyed: set[str] = set()
        self._keyed, self._inside, self._covered = keyed, 0, 0
        plain = Effective.__getattribute__

        def watched(settings: Effective, name: str) -> Any:
            if not self._inside or self._covered or name.startswith("__"):
                return plain(settings, name)
            if name in keyed:
                self._covered += 1
                try:
                    return plain(settings, name)
                finally:
                    self._covered -= 1
            copied = sys._getframe(1).f_code.co_filename.endswith(("dataclasses.py", "<string>"))  # replace, ==, hash
            if name in Effective._fields and not copied:
                self.unkeyed.add(name)
            return plain(settings, name)

        monkeypatch.setattr(Effective, "__getattribute__", watched)

    def watch(self, made: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, its reads noted."""

        def watching(*given: Any, **named: Any) -> Any:
            self._inside += 1
            try:
                return made(*given, **named)
            finally:
                self._inside -= 1

        return watching


def _estimated(case: Case) -> None:
    model = local(scored(case.model, case.settings), case.settings.sharding)
    of_static.static(model, case.settings)
    images(model, case.settings)
    of_other_sizes(model, case.settings)
    of_merge.merge_bytes(case.model, case.settings)


@pytest.mark.parametrize(("module", "name", "key", "besides"), MADE, ids=[name for _, name, _, _ in MADE])
def test_a_key_has_every_setting_that_is_read(
    monkeypatch: pytest.MonkeyPatch, nothing_kept: None, module: Any, name: str, key: attrgetter[Any], besides: set[str]
) -> None:
    cases = [case for cases in chapters().values() for case in cases[::3]]
    reads = Reads(monkeypatch, _named(key) | besides)
    monkeypatch.setattr(module, name, reads.watch(getattr(module, name)))
    for case in cases:
        _estimated(case)
    assert reads.unkeyed == set()


def test_what_others_have_left_changes_nothing() -> None:
    """The keys that Llama 3.2 Vision's text makes of images pass its norm, with or without Liger's kernel."""
    case = next(case for case in chapters()["crossing"] if "norm" in case.settings.liger and case.settings.image)
    model, with_kernel, without = case.model, case.settings, case.settings._replace(liger=frozenset())
    alone = images(model, with_kernel), images(model, without)
    of_tower._known.clear()
    assert (images(model, without), images(model, with_kernel)) == (alone[1], alone[0])
    assert alone[0] != alone[1]
