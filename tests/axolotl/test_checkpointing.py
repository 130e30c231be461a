"""How Axolotl checkpoints layers, as runs of it on a CPU showed: an argument that torch does not take kills only the
reentrant kind.
"""

from __future__ import annotations

import pytest

from wizard.axolotl.checkpointing import checkpointing
from wizard.domain.plan import Plan
from wizard.domain.version import parse_version

_OTHER = {"preserve_rng_state": True}
_PARTIAL = {"unfrozen_parameters": ["lm_head"]}


@pytest.mark.parametrize(
    ("version", "more", "arguments", "expected"),
    [
        ("0.21", {}, None, "non_reentrant"),
        ("0.21", {}, _OTHER, "non_reentrant"),
        ("0.20", {}, None, "reentrant"),
        ("0.20", {}, {}, "non_reentrant"),
        ("0.20", {}, _OTHER, "reentrant"),
        ("0.21", {"rl": "dpo"}, None, "non_reentrant"),
        ("0.21", {"rl": "dpo"}, {}, "non_reentrant"),
        ("0.21", {"rl": "dpo"}, _OTHER, "reentrant"),
        ("0.19", {"rl": "kto"}, _OTHER, "reentrant"),
        ("0.21", {"rl": "dpo"}, {"use_reentrant": False, **_OTHER}, "non_reentrant"),
        ("0.21", _PARTIAL, _OTHER, "reentrant"),
        ("0.21", _PARTIAL, None, "non_reentrant"),
        ("0.21", {"adapter": "mixlora"}, {"use_reentrant": True}, "non_reentrant"),
    ],
)
def test_which_kind_it_is(
    version: str, more: dict[str, object], arguments: dict[str, object] | None, expected: str
) -> None:
    written: dict[str, object] = {"gradient_checkpointing": True, **more}
    if arguments is not None:
        written["gradient_checkpointing_kwargs"] = arguments
    assert checkpointing(Plan(written, axolotl=parse_version(version)), None) == expected
