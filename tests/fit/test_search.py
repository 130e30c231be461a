"""The search: nothing better is to be found by looking at everything, and what it finds fits."""

from __future__ import annotations

import itertools
import random
import re
from math import prod

import pytest

from tests.builders import FULL, QLORA
from tests.picked import picked
from wizard.axolotl.effective import effective
from wizard.domain.machine import Machine
from wizard.domain.model import Model
from wizard.domain.plan import Plan
from wizard.domain.version import Version
from wizard.fit.adapt import adapt
from wizard.fit.answer import answer
from wizard.fit.division import divided
from wizard.fit.search import PREFERENCES, Wanted, best, host_bytes, host_room, order, ordered, shorter, usual, wanted
from wizard.fit.search_space import UNSEARCHED, Combination, cheaper_methods, fields, own_sharding, settings
from wizard.knowledge.gpus import named_machine
from wizard.knowledge.models.catalogue import built, catalogue
from wizard.knowledge.preference import Cost
from wizard.memory import estimate
from wizard.review import acceptance
from wizard.world.presets import preset

GPUS = ("rtx-3060-12gb", "t4", "rtx-4090", "l40s", "a100-80gb", "h200", "24GiB", "11GiB", "2xrtx-4090", "4xa100-80gb")
METHODS = (("full", "lora", "qlora"), ("qlora",), ("lora", "qlora"), ("full",))
CASES = range(300)


def case(number: int) -> tuple[Plan, Model, Machine, Wanted]:
    """A model, a machine and what is wanted, all by chance, the same at each run."""
    chance = random.Random(number)
    model = built(chance.choice([row.id for row in catalogue().values()]))
    machine = named_machine(chance.choices(GPUS, weights=[3] * 8 + [1, 1])[0])
    plan = adapt(preset("qlora-24gb").plan.changed({"base_model": model.id}), model, machine)
    prefer = chance.choices(PREFERENCES, weights=[3, 3, 1])[0]
    length = min(chance.choice([512, 1000, 2048, 4096, 8192]), model.max_length or 8192)
    return plan, model, machine, usual(model, chance.choice(METHODS), prefer, length)


def every(plan: Plan, model: Model, machine: Machine, want: Wanted) -> list[Combination]:
    """All there is to choose from, written out once more."""
    found = []
    shared = [one for name, one in settings("sharding").items() if name not in UNSEARCHED]
    shardings = shared if machine.count > 1 else [settings("sharding")["ddp"]]
    whole = [one for one in shardings if not one.name.endswith("_context")]
    softmax = {block.mixer for block in model.blocks} == {"attention"}
    if len(whole) < len(shardings) and softmax and plan.get("attn_implementation") == "flash_attention_2":
        parted = [settings("sharding")[name] for name in ("fsdp2_context", "fsdp2_offload_context")]
        whole += [divided(one, size) for one in parted for size in (2, 4) if size <= machine.count]
    lengths = [want.length]
    if want.prefer == "length":
        longest = min(model.max_length or want.length, 131072)
        lengths += [want.length * 2**times for times in range(1, 20) if want.length * 2**times <= longest]
    micros = [2**power for power in range(12) if power == 0 or 2**power <= want.rows]
    knobs = [settings(knob).values() for knob in ("optimizer", "checkpointing", "linear_loss")]
    for method, sharding, (optimizer, checkpointing, loss), micro, length in itertools.product(
        want.methods, whole, itertools.product(*knobs), micros, lengths
    ):
        if "fsdp2" in sharding.name and (model.layer_class is None or checkpointing.name == "offloaded"):
            continue
        if "fsdp2" in sharding.name and optimizer.name == "paged_adamw_8bit":  # MW539
            continue
        if sharding.name in ("zero2", "zero3_offload") and "8bit" in optimizer.name:  # MW980
            continue
        groups = machine.count // sharding.context
        if length < 2048 * sharding.context * (sharding.context > 1) or (micro > 1 and micro * groups > want.rows):
            continue
        rounds = max(1, round(want.rows / (micro * groups)))
        one = settings("method")[method]
        found.append(Combination(one, sharding, optimizer, checkpointing, loss, micro, rounds, length))
    return found


@pytest.mark.parametrize("number", picked(CASES, 3))
def test_nothing_better_fits(number: int) -> None:
    plan, model, machine, want = case(number)
    taken = acceptance(plan, model, machine)
    found = best(plan, model, machine, want, taken)
    free = machine.free_bytes
    assert free is not None
    if found is not None:
        assert found.estimate.device.high < free
        assert estimate(found.plan, model, machine) == found.estimate
        assert found.plan == plan.changed(found.changes)
        assert taken(found.plan)
    for choice in every(plan, model, machine, want):
        if found is None or order(choice, want.prefer) < order(found.choice, want.prefer):
            other = plan.changed(fields(choice, plan, model))
            need = estimate(other, model, machine)
            fits = need.device.high < free and host_bytes(need) <= host_room(machine)
            assert not fits or not taken(other), choice.says


@pytest.mark.parametrize("number", picked(range(0, 300, 3), 3, 1))
def test_a_rung_is_the_difference_of_two_estimates(number: int) -> None:
    plan, model, machine, want = case(number)
    taken = acceptance(plan, model, machine)
    found = answer(plan, model, machine, want, acceptance)
    assert found.now == estimate(plan, model, machine)
    for change in (*found.saves, *found.gains):
        then = estimate(plan.changed(change.changes), model, machine)
        assert change.estimate == then
        assert change.saves_bytes == found.now.device.likely - then.device.likely
        assert taken(plan.changed(change.changes))
    assert all(change.saves_bytes > 0 for change in found.saves)
    assert all(change.saves_bytes < 0 for change in found.gains)


@pytest.mark.parametrize("number", picked(range(0, 300, 10), 2))
def test_what_else_would_do_fits_there(number: int) -> None:
    plan, model, machine, want = case(number)
    found = answer(plan, model, machine, want)
    assert (found.found is None) or not (found.short or found.instead)
    for one in found.instead:
        there = named_machine(one.gpu) if one.gpu else machine
        other = built(one.model) if one.model else model
        assert estimate(one.found.plan, other, there).device.high < (there.free_bytes or 0)
    if found.short is not None:
        assert 512 <= found.short.choice.length < want.length


def test_no_two_choices_are_equal() -> None:
    plan, model, machine, _ = case(3)
    for prefer in PREFERENCES:
        want = usual(model, ("full", "lora", "qlora"), prefer)
        orders = [order(choice, prefer) for choice in every(plan, model, machine, want)]
        assert len(set(orders)) == len(orders)


def test_a_persons_own_batch_length_and_optimizer_stay() -> None:
    plan = Plan({**QLORA, "optimizer": "muon", "micro_batch_size": 3, "gradient_accumulation_steps": 5})
    machine, model = named_machine("a100-80gb"), built(str(QLORA["base_model"]))
    want = wanted(plan, 1, cheaper_methods(plan), "quality")
    assert (want.length, want.rows, want.methods) == (2048, 15, ("qlora",))
    found = best(plan, model, machine, want)
    assert found is not None
    assert found.plan.get("optimizer") == "muon"
    assert found.choice.length == 2048
    assert found.choice.micro * found.choice.accumulation in (15, 16)


@pytest.mark.parametrize(
    ("changes", "methods"),
    [
        ({}, ("qlora",)),
        ({"adapter": "lora", "load_in_4bit": False}, ("lora", "lora8", "qlora")),
        ({"adapter": None}, ("full", "lora", "lora8", "qlora")),
    ],
)
def test_a_file_keeps_its_method_or_a_cheaper_one(changes: dict[str, object], methods: tuple[str, ...]) -> None:
    assert cheaper_methods(Plan({**QLORA, **changes})) == methods


def test_a_method_that_is_none_of_ours_stays_as_it_is() -> None:
    plan = Plan({**QLORA, "adapter": "llama-adapter"})
    assert cheaper_methods(plan) == ("own",)
    model, machine = built(str(QLORA["base_model"])), named_machine("a100-80gb")
    found = best(plan, model, machine, wanted(plan, 1, cheaper_methods(plan), "quality"))
    assert found is not None
    assert "adapter" not in found.changes


def test_shorter_rows_are_usual_lengths_and_the_plans_own() -> None:
    want = Wanted("speed", 5000, 16, ("qlora",))
    assert [one.length for one in shorter(want)] == [4096, 2048, 1024, 512]
    assert [one.length for one in shorter(want, 3000)] == [4096, 3000, 2048, 1024, 512]
    assert [one.length for one in shorter(want, 6000)] == [4096, 2048, 1024, 512]
    assert shorter(Wanted("speed", 512, 16, ("qlora",))) == []


def test_speed_goes_before_exactness_only_where_it_is_preferred() -> None:
    model, machine = built("Qwen/Qwen3-8B"), named_machine("h100-80gb")
    plan = preset("qlora-24gb").plan
    found = {one: best(plan, model, machine, usual(model, ("full", "lora", "qlora"), one)) for one in PREFERENCES}
    assert {name: one.choice.method.name for name, one in found.items() if one} == {
        "quality": "full",
        "speed": "lora",
        "length": "lora",
    }
    assert found["length"] is not None
    assert found["length"].choice.length > 2048


@pytest.mark.parametrize(("adapter", "method"), [(None, "full"), ("lora", "lora")])
def test_a_full_fine_tune_is_divided_and_offloaded_before_it_is_given_up(adapter: str | None, method: str) -> None:
    model, machine = built("meta-llama/Llama-3.1-70B"), named_machine("8xa100-40gb+2048GiB")
    own = {**FULL, "base_model": model.id, "sequence_len": 8192, "attn_implementation": "flash_attention_2"}
    plan = Plan({**own, "adapter": adapter, "lora_r": 16, "lora_target_linear": True} if adapter else own)
    found = best(plan, model, machine, wanted(plan, 8, ("full", "lora", "qlora"), "quality"))
    assert found is not None
    assert found.choice.method.name == method
    assert found.plan.get("optimizer") != "paged_adamw_8bit" or not found.plan.get("fsdp_config")
    fast = best(plan, model, machine, wanted(plan, 8, ("full", "lora", "qlora"), "speed"))
    assert fast is not None
    assert fast.choice.method.name != "full"


def test_each_setting_has_a_source_and_says_what_it_gives_up() -> None:
    rows: list[Cost] = [
        one
        for knob in ("method", "optimizer", "checkpointing", "linear_loss", "sharding")
        for one in settings(knob).values()
    ]
    assert all(one.source and one.title and one.gives_up for one in rows)


@pytest.mark.parametrize(("length", "times"), [(2048, (1.33,)), (4096, (1.39, 1.33))])
def test_time_is_told_once_of_all_that_takes_it(length: int, times: tuple[float, ...]) -> None:
    plan = preset("qlora-24gb").plan.changed({"sequence_len": length})
    model, machine = built("Qwen/Qwen3-8B"), named_machine("rtx-4090")
    found = answer(plan, model, machine, wanted(plan, 1, ("lora", "qlora"), "quality"), acceptance).found
    assert found is not None
    told = [one for one in found.choice.gives_up if re.search("time|slow|speed|long", one)]
    assert len(told) == 1
    assert f"about {prod(times):.1f} times as long" in told[0]


def test_without_a_known_gpu_nothing_is_said_to_fit() -> None:
    model, plan = built("Qwen/Qwen3-8B"), preset("qlora-24gb").plan
    want = usual(model, ("qlora",), "quality")
    for machine in (None, Machine()):
        found = answer(plan, model, machine, want)
        assert (found.found, found.short, found.instead, found.fit) == (None, None, (), "unknown")
    assert effective(plan, model, None).adapter == "qlora"


@pytest.mark.parametrize(
    "own",
    [
        {"tensor_parallel_size": 2},
        {"deepspeed": "mine/stage3.json"},
        {"deepspeed": {"zero_optimization": {"stage": 3}}},
        {"fsdp_config": {"offload_params": False}, "fsdp_version": 1},
        {"fsdp_config": {"offload_params": False}, "fsdp_version": 2, "context_parallel_size": 4},
    ],
)
def test_a_sharding_of_the_persons_own_stays(own: dict[str, object]) -> None:
    plan = Plan({**QLORA, **own}, axolotl=Version(0, 19))  # which has FSDP1
    model, machine = built(str(QLORA["base_model"])), named_machine("8xa100-80gb")
    found = best(plan, model, machine, wanted(plan, 8, cheaper_methods(plan), "quality"))
    assert found is not None
    kept = (*own, "gradient_checkpointing", "deepspeed", "fsdp_config", "fsdp_version")
    assert not any(name in found.changes for name in kept)
    known = Plan({**QLORA, "deepspeed": "deepspeed_configs/zero1.json"})
    assert not own_sharding(known)
    assert own_sharding(plan)


def test_gpus_that_share_a_row_count_once() -> None:
    plan = Plan({**QLORA, "tensor_parallel_size": 2, "micro_batch_size": 2, "gradient_accumulation_steps": 3})
    assert wanted(plan, 8, ("qlora",), "quality").rows == 2 * 3 * 4


def _of_70b(**changes: object) -> tuple[Plan, Model, Machine, Wanted]:
    model, machine = built("meta-llama/Llama-3.1-70B"), named_machine("8xh100-80gb")
    rows = {"base_model": model.id, "sequence_len": 32768, "micro_batch_size": 1, "gradient_accumulation_steps": 1}
    plan = Plan({**QLORA, **rows, "attn_implementation": "flash_attention_2", **changes})
    return plan, model, machine, wanted(plan, 8, ("lora",), "quality")


def test_long_rows_are_divided_over_gpus() -> None:
    plan, model, machine, want = _of_70b()
    found = best(plan, model, machine, want)
    assert found is not None
    size = found.plan.get("context_parallel_size")
    assert size in (2, 4, 8)
    assert found.plan.get("fsdp_config")
    made = effective(found.plan, model, machine)
    assert made.sharding.data * made.micro_batch * made.accumulation == want.rows
    assert any("ringmaster" in one for one in found.choice.gives_up)
    undivided = found.plan.changed({"context_parallel_size": 1})
    assert estimate(undivided, model, machine).device.high >= (machine.free_bytes or 0)


@pytest.mark.parametrize("changes", [{"rl": "dpo"}, {"attn_implementation": "sdpa"}])
def test_rows_are_not_divided_where_the_trainer_or_the_attention_would_not(changes: dict[str, object]) -> None:
    found = best(*_of_70b(**changes))
    assert found is None or found.plan.get("context_parallel_size") is None


def test_short_rows_are_not_divided() -> None:
    plan, model, machine, want = _of_70b(sequence_len=2048)
    assert not any(one.sharding.context > 1 for one in ordered(plan, model, machine, want))


def test_rows_are_divided_with_an_attention_that_can_where_none_is_written() -> None:
    plan, model, machine, want = _of_70b(attn_implementation=None)
    found = best(plan, model, machine, want)
    assert found is not None
    assert found.plan.get("context_parallel_size") in (2, 4, 8)
    assert found.plan.get("attn_implementation") == "flash_attention_2"
    older = named_machine("8xv100-32gb")
    assert not any(one.sharding.context > 1 for one in ordered(plan, model, older, want))
