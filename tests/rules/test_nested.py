"""Nested keys: what is said of them stands on their own line, and no text of any depth stops a review."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
import yaml

from tests.rules.examples import BASE
from wizard.cli.checker import Checker
from wizard.cli.fixing import settle
from wizard.domain.finding import Finding
from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.fields import data
from wizard.knowledge.axolotl.versions import newest
from wizard.review import review
from wizard.world.configs import plan_of

START = "base_model: HuggingFaceTB/SmolLM2-135M\nlearning_rate: 0.0002\n"
KWARGS = "gradient_checkpointing_kwargs"
HATCHERY = "plugins:\n  - axolotl.integrations.hatchery.HatcheryPlugin\n"
DIFFUSION = "plugins:\n  - axolotl.integrations.diffusion.DiffusionPlugin\n"
ZERO = "deepspeed:\n  zero_optimization:\n    stage: 3\n"
OFFLOAD = "deepspeed.zero_optimization.offload_param"
DATA = "datasets:\n  - path: d.jsonl\n    type: "


def told(text: str, code: str) -> list[Finding]:
    return [one for one in review(plan_of(START + text, "my.yml"), None).findings if one.code == code]


@pytest.mark.parametrize(
    ("text", "code", "field", "line", "near"),
    [
        ("trl:\n  beta: 1\n  num_generation: 8", "MW814", "trl.num_generation", 5, "num_generations"),
        ("vllm: {gpu_memory_util: 0.5}", "MW814", "vllm.gpu_memory_util", 3, "gpu_memory_utilization"),
        ("peft:\n  loftq_config:\n    bits: 4", "MW814", "peft.loftq_config.bits", 5, "loftq_bits"),
        ("trl:\n  beta: many\n  num_generation: 8", "MW814", "trl.num_generation", 5, "num_generations"),
        ("special_tokens:\n  pad_tok: x", "MW814", "special_tokens.pad_tok", 4, "pad_token"),
        (f"{DATA}alpaca\n    train_on_split: x", "MW814", "datasets[0].train_on_split", 6, "split"),
        (f"{DATA}\n      field_instrution: q", "MW814", "datasets[0].type.field_instrution", 6, "field_instruction"),
        (f"{DATA}chat_template\n    train_on_eot: turns", "MW812", "datasets[0].train_on_eot", 6, "turn"),
        (f"{DATA}alpaca\n    shards: many", "MW812", "datasets[0].shards", 6, None),
        (f"rl: dpo\n{DATA}chatml.intel\n    roles: {{user: [me]}}", "MW815", "datasets[0].roles", 7, None),
        (f"{HATCHERY}hatchery:\n  backnd: x", "MW814", "hatchery.backnd", 6, "backend"),
        (f"{DIFFUSION}diffusion:\n  noise_schedul: x", "MW814", "diffusion.noise_schedul", 6, "noise_schedule"),
        (f"{DIFFUSION}diffusion:\n  noise_schedule: linaer", "MW812", "diffusion.noise_schedule", 6, "linear"),
        (f"{ZERO}    overlap_com: true", "MW875", "deepspeed.zero_optimization.overlap_com", 6, "overlap_comm"),
        (f"{ZERO}    offload_param: {{dvice: cpu}}", "MW875", f"{OFFLOAD}.dvice", 6, "device"),
        ("deepspeed:\n  gradient_cliping: 1", "MW875", "deepspeed.gradient_cliping", 4, "gradient_clipping"),
        ("deepspeed:\n  bf16: {whatever: true}", "MW875", "deepspeed.bf16.whatever", 4, None),
        (f"{KWARGS}:\n  use_rentrant: false", "MW818", f"{KWARGS}.use_rentrant", 4, "use_reentrant"),
        (f"{DATA}chat_tempalte", "MW820", "datasets[0].type", 5, "chat_template"),
        (f"{DATA}alpaca_w_system:load_chat", "MW820", "datasets[0].type", 5, "alpaca_w_system.load_chat"),
        (f"{DATA}chatml.intel", "MW820", "datasets[0].type", 5, None),
        (f"rl: dpo\n{DATA}ultra_apply_chatml", "MW820", "datasets[0].type", 6, None),
        (f"rl: orpo\n{DATA}{{field_prompt: q}}", "MW761", "datasets[0].type", 6, None),
        (f"rl: grpo\n{DATA}chat_template", "MW760", "datasets[0].type", 6, None),
    ],
)  # fmt: skip
def test_a_nested_key_is_told_on_its_line_with_what_was_meant(
    text: str, code: str, field: str, line: int, near: str | None
) -> None:
    (found,) = told(text, code)
    assert (found.fields[0], found.line) == (field, line)
    assert (f"did you mean {near}?" in found.message) == (near is not None), found.message


@pytest.mark.parametrize(
    "text",
    [
        f"{DATA}mymodule.transform",
        f"rl: grpo\n{DATA}rewards.transform",
        f"rl: dpo\n{DATA}chat_template.argilla_chat",
        f"rl: dpo\n{DATA}llama3.ultra\n    ds_type: json",
        f"rl: kto\n{DATA}\n      field_prompt: q\n      field_label: l",
        f"rl: orpo\n{DATA}chat_template.argilla",
        f"{DATA}alpaca:chat",
        f"{DATA}orpo.chat_template",
        f"{DATA}creative_acr.load_answer",
        f"skip_prepare_dataset: true\n{DATA}anything",
        f"{DATA}bradley_terry.chat_template",
        "lora_rank_pattern:\n  model.layers.0: 4",
        "model_kwargs: {anything: 1}",
        "deepspeed: {whatever_else: 1, zero_optimization: {stage: auto, stage3_prefetch_bucket_size: auto}}",
        "hatchery: {backnd: x}",
    ],
)
def test_what_a_loader_knows_or_may_know_is_let_through(text: str) -> None:
    codes = {one.code for one in review(plan_of(START + text, "my.yml"), None).findings}
    assert codes.isdisjoint({"MW812", "MW814", "MW815", "MW818", "MW820", "MW875"})


def test_a_comment_on_the_nested_line_ignores_it() -> None:
    text = START + "trl:\n  num_generation: 8  # memwizard: ignore[MW814]\n  bta: 1\n"
    found = [one for one in Checker(gpu="h100-80gb").judge(text, "my.yml").review.findings if one.code == "MW814"]
    assert [(one.fields, one.line) for one in found] == [(("trl.bta",), 5)]


def test_a_nested_fix_renames_the_key_and_keeps_the_rest() -> None:
    text = START + "pad_to_sequence_len: true\ntrl:\n  num_generation: 8  # many\n  beta: 0.1\n"
    made = settle(text, "my.yml", lambda now: Checker(gpu="h100-80gb").judge(now, "my.yml"), unsafe=True).text
    assert made == text.replace("num_generation:", "num_generations:")


def random_texts(count: int, seed: int = 0) -> Iterator[str]:
    """Configs with blocks of the schema's own keys, misspelled keys and values of any kind, nested at random."""
    dice = random.Random(seed)
    shapes, models = data(newest())["shapes"], data(newest())["defs"]
    words = sorted({key for one in models.values() for key in one.get("properties", {})})

    def value(depth: int) -> object:
        draw = dice.random()
        if depth == 0 or draw < 0.4:
            return dice.choice([None, 1, -3.5, True, "text", "jinja", "chat_template", "many", "2", [], {}])
        if draw < 0.6:
            return [value(depth - 1) for _ in range(dice.randint(1, 3))]
        return {key(): value(depth - 1) for _ in range(dice.randint(1, 5))}

    def key() -> object:
        name = dice.choice(words)
        return dice.choice([name, name, name[:-1], f"{name}s", name.upper(), 3, True, "a.b[0]"])

    for _ in range(count):
        config: dict[str, object] = dict(BASE)
        config["rl"] = dice.choice([None, None, "dpo", "kto", "orpo", "grpo", "ebft", "nonsense"])
        for name in dice.sample(sorted(shapes), 3):
            config[name] = value(4)
        if dice.random() < 0.7:
            config["datasets"] = [value(3) for _ in range(dice.randint(1, 3))]
        yield yaml.safe_dump(config)


def test_no_text_of_any_depth_stops_a_review() -> None:
    for text in random_texts(300):
        plan = plan_of_any(text)
        for one in review(plan, None).findings:
            assert one.line is None or one.line <= text.count("\n")


def plan_of_any(text: str) -> Plan:
    document = Checker(gpu="h100-80gb").judge(text, "my.yml").document
    return Plan(document.values, "my.yml", document.lines, where=document.where)


def test_thousands_of_unknown_keys_are_told_up_to_a_bound() -> None:
    many = "\n".join(f"  key_number_{number}: {{a: 1}}" for number in range(3000))
    assert len(told(f"trl:\n{many}", "MW814")) == 40
