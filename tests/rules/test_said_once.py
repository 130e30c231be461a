"""What is wrong once is said once, by the rule that says what to write instead."""

from __future__ import annotations

import pytest

from wizard.domain.plan import Plan
from wizard.knowledge.axolotl.versions import newest, of_plan
from wizard.review import review
from wizard.world.configs import written
from wizard.world.yamlfile import parse

START = """base_model: HuggingFaceTB/SmolLM2-135M
learning_rate: 0.0002
micro_batch_size: 1
gradient_accumulation_steps: 1
max_steps: 10
attn_implementation: flash_attention_2
"""
DATA = "datasets:\n  - path: d.jsonl\n    type: chat_template\n    "


def read(text: str) -> Plan:
    """The plan of a file as `check` looks at it, whatever the types."""
    return written(parse(text, "my.yml"), "my.yml")


@pytest.mark.parametrize(
    ("lines", "field", "code"),
    [
        ("unsloth_cross_entropy_loss: true", "unsloth_cross_entropy_loss", "MW804"),
        ("unsloth_lora_mlp: true", "unsloth_lora_mlp", "MW804"),
        ("fsdp: [full_shard, auto_wrap]", "fsdp", "MW690"),
        ("chat_template: inst", "chat_template", "MW840"),
        ("gradient_checkpointing: unsloth", "gradient_checkpointing", "MW840"),
        ("lr_scheduler: log_sweep", "lr_scheduler", "MW840"),
        ("warmup_steps: 0.1", "warmup_steps", "MW837"),
        ('tokens: {pad_token: "<pad>"}', "tokens", "MW836"),
        ("streaming: true\npretraining_dataset: a/b", "pretraining_dataset", "MW838"),
        ("streaming: true\npretraining_dataset: {path: a/b}", "pretraining_dataset", "MW838"),
        ("context_parallel_size: 2", "context_parallel_size", "MW692"),
        (f"{DATA}message_field_role: from\n    message_property_mappings: {{role: role}}",
         "datasets[0].message_field_role", "MW817"),
    ],
)  # fmt: skip
def test_one_finding_each(lines: str, field: str, code: str) -> None:
    plan = read(START + lines + "\n")
    assert of_plan(plan) == newest()
    assert [one.code for one in review(plan, None).findings if field in one.fields] == [code]


def test_entries_that_agree_are_still_renamed_beside_one_that_does_not() -> None:
    torn = "message_field_role: from\n    message_property_mappings: {role: role}"
    text = f"{START}{DATA}{torn}\n  - path: e.jsonl\n    type: chat_template\n    message_field_role: from\n"
    (found,) = [one for one in review(read(text), None).findings if one.code == "MW811"]
    assert found.fields == ("datasets[1].message_field_role",)
    assert found.fix is not None
    assert found.fix.safety == "safe"


@pytest.mark.parametrize(
    ("lines", "code", "says"),
    [
        ("rl: dpo\ndpo_beta: 0.2", "MW747", "dpo_beta 0.2 is rl_beta now: Axolotl warns of it"),
        ("rl: dpo\ndpo_beta: 0.2\nrl_beta: 0.3", "MW747",
         "dpo_beta 0.2 is rl_beta now, which is written too and counts (0.3): Axolotl warns of it"),
        (f"{DATA}message_field_role: from\n    message_field_content: value", "MW811",
         "datasets: message_field_role and message_field_content are message_property_mappings: "
         "{role: from, content: value} now; Axolotl warns"),
        ("val_set_size: 1", "MW756", "val_set_size 1 is the share of all rows: the run dies when the data is split"),
    ],
)  # fmt: skip
def test_a_message_names_the_values(lines: str, code: str, says: str) -> None:
    assert [one.message for one in review(read(START + lines + "\n"), None).findings if one.code == code] == [says]
