"""What memory could be saved by is looked for when somebody asks, and no sooner."""

from __future__ import annotations

import pytest

import wizard.fit.savings
from tests.builders import LORA, QLORA, reviewed
from wizard.domain.finding import Fix, Later
from wizard.fit.savings import ladder
from wizard.session.fixes import prefer_same_training


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    asked: list[object] = []

    def counting(*found: object) -> object:
        asked.append(found)
        return ladder(*found)  # type: ignore[arg-type]

    monkeypatch.setattr(wizard.fit.savings, "ladder", counting)
    return asked


@pytest.mark.parametrize(
    ("code", "base", "gpu"), [("MW901", LORA, "rtx-3060-12gb"), ("MW902", QLORA, "9GiB")], ids=["over", "tight"]
)
def test_a_review_looks_for_no_savings_until_its_fix_is_asked_for(
    code: str, base: dict[str, object], gpu: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _counted(monkeypatch)
    found = prefer_same_training(reviewed(base, gpu, sequence_len=1024))
    short = next(one for one in found.findings if one.code == code)
    assert not asked
    assert short.fix is not None
    first = len(asked)
    assert first
    assert short.fix is not None
    assert len(asked) == first  # what was found is kept


def test_fixes_are_the_same_whenever_they_were_found() -> None:
    fix = Fix({"micro_batch_size": 1}, "safe", "a smaller batch")
    assert Later(lambda: fix) == Later(lambda: fix) == fix
    assert Later(lambda: None) != fix
    assert reviewed(LORA, "rtx-3060-12gb") == reviewed(LORA, "rtx-3060-12gb")
