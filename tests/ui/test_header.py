"""The line at the top: at 80 columns it tells the machine, the model and that the plan was changed."""

from __future__ import annotations

import pytest

from tests.ui.apps import change, wizard
from wizard.knowledge.gpus import named_machine
from wizard.ui.widgets.header import title

MODELS = ("Qwen/Qwen3-4B", "meta-llama/Llama-3.1-70B-Instruct", "Qwen/Qwen2.5-VL-7B-Instruct")
MACHINES = ("12GiB", "rtx-3060-12gb", "rtx-4090")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("model", MODELS)
async def test_nothing_is_cut_at_80_columns(machine: str, model: str) -> None:
    app = wizard(name="qlora-12gb", machine=named_machine(machine))
    async with app.run_test(size=(80, 24)):
        change(app, app.wizard.session.state.with_fields({"base_model": model, "seed": 7}), "other")
        state = app.wizard.session.state
        told = title(state, waiting=False, width=78)
        assert len(told) <= 78
        assert told.startswith(state.machine.title)
        assert told.endswith(f"{model.rpartition('/')[2]} · preset qlora-12gb, changed")
        if len(machine) + len(model) < 38:
            assert f" · {model} · " in told


async def test_a_wider_line_tells_more() -> None:
    app = wizard(name="qlora-24gb")
    async with app.run_test(size=(80, 24)):
        state = app.wizard.session.state
    lines = [title(state, waiting=False, width=width) for width in range(60, 140)]
    assert sorted(lines, key=len) == lines
    assert "Axolotl 0.21" in lines[-1]
    assert len(set(lines)) >= 4
