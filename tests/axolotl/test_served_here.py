"""Whether vLLM's server takes a GPU of this machine from the training."""

from __future__ import annotations

import pytest

from wizard.axolotl.generation import served_here
from wizard.domain.plan import Plan


@pytest.mark.parametrize(
    ("trl", "vllm", "here"),
    [
        ({}, {}, False),
        ({"use_vllm": False}, {"host": "localhost"}, False),
        ({"use_vllm": True}, {}, True),
        ({"use_vllm": True, "vllm_mode": "server"}, {"host": "127.0.0.1"}, True),
        ({"use_vllm": True, "vllm_mode": "colocate"}, {}, False),
        ({"use_vllm": True}, {"host": "10.0.0.5"}, False),
        ({"use_vllm": True, "vllm_server_host": "10.0.0.5"}, {}, False),
        ({"use_vllm": True, "vllm_server_host": "localhost"}, {"host": "10.0.0.5"}, True),
    ],
)
def test_where_the_server_is(trl: dict[str, object], vllm: dict[str, object], here: bool) -> None:
    assert served_here(Plan({"trl": trl, "vllm": vllm})) is here
