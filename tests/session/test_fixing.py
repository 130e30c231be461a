"""What a fix changes beside its fields."""

from __future__ import annotations

from pathlib import Path

import pytest

from wizard.cli.outside import RealOutside
from wizard.session.conversation import Conversation
from wizard.session.fixing import fix
from wizard.session.opening import Opening


def test_a_fix_that_names_the_model_finds_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "mine.yml"
    file.write_text("model_name_or_path: Qwen/Qwen3-8B\nlearning_rate: 0.0002\nmicro_batch_size: 1\n", encoding="utf-8")
    plan, text = RealOutside().opened(str(file))
    session = Conversation(Opening(plan, None, None, "axolotl.yml", file=str(file), text=text), RealOutside())
    before = session.state
    wanted = next(one for one in session.review.findings if one.fields == ("model_name_or_path",))
    fix(session, wanted)
    assert session.state.plan.get("base_model") == "Qwen/Qwen3-8B"
    assert (before.model, session.state.model is not None) == (None, True)
    assert session.review.estimate is not None
