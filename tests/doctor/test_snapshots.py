"""Memory snapshots: the planted cause is found, and a hostile pickle does nothing."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import pickle
import pickletools
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.command import run
from tests.doctor.pictures import FORWARD, GIB, MIB, Recorder, planted
from wizard.doctor.snapshots import seen
from wizard.domain.errors import InputError
from wizard.world.plainpickle import PlainPickle
from wizard.world.snapshots import is_snapshot, read_snapshot

CAUSES = ("leak", "too_big", "fragmentation", "evaluation", "first_optimizer_step")


def put(path: Path, value: object, protocol: int = 4) -> Path:
    path.write_bytes(pickle.dumps(value, protocol=protocol))
    return path


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize("cause", CAUSES)
def test_the_planted_cause_is_found(cause: str, protocol: int, tmp_path: Path) -> None:
    path = put(tmp_path / "snapshot.pickle", planted(cause), protocol)
    assert is_snapshot(str(path))
    found = seen("snapshot.pickle", read_snapshot(str(path)))
    assert found.diagnosis.cause == cause, found.diagnosis.why
    assert found.diagnosis.died
    assert found.terms["weights"] == 4 * GIB
    assert sum(one.bytes for one in found.groups) == found.peak.used == sum(found.terms.values())
    largest = {"too_big": "logits", "evaluation": "activations", "first_optimizer_step": "weights"}
    if cause in largest:
        assert max(found.terms, key=lambda term: found.terms[term]) == largest[cause]
    if cause == "leak":
        assert "lora.py apply_lora_qkv" in found.diagnosis.why


def test_a_run_that_went_well_has_a_peak_and_no_death(tmp_path: Path) -> None:
    recorder = Recorder()
    for _ in range(6):
        recorder.step()
    found = seen("x", read_snapshot(str(put(tmp_path / "s.pickle", recorder.snapshot()))))
    assert not found.diagnosis.died
    assert found.diagnosis.cause == "unknown"
    assert not found.diagnosis.advice
    assert found.peak.used == 4 * 256 * MIB + GIB
    assert found.terms == {"activations": GIB, "logits": GIB}


def test_what_was_there_before_the_trace_counts(tmp_path: Path) -> None:
    recorder = Recorder()
    kept = recorder.alloc(2 * GIB, FORWARD)
    recorder.alloc(GIB, FORWARD)
    recorder.trace.clear()  # the ring of entries went round
    recorder.free(kept)
    found = seen("x", read_snapshot(str(put(tmp_path / "s.pickle", recorder.snapshot()))))
    assert found.peak.used == 3 * GIB
    assert found.terms == {"activations": GIB, "other": 2 * GIB}


@pytest.mark.parametrize("form", ["--json", ""])
def test_the_command_shows_it(form: str, tmp_path: Path) -> None:
    path = put(tmp_path / "snapshot.pickle", planted("too_big"))
    done = run("doctor", path, *form.split())
    assert done.code == 1
    if form:
        row = done.row()
        assert (row["cause"], row["snapshot"]["groups"][0]["component"]) == ("too_big", "logits")
        assert row["snapshot"]["used_bytes"] == sum(one["bytes"] for one in row["snapshot"]["groups"])
        return
    assert "logits" in done.out
    assert done.out.count("\n  |") == 8


def test_packed_and_cut(tmp_path: Path) -> None:
    whole = pickle.dumps(planted("leak"), protocol=4)
    packed = tmp_path / "s.pickle.gz"
    packed.write_bytes(gzip.compress(whole))
    assert seen("x", read_snapshot(str(packed))).diagnosis.cause == "leak"
    cut = tmp_path / "cut.pickle"
    for end in (3, 100, len(whole) // 2, len(whole) - 1):
        cut.write_bytes(whole[:end])
        with pytest.raises(InputError):
            read_snapshot(str(cut))


class Evil:
    """Would make a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.path),)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_a_hostile_pickle_does_nothing(protocol: int, tmp_path: Path) -> None:
    made = tmp_path / "made"
    path = put(tmp_path / "s.pickle", {"segments": [Evil(made)], "device_traces": []}, protocol)
    done = run("doctor", path)
    assert not made.exists()
    assert "plain data" in done.refusal()


def plain_pickle(data: bytes) -> object:
    return PlainPickle(io.BytesIO(data), "<bytes>", lambda found: found).load()


def test_a_table_as_large_as_an_index_says_is_not_made() -> None:
    tracemalloc.start()
    assert plain_pickle(b"\x80\x02]r\xff\xff\xff\x7f.") == []
    with pytest.raises(InputError, match=r"too long|too much"):
        plain_pickle(b"\x80\x04\x8d\xff\xff\xff\xff\xff\x00\x00\x00abc.")
    with pytest.raises(InputError):
        plain_pickle(b"\x80\x02X\xff\xff\xff\x7fabc.")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MIB


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4) | st.tuples(inner, inner)
    ),
    max_leaves=8,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(PLAIN, st.sampled_from([2, 3, 4, 5]))
def test_plain_data_is_read_as_pickle_reads_it(value: object, protocol: int) -> None:
    assert plain_pickle(pickle.dumps(value, protocol=protocol)) == value


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_an_input_error(data: bytes) -> None:
    with contextlib.suppress(InputError):
        plain_pickle(b"\x80\x04" + data)


def test_a_large_trace_takes_little_memory(tmp_path: Path) -> None:
    recorder = Recorder()
    for _ in range(1500):
        recorder.step(rows=6)
    path = put(tmp_path / "s.pickle", recorder.snapshot())
    assert len(recorder.trace) > 30_000
    assert next(pickletools.genops(path.read_bytes()[:20]))[0].name == "PROTO"
    del recorder
    tracemalloc.start()
    read_snapshot(str(path))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * path.stat().st_size
