"""What we say in a file is said of the file as it is, whatever changes it; what a person wrote stays."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.command import run
from tests.ui.apps import own_wizard, until, values
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.output.retold import for_version, retold
from wizard.output.yaml import document
from wizard.review import Review, review
from wizard.world.configs import plan_of
from wizard.world.presets import preset, presets
from wizard.world.rewrite import rewrite

NAMES = [one.name for one in presets()]


def judged(plan: Plan, gpu: str | None = "rtx-4090") -> Review:
    return review(plan, built(str(plan["base_model"])), named_machine(gpu) if gpu else None)


def comments(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines() if "# " in line]


CHANGES = (
    {"micro_batch_size": 2, "gradient_accumulation_steps": 4},
    {"optimizer": "adamw_torch_fused", "lora_r": 128},
    {"optimizer": "paged_adamw_8bit", "adapter": "lora", "load_in_4bit": False, "val_set_size": 0},
    {"attn_implementation": "sdpa", "sequence_len": 8192, "gradient_checkpointing": False},
    {"base_model": "Qwen/Qwen3-1.7B"},
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_changed_file_says_what_a_new_one_would(name: str, change: dict[str, object]) -> None:
    before = judged(preset(name).plan)
    text = document(before)
    after = judged(before.plan.changed(change))
    made = retold(text, rewrite(text, change, "a.yml"), after)
    new = {line.split(":")[0]: line for line in comments(document(after)) if not line.startswith("# ")}
    there = {line.split(":")[0]: line for line in comments(made) if not line.startswith("# ")}
    assert there.items() <= new.items()
    assert there.keys() >= comments_of(text) & new.keys()
    assert document(after).splitlines()[1] == made.splitlines()[1]


def comments_of(text: str) -> set[str]:
    return {line.split(":")[0] for line in comments(text) if not line.startswith("# ")}


def test_what_is_not_ours_and_what_did_not_change_stays() -> None:
    before = judged(preset("qlora-24gb").plan)
    own = re.sub("# states in 8 bits", "# mine: in 8 bits", document(before)) + "# Needs about 3 hands.\n"
    assert retold(own, own, judged(before.plan, None)) == own
    change = {"lora_dropout": 0.1, "optimizer": "adamw_torch_fused"}
    made = retold(own, rewrite(own, change, "a.yml"), judged(before.plan.changed(change), None))
    assert "# mine: in 8 bits" in made
    assert made.endswith("# Needs about 3 hands.\n")
    assert "# RTX 4090 has bf16 (MW105)" in made
    windows = own.replace("\n", "\r\n")
    there = retold(windows, rewrite(windows, change, "a.yml"), judged(before.plan.changed(change), None))
    assert there == made.replace("\n", "\r\n")


def test_where_the_model_is_not_known_figures_go() -> None:
    before = judged(preset("qlora-24gb").plan)
    text, change = document(before), {"base_model": "some/model"}
    made = retold(text, rewrite(text, change, "a.yml"), review(before.plan.changed(change), None, None))
    assert "Needs about" not in made
    assert "at its worst" not in made
    assert "some/model\n" in made


def test_a_file_of_ours_says_for_which_axolotl_it_is_now(tmp_path: Path) -> None:
    newest = Version(0, 21)
    old = "# Written by memwizard 0.1.0 for Axolotl 0.19.\n# Needs about 1.0 GiB.\nbase_model: a\n"
    assert for_version(old, newest) == old.replace("0.19", "0.21")
    assert for_version("# Written by me for Axolotl 0.19.\n", newest) == "# Written by me for Axolotl 0.19.\n"
    (tmp_path / "a.yml").write_text(document(judged(preset("qlora-24gb").plan)).replace("Axolotl 0.21", "Axolotl 0.19"))
    run("migrate", tmp_path / "a.yml", "--axolotl", "0.21", "--write", "--yes")
    assert "for Axolotl 0.21.\n" in (tmp_path / "a.yml").read_text()


def written(folder: Path, **changes: object) -> tuple[Path, str]:
    """A file of ours, some of whose values somebody has changed since."""
    text = document(judged(preset("qlora-24gb").plan))
    (folder / "a.yml").write_text(rewrite(text, changes, "a.yml"))
    return folder / "a.yml", text


def head(text: str) -> str:
    return text.splitlines()[1]


def test_fit_writes_the_figures_of_what_it_takes(tmp_path: Path) -> None:
    path, before = written(tmp_path)
    done = run("fit", path, "--gpu", "rtx-4090", "--write", "--overwrite")
    assert done.code == 0
    after = path.read_text()
    assert head(after) != head(before)
    assert head(after) == head(document(judged(plan_of(after, "a.yml"))))


def test_check_fixes_the_figures_with_the_rest_and_names_the_lines_of_what_it_wrote(tmp_path: Path) -> None:
    path, before = written(tmp_path, eval_batch_size=4, adapter="lora", load_in_4bit=False)
    done = run("check", path, "--gpu", "rtx-4090", "--fix", "--unsafe-fixes")
    after = path.read_text()
    assert head(after) == head(document(judged(plan_of(after, "a.yml")))) != head(before)
    assert "eval_batch_size: 1 " in after
    for line in re.findall(r"a\.yml:(\d+):1:", done.out):
        assert not after.splitlines()[int(line) - 1].startswith("#")
    again = path.read_text()
    run("check", path, "--gpu", "rtx-4090", "--fix", "--unsafe-fixes")
    assert path.read_text() == again


async def test_the_wizard_shows_and_writes_the_figures_of_the_plan_now(tmp_path: Path) -> None:
    path, before = written(tmp_path)
    app = own_wizard(path, before, start="method")
    async with app.run_test(size=(120, 40)) as pilot:
        session = app.wizard.session
        assert session.rendered() == before
        app.wizard.took(session.change(session.state.with_fields({"lora_r": 256}), "rank"))
        text = session.rendered()
        assert head(text) == head(document(session.review)) != head(before)
        await pilot.press("ctrl+z")
        await until(pilot, lambda: values(app)["lora_r"] != 256)
        assert session.rendered() == before
