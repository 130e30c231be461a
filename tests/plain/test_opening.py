"""The first steps: the machine, the preset, the model, and unfinished work."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.plain.dialogues import NOW, Recorded, opening, own_file, talk
from wizard.domain.model import Model
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built
from wizard.session.draft import Draft, from_mapping
from wizard.world.presets import shipped
from wizard.world.recorded import recorded


def changed(outside: Recorded) -> dict[str, object]:
    """What the draft kept last sets, against the preset or the file."""
    kept = from_mapping(outside.kept[-1])
    assert kept is not None
    return dict(kept.plan)


def test_the_machine_is_looked_for_once_and_told() -> None:
    outside = Recorded("a100-shared")
    _, person = talk(opening(), "", "back", outside=outside)
    assert outside.probed == 1
    assert person.said.count("Looking for GPUs ...") == 1
    assert "1) this machine: A100" in person.text
    assert "holds 31." in person.text  # whose memory it is
    _, person = talk(replace(opening(), machine=recorded("t4")), "", outside=outside)
    assert outside.probed == 1
    assert "1) as recorded: Tesla T4" in person.text


def test_each_of_several_gpus_can_be_taken_alone() -> None:
    _, person = talk(opening(), "3", outside=Recorded("2xa100-80gb"))
    assert "2) only GPU 0: A100-SXM4-80GB" in person.text
    assert "Machine: A100-SXM4-80GB." in person.said


def test_another_gpu_is_named_and_the_old_one_can_be_taken_again() -> None:
    outside = Recorded()
    _, person = talk(opening(), "t4", "back", "1", outside=outside)
    assert "Machine: Tesla T4." in person.said
    assert "2) Tesla T4, 14.6 GiB free of 15.0 GiB (now)" in person.text
    assert "Machine: RTX 4090." in person.said
    first, second = (from_mapping(one) for one in outside.kept)
    assert first is not None
    assert second is not None
    assert (first.origin, first.machine, dict(first.plan)["bf16"]) == ("named", "t4", False)
    assert (second.origin, second.machine, dict(second.plan)) == ("probed", None, {})


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("rtx-4091", "Did you mean 'rtx-4090'?"),
        ("24", "There is no number 24 in the list; it goes from 1 to 1. For a size, write 24GiB."),
        ("[b]x[/b]", "there is no GPU '[b]x[/b]' in the catalogue."),
        ("2000xt4", "between 1 and 1024 GPUs, please"),
    ],
)
def test_a_gpu_that_is_none(typed: str, told: str) -> None:
    _, person = talk(opening(), typed, "")
    assert told in person.text
    assert person.prompts[:2] == ["Number, or the name or size of another GPU [1]: "] * 2


def test_without_a_gpu_a_size_can_be_given() -> None:
    _, person = talk(opening(), "", "", "", "", *["back"] * 4, "24GiB", outside=Recorded("no-gpu"))
    assert "1) this machine: no GPU found; name one below (now)" in person.said
    assert "Memory: no GPU is known. Likely 11.3 GiB needed." in person.said
    assert (
        "2) LoRA: a small adapter is trained beside the frozen base, which stays exact - needs 21.0 GiB" in person.text
    )
    assert "Machine: a GPU of 24GiB." in person.said


def test_the_start_suits_the_machine_where_nothing_was_named() -> None:
    _, person = talk(replace(opening(), chosen=False), "", outside=Recorded("rtx-3060-12gb"))
    assert "1) qlora-12gb (now): " in person.text


def test_a_preset_is_taken_by_number_or_name_and_keeps_model_and_data() -> None:
    _, person = talk(opening(), "", "")
    listed = re.findall(r"^\s*\d+\) ([\w-]+)(?= \(|:)", "\n".join(person.said), re.MULTILINE)
    names = [one for one in listed if one in {each.name for each in shipped()}]
    assert len(names) == len(shipped())
    lines = ["step 2", "HuggingFaceTB/SmolLM3-3B", "step 1", "", "lora-24gb"]
    lines += ["step 1", "", str(names.index("lora-80gb") + 1)]
    _, person = talk(opening(), *lines)
    assert "Started from lora-24gb. Your base_model stayed." in person.said
    assert "Started from lora-80gb. Your base_model stayed." in person.said
    assert "(for fp8)" in person.text
    many = len(names)
    _, person = talk(opening(), "", "no-such", str(many + 1), str(names.index("qlora-24gb") + 1))
    assert f"There is no preset 'no-such'. Type a number from 1 to {many}." in person.said
    assert f"There is no number {many + 1} in the list; it goes from 1 to {many}." in person.said
    assert person.prompts[-1] == "Model [Qwen/Qwen3-8B]: "


def test_a_model_is_searched_for_and_taken_by_number() -> None:
    outside = Recorded()
    _, person = talk(opening(), "step 2", "smollm3 3b", "3", "1", outside=outside)
    assert "1) HuggingFaceTB/SmolLM3-3B: 3.08B parameters - fits 6.4 GiB" in person.said
    assert "There is no number 3 in the list; it goes from 1 to 2." in person.said
    assert changed(outside)["base_model"] == "HuggingFaceTB/SmolLM3-3B"


def test_a_search_shows_ten_at_most_and_says_how_many_more() -> None:
    _, person = talk(opening(), "step 2", "llama", "llama 3.1")
    assert sum(line.startswith("10) ") for line in person.said) >= 1
    assert not [line for line in person.said if line.startswith("11) ")]
    assert "more; another word narrows the search." in person.text


@pytest.mark.parametrize(
    ("typed", "base_model"),
    [
        ("qwen3-4b", "Qwen/Qwen3-4B"),
        ("meta-llama/llama-3.1-8b-instruct", "meta-llama/Llama-3.1-8B-Instruct"),
    ],
)
def test_a_whole_name_is_taken_at_once(typed: str, base_model: str) -> None:
    outside = Recorded()
    _, person = talk(opening(), "step 2", typed, outside=outside)
    assert changed(outside)["base_model"] == base_model
    assert person.prompts[-1] == "Number [1]: "


def test_an_unknown_model_says_so_and_changes_nothing(tmp_path: Path) -> None:
    outside = Recorded()
    _, person = talk(opening(), "step 2", "no/such", str(tmp_path), "[red]", "./x", "", outside=outside)
    assert person.text.count("Not taken: ") == 4
    assert "no/such" in person.text
    assert outside.kept == []


def test_a_folder_with_a_config_is_taken(tmp_path: Path) -> None:
    import json

    from wizard.knowledge.models.catalogue import catalogue

    (tmp_path / "config.json").write_text(json.dumps(catalogue()["Qwen/Qwen3-0.6B"].config))
    outside = Recorded()
    talk(opening(), "step 2", str(tmp_path), outside=outside)
    assert changed(outside)["base_model"] == str(tmp_path)


def test_the_hub_is_announced() -> None:
    from wizard.knowledge.models.catalogue import built

    class Hub(Recorded):
        def model(self, name: str):  # type: ignore[no-untyped-def]
            return (built("Qwen/Qwen3-8B"), None) if name == "some/model" else super().model(name)

    outside = Hub(hub=True)
    _, person = talk(opening(), "step 2", "some/model", outside=outside)
    assert "Looking for some/model ..." in person.said
    assert "It has the shapes of Qwen/Qwen3-8B." in person.said
    assert changed(outside)["base_model"] == "some/model"


# The person's own file


OWN = "# mine\nbase_model: Qwen/Qwen3-0.6B\nadapter: lora\nlora_r: 16\nlora_alpha: 32\nwandb_name: x\n"


def test_an_own_file_has_no_preset_and_is_told_of(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    _, person = talk(own_file(path, OWN), "", "", "back", "back")
    assert "Start from which preset?" not in person.text
    asks = "the questions are about base_model, adapter, lora_r, lora_alpha."
    assert person.heard(f"Your file {path}: {asks} The other field stays as it is, comments too.")
    assert person.text.count("Your file ") == 1  # not again on the way back
    assert person.prompts[-1].startswith("Number, or the name")
    assert person.prompts[1] == "Model [Qwen/Qwen3-0.6B]: "


@pytest.mark.parametrize(
    ("more", "told"),
    [("a_b: 1\nc_d: 2\n", "The other 3 fields stay as they are, comments too."), (None, "Its comments stay.")],
)
def test_how_many_fields_stay(more: str | None, told: str, tmp_path: Path) -> None:
    text = OWN + more if more else OWN.replace("wandb_name: x\n", "")
    _, person = talk(own_file(tmp_path / "mine.yml", text), "")
    assert told in person.text


# Unfinished work


def left(*lines: str, name: str = "qlora-24gb") -> Draft:
    outside = Recorded()
    talk(opening(name, "my.yml"), *lines, outside=outside)
    found = from_mapping(outside.kept[-1], "here.yml")
    assert found is not None
    return found


def test_a_draft_is_kept_after_each_change_with_its_step_and_time() -> None:
    outside = Recorded()
    talk(opening(), "t4", "", "smollm3", "1", "", "", "8", "step 4", "256", "undo", outside=outside)
    kept = [from_mapping(one) for one in outside.kept]
    assert [(one.step, one.saved, one.target) for one in kept if one] == [
        (step, NOW, "axolotl.yml")
        for step in (0, 1, 1, 2, 2, 4, 4, 4)  # at each change, and at each step
    ]
    last, before = kept[-1], kept[-2]
    assert last is not None
    assert before is not None
    assert before.plan["sequence_len"] == 256
    assert "sequence_len" not in last.plan


def test_unfinished_work_is_gone_on_with() -> None:
    draft = left("step 4", "4096")
    outside = Recorded()
    _, person = talk(replace(opening("lora-24gb"), drafts=(draft,)), "", "step 6", outside=outside)
    assert "Qwen/Qwen3-8B, begun with the preset qlora-24gb, to be written to my.yml." in person.text
    assert person.prompts[0] == "Go on with it? yes or no [yes]: "
    assert person.prompts[1] == "Longest row, in tokens (sequence_len) [4096]: "  # where it was left
    assert person.prompts[2] == "Write to [my.yml]: "
    assert outside.taken == [draft]
    assert outside.probed == 1


def test_a_draft_on_a_named_gpu_needs_no_probe() -> None:
    draft = left("step 2", "Qwen/Qwen3-4B", "step 1", "t4", "step 4", "1024")
    outside = Recorded()
    _, person = talk(replace(opening(), drafts=(draft,)), "yes", "step 1", outside=outside)
    assert "Qwen/Qwen3-4B" in person.text
    assert "Tesla T4, 14.6 GiB free of 15.0 GiB (now)" in person.text
    assert outside.probed == 1  # when the machines are listed


def test_without_asking_where_the_person_asked_for_it() -> None:
    draft = left("step 4", "4096")
    _, person = talk(replace(opening(), drafts=(draft,), resume=True))
    assert person.prompts == ["Longest row, in tokens (sequence_len) [4096]: "]


def test_no_begins_anew_and_other_words_wait() -> None:
    draft = left("step 4", "4096")
    outside = Recorded()
    lines = ("fix", "step 4", "perhaps", "?", "n", "step 4")
    _, person = talk(replace(opening(), drafts=(draft,)), *lines, outside=outside)
    assert person.said.count("Answer yes or no first.") == 2
    assert "Type yes or no." in person.said
    assert person.prompts[-1] == "Longest row, in tokens (sequence_len) [2048]: "
    assert outside.taken == []
    assert outside.forgotten == 0  # it stays
    assert outside.kept == []


def test_leaving_before_the_answer_keeps_the_draft() -> None:
    outside = Recorded()
    outcome, _ = talk(replace(opening(), drafts=(left("step 4", "4096"),)), "quit", outside=outside)
    assert outcome is not None
    assert (outcome.path, outcome.kept) == (None, True)
    assert outside.forgotten == 0


def test_a_draft_whose_preset_is_gone_is_told_and_left() -> None:
    outside = Recorded()
    gone = replace(left("step 4", "4096"), preset="no-such", saved="some time")
    _, person = talk(replace(opening(), drafts=(gone,)), "yes", outside=outside)
    assert "unfinished work, left on some time: Qwen/Qwen3-8B, begun with the preset no-such" in person.text
    assert "the preset no-such of this draft is gone" in person.text
    assert person.prompts[-1].startswith("Number, or the name")
    assert outside.taken == []


def test_a_draft_of_an_own_file_brings_the_file_back(tmp_path: Path) -> None:
    path = tmp_path / "mine.yml"
    outside = Recorded()
    talk(own_file(path, OWN), "step 3", "", "", "8", outside=outside)
    draft = from_mapping(outside.kept[-1])
    assert draft is not None
    outcome, person = talk(replace(opening(), drafts=(draft,)), "", "write", "", "yes")
    assert person.heard(f"your file {path}")
    assert outcome is not None
    assert path.read_text() == OWN.replace("lora_r: 16", "lora_r: 8")


def test_a_named_machine_stays_that_of_the_opening() -> None:
    draft = left("step 4", "4096")
    start = replace(opening(), drafts=(draft,), machine=named_machine("t4"))
    outside = Recorded()
    _, person = talk(start, "", "step 1", outside=outside)
    assert "1) Tesla T4" in person.text
    assert outside.probed == 0


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("about 7B", "It is taken as about 7B."),
        ("shapes as qwen3-4b", "It has the shapes of Qwen/Qwen3-4B."),
        ("hub", "It has the shapes of Qwen/Qwen3-0.6B."),
    ],
)
def test_a_model_that_is_not_found_is_gone_on_with(way: str, says: str) -> None:
    class Hub(Recorded):
        def look_up(self, name: str) -> tuple[Model | None, str | None]:
            return built("Qwen/Qwen3-0.6B"), None

    outside = Hub()
    _, person = talk(opening(), "step 2", "acme/secret", way, outside=outside)
    assert "type hub (it is looked up" in person.text
    assert says in person.text
    assert changed(outside)["base_model"] == "acme/secret"


def test_what_the_hub_says_is_told_and_asked_again() -> None:
    class Hub(Recorded):
        def look_up(self, name: str) -> tuple[Model | None, str | None]:
            return None, f"the model '{name}' is gated"

    outside = Hub()
    _, person = talk(opening(), "step 2", "acme/secret", "hub", "7b", outside=outside)
    assert "is gated." in person.text
    assert changed(outside)["base_model"] == "acme/secret"


def test_the_ways_are_words_only_where_a_model_was_not_found() -> None:
    outside = Recorded()
    talk(opening(), "step 2", "7b", "", outside=outside)
    assert outside.kept == []


def test_unfinished_work_of_another_machine_says_so_and_can_be_undone() -> None:
    outside = Recorded()
    talk(opening(), "step 4", "4096", outside=outside)
    found = from_mapping(outside.kept[-1], "here.yml")
    assert found is not None
    there = Recorded("t4")
    _, person = talk(replace(opening(), drafts=(found,)), "yes", "undo", "", outside=there)
    assert "It was left on RTX 4090; here it is Tesla T4" in person.text
    assert "Type undo to take back what was changed last." in person.text
    assert "sequence_len" not in changed(there)
