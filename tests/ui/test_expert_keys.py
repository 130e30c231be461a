"""Each key that experts change is reached by its name, and each in six keys at most."""

from __future__ import annotations

import pytest
from textual.command import CommandPalette
from textual.widgets import Input, OptionList

from tests.picked import picked
from tests.ui.apps import digit, on_screen, until, values, wizard
from wizard.questions.steps import STEPS, position
from wizard.ui.widgets.choice_field import ChoiceField
from wizard.ui.widgets.fold import Fold, MoreLine

SIZE = (80, 24)
EXPERTS = (
    "lr_scheduler", "warmup_ratio", "weight_decay", "max_grad_norm", "max_steps", "seed", "learning_rate",
    "num_epochs", "val_set_size", "evals_per_epoch", "saves_per_epoch", "save_total_limit", "logging_steps",
    "wandb_project", "mlflow_experiment_name", "trackio_project_name", "hub_model_id", "lora_target_linear",
    "special_tokens", "optimizer",
)  # fmt: skip
FOLDED = {question.id: step.id for step in STEPS for question in step.questions if question.folded}


WAYS: dict[str, str | tuple[str, str, int]] = {
    **{field: ("batch", "f9", place) for place, field in enumerate(EXPERTS[:5])},
    "seed": "seed", "learning_rate": ("batch", "", 3), "num_epochs": ("batch", "", 4), "val_set_size": ("data", "", 3),
    **{field: ("review", "f9", place) for place, field in enumerate(EXPERTS[9:14])},
    "mlflow_experiment_name": "mlfl", "trackio_project_name": "trac", "hub_model_id": "hub",
    "lora_target_linear": ("method", "", 5), "special_tokens": "pad", "optimizer": "opti",
}  # fmt: skip
"""The step, the key that unfolds its questions, and how often Tab is pressed; or what is typed behind the slash."""


@pytest.mark.parametrize("field", picked(EXPERTS, 2))
async def test_an_expert_key_is_six_keys_away_at_most(field: str) -> None:
    app, way = wizard(), WAYS[field]
    async with app.run_test(size=SIZE) as pilot:
        if isinstance(way, str):
            keys = ["slash", *way, "enter"]
            await pilot.press(*keys[:-1])
            await until(pilot, lambda: isinstance(app.screen, CommandPalette))
            found = app.screen.query_one(OptionList)
            await until(pilot, lambda: found.option_count and f"({field})" in str(found.get_option_at_index(0).prompt))
            await pilot.press(keys[-1])
        else:
            step, unfold, tabs = way
            keys = [digit(step), *filter(None, [unfold]), *["tab"] * tabs]
            await pilot.press(*keys)
        assert len(keys) <= 6
        await until(pilot, lambda: app.wizard.field is not None and app.wizard.field.question.field == field)


@pytest.mark.parametrize("field", picked(EXPERTS, 2, 1))
async def test_an_expert_key_is_reached_by_its_name(field: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press("slash", *[{"_": "underscore"}.get(one, one) for one in field])
        await until(pilot, lambda: isinstance(app.screen, CommandPalette))
        found = app.screen.query_one(OptionList)
        await until(pilot, lambda: found.option_count and f"({field})" in str(found.get_option_at_index(0).prompt))
        await pilot.press("enter")
        await until(pilot, lambda: app.wizard.field is not None)
        assert app.wizard.field is not None
        assert app.wizard.field.question.field == field
        assert app.focused is not None
        assert app.focused.region.height > 0


@pytest.mark.parametrize("step", sorted(set(FOLDED.values())))
async def test_folded_questions_are_two_keys_away(step: str) -> None:
    app = wizard()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.press(digit(step), "f9")
        await until(pilot, lambda: app.wizard.field is not None and app.wizard.field.question.folded)
        asked = []
        for _ in FOLDED:
            if app.wizard.field is not None and app.wizard.field.question.folded:
                asked.append(app.wizard.field.question.id)
            await pilot.press("tab")
        assert list(dict.fromkeys(asked)) == [name for name, where in FOLDED.items() if where == step]


async def test_nothing_folded_is_drawn_before_it_is_asked_for() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 60)) as pilot:
        fold = app.wizard.query_one("#more-batch", Fold)
        assert [field for field in fold.query(ChoiceField) if field.display] == []
        assert fold.region.height == 1
        fold.query_one(MoreLine).focus()
        await pilot.press("enter")
        assert fold.region.height > 10
        await pilot.press("enter")
        await until(pilot, lambda: fold.region.height == 1)
        await pilot.click(MoreLine)
        await until(pilot, lambda: fold.region.height > 10)


@pytest.mark.parametrize(
    ("identity", "typed", "fields"),
    [
        ("warmup", "20", {"warmup_steps": 20, "warmup_ratio": None}), ("warmup", "0.1", {"warmup_ratio": 0.1}),
        ("evaluations", "50 steps", {"eval_steps": 50, "evals_per_epoch": None}),
        ("saves", "2", {"saves_per_epoch": 2, "save_steps": None}), ("seed", "7", {"seed": 7}),
        ("wandb", "mine", {"wandb_project": "mine"}), ("pad", "<pad>", {"special_tokens": {"pad_token": "<pad>"}}),
        ("hub", "me/mine", {"hub_model_id": "me/mine"}), ("steps", "20", {"max_steps": 20}),
    ],
)  # fmt: skip
async def test_what_is_typed_there_is_written(identity: str, typed: str, fields: dict[str, object]) -> None:
    app = wizard(start=FOLDED[identity])
    async with app.run_test(size=SIZE) as pilot:
        app.wizard.moving.question(identity)
        await until(pilot, lambda: app.wizard.field is not None and app.wizard.field.question.id == identity)
        box = app.focused
        assert isinstance(box, Input)
        box.value = typed
        await until(pilot, lambda: all(values(app).get(key) == value for key, value in fields.items()))
        assert app.wizard.session.step == position(FOLDED[identity])


async def test_the_first_of_them_comes_into_sight_on_a_small_screen() -> None:
    app = wizard(start="batch")
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: any("Schedule and limits" in line for line in on_screen(app)))
        assert any("(●) cosine" in line for line in on_screen(app))
        assert app.wizard.focused is app.wizard.query_one("#options-schedule")
