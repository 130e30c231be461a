"""The store of receipts: private, bounded, shared by writers, and read whatever somebody put into it."""

from __future__ import annotations

import json
import multiprocessing
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from wizard.domain.errors import InputError
from wizard.domain.receipt import Like, PhasePeak, Receipt, as_row, of_row
from wizard.world import receipts
from wizard.world.receipts import Receipts

ONE = Receipt(
    begun="2026-11-29T10:14:03Z",
    digest="0123456789abcdef",
    memwizard="0.1.0",
    like=Like("0.21", "2.13.0", "RTX 4090", "qlora bf16 adamw_bnb_8bit", "plain"),
    model="Qwen/Qwen3-8B",
    forecast=(10, 11, 12),
    allocated=11,
    phases=(PhasePeak("load", 1.5, 5, 6), PhasePeak("step", 60.0, 12, None)),
    steps=4,
    code=0,
)


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    store = Receipts(tmp_path / "new")
    assert store.all() == ()
    store.add(ONE)
    died = replace(ONE, code=137, forecast=None, allocated=None, steps=None, cause="host_memory")
    store.add(died)
    assert store.all() == (ONE, died)
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700


def test_a_secret_is_not_kept(tmp_path: Path) -> None:
    store = Receipts(tmp_path)
    store.add(replace(ONE, model="https://me:hunter2@host/model hf_" + "a" * 30))
    text = store.path.read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert "hf_a" not in text


def test_it_is_bounded_and_the_latest_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "MOST", 20)
    store = Receipts(tmp_path)
    for step in range(100):
        store.add(replace(ONE, steps=step))
        assert len(store.all()) <= 20
    assert store.all()[-1].steps == 99
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600


def _adds(folder: Path, first: int) -> None:
    for step in range(first, first + 100):
        Receipts(folder).add(replace(ONE, steps=step))


def test_several_writers_lose_nothing(tmp_path: Path) -> None:
    made = multiprocessing.get_context("fork")
    writers = [made.Process(target=_adds, args=(tmp_path, 1000 * one)) for one in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    steps = [one.steps for one in Receipts(tmp_path).all()]
    assert sorted(steps, key=str) == sorted((1000 * one + row for one in range(4) for row in range(100)), key=str)


def test_a_torn_line_costs_only_itself(tmp_path: Path) -> None:
    store = Receipts(tmp_path)
    store.add(ONE)
    with store.path.open("a", encoding="utf-8") as target:
        target.write('{"begun": "2026')
    store.add(ONE)
    assert store.all() == (ONE, ONE)


@pytest.mark.parametrize(
    "line",
    [
        "[" * 5000, "null", "{}", "\x00\x00", '{"begun": NaN}', "9" * 5000, "\udcff",
        *(json.dumps({**as_row(ONE), **changed}) for changed in (
            {"exit_code": 10**30}, {"exit_code": True}, {"model": None}, {"model": "x" * 5000}, {"machine": 7},
            {"phases": "load"}, {"phases": [{"name": "load", "seconds": -1}]}, {"phases": [None] * 40},
        )),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_passed_over(tmp_path: Path, line: str) -> None:
    store = Receipts(tmp_path)
    store.add(ONE)
    with store.path.open("ab") as target:
        target.write(line.encode(errors="surrogateescape") + b"\n")
    assert store.all() == (ONE,)
    assert store.keep(lambda _: True) == 1
    assert store.path.read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [("forecast_bytes", [3, 2, 1]), ("forecast_bytes", [0, 0, 0]), ("allocated_bytes", -1), ("allocated_bytes", 1e9)],
)
def test_a_figure_that_can_not_be_is_unknown(name: str, value: object) -> None:
    found = of_row({**as_row(ONE), name: value})
    assert found is not None
    assert (found.forecast if name.startswith("forecast") else found.allocated) is None


def test_a_link_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").touch()
    (tmp_path / "history.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="history can't be used"):
        Receipts(tmp_path).add(ONE)
    assert (tmp_path / "elsewhere").read_bytes() == b""
