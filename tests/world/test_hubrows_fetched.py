"""Rows of a data set from the hub, with the real huggingface_hub against a server on loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.world.fake_hub import Hub, serving
from tests.world.test_hub import environment

pytestmark = pytest.mark.xdist_group("hub")
ASK = """
import json, sys
from wizard.world.hubrows import head
found = head(sys.argv[1], allow_hub=True)
print(json.dumps([found.state, list(found.rows), found.file, found.why]))
"""


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    pytest.importorskip("huggingface_hub")
    with serving() as found:
        yield found


def ask(home: Path, hub: Hub, repo: str) -> list[object]:
    done = subprocess.run(
        [sys.executable, "-c", ASK, repo],
        env=environment(home, HF_ENDPOINT=hub.address),
        cwd=home, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert isinstance(found, list)
    return found


def test_one_file_is_fetched_and_found_in_the_cache_later(tmp_path: Path, hub: Hub) -> None:
    first = ask(tmp_path, hub, "owner/rows")
    assert first == ["table", [{"text": "one"}, {"text": "two"}], "train.jsonl", ""]
    assert not [asked for asked in hub.asked if "test.jsonl" in asked or "README" in asked]
    asked = len(hub.asked)
    assert ask(tmp_path, hub, "owner/rows") == first
    assert len(hub.asked) == asked


@pytest.mark.parametrize(
    ("repo", "says"),
    [
        ("owner/large-rows", "the train.jsonl of 'owner/large-rows' is larger than 64 MiB"),
        ("owner/pictures", "has no file that is read here"),
        ("owner/nothing", "the hub has no data set 'owner/nothing'"),
    ],
)
def test_why_none_is_fetched_is_one_sentence(tmp_path: Path, hub: Hub, repo: str, says: str) -> None:
    state, rows, _, why = ask(tmp_path, hub, repo)
    assert (state, rows) == ("unread", [])
    assert says in str(why)
