"""The seven rules, each on a bad and a good config, against memwizard and against the real Axolotl."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import yaml

from tests.axolotl.real import judge
from wizard.domain.machine import Machine
from wizard.domain.plan import Plan
from wizard.knowledge.gpus import named_machine
from wizard.review import review

BASE: dict[str, object] = {
    "base_model": "Qwen/Qwen3-0.6B",
    "datasets": [{"path": "data.jsonl", "type": "alpaca"}],
    "learning_rate": 0.0002,
    "output_dir": "./out",
    "micro_batch_size": 2,
    "gradient_accumulation_steps": 4,
    "pad_to_sequence_len": True,
}


@dataclass(frozen=True)
class Case:
    """A rule, what makes a config bad and good, and the words of Axolotl (None: it has no such rule)."""

    code: str
    bad: dict[str, object]
    good: dict[str, object]
    quotes: str | None
    gpu: str = "rtx-4090"
    environment: dict[str, str] = field(default_factory=dict)
    bf16: str = "yes"
    without: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.code}-{'-'.join(self.bad) or 'environment'}"


PACKED = {"sample_packing": True, "attn_implementation": "sdpa", "bf16": False, "fp16": True}
CASES = [
    Case("MW101", {"batch_size": 8}, {}, "batch_size is not recommended", without=("gradient_accumulation_steps",)),
    Case("MW101", {"batch_size": 8}, {}, "please set only one of gradient_accumulation_steps or batch_size"),
    Case("MW102", {"eval_batch_size": 8}, {"eval_batch_size": 2}, "eval_batch_size != micro_batch_size"),
    Case(
        "MW103",
        {"sample_packing": True, "pad_to_sequence_len": False, "attn_implementation": "flash_attention_2"},
        {"sample_packing": True, "attn_implementation": "flash_attention_2"},
        "`pad_to_sequence_len: true` is recommended when using sample_packing",
    ),
    Case("MW103", {"pad_to_sequence_len": False}, {}, None),
    Case(
        "MW104",
        PACKED,
        {**PACKED, "adapter": "lora", "lora_r": 8, "lora_alpha": 16, "lora_target_linear": True},
        "Full fine tune w/o FA2 w/ sample packing and fp16",
    ),
    Case(
        "MW104",
        {**PACKED, "attn_implementation": "flash_attention_4"},
        {**PACKED, "sample_packing": False},
        "Full fine",
    ),
    Case("MW105", {"bf16": True}, {"bf16": False, "fp16": True}, "AMP is not supported", gpu="t4", bf16="no"),
    Case("MW105", {"bf16": False, "fp16": True}, {"bf16": "auto"}, None),
    Case("MW106", {"fp8": True}, {"fp8": True, "torch_compile": True}, "strongly recommended for FP8", gpu="h100-80gb"),
    Case("MW107", {}, {}, None, environment={"PYTORCH_ALLOC_CONF": "max_split_size_mb:64"}),
]
EACH = pytest.mark.parametrize("case", CASES, ids=str)


def configs(case: Case) -> tuple[dict[str, object], dict[str, object]]:
    base = {name: value for name, value in BASE.items() if name not in case.without}
    return {**base, **case.bad}, {**BASE, **case.good}


def codes(config: dict[str, object], machine: Machine) -> set[str]:
    return {finding.code for finding in review(Plan(config), None, machine).findings}


@EACH
def test_memwizard_finds_the_bad_and_leaves_the_good(case: Case) -> None:
    machine = named_machine(case.gpu)
    bad, good = configs(case)
    assert case.code in codes(bad, replace(machine, environment=case.environment))
    assert case.code not in codes(good, machine)


@pytest.mark.timeout(1200)  # the first may have to install Axolotl
@pytest.mark.xdist_group("axolotl")
@EACH
def test_axolotl_says_the_same(case: Case, tmp_path: Path) -> None:
    if case.quotes is None:
        pytest.skip("Axolotl 0.19 has no such rule")
    paths = [tmp_path / "bad.yml", tmp_path / "good.yml"]
    for path, config in zip(paths, configs(case), strict=True):
        path.write_text(yaml.safe_dump(config))
    bad, good = judge(*paths, bf16=case.bf16)
    assert any(case.quotes in text for text in (*bad["warnings"], *bad["errors"])), bad
    assert not any(case.quotes in text for text in (*good["warnings"], *good["errors"])), good


def fixed(config: dict[str, object], code: str, gpu: str = "rtx-4090") -> tuple[dict[str, object], str, str]:
    """The config after the rule's fix, the fix's safety, and the finding's message."""
    judged = review(Plan(config), None, named_machine(gpu))
    finding = next(one for one in judged.findings if one.code == code)
    assert finding.fix is not None
    return dict(judged.plan.changed(finding.fix.changes).values), finding.fix.safety, finding.message


@pytest.mark.parametrize(
    ("batch", "micro", "gpu", "steps", "safety", "even"),
    [
        (16, 2, "rtx-4090", 8, "safe", True),
        (16, 2, "2xrtx-4090", 4, "unsafe", True),
        (10, 4, "rtx-4090", 2, "unsafe", False),
        (1, 4, "8xh100-80gb", 1, "unsafe", False),
    ],
)
def test_mw101_computes_the_accumulation(batch: int, micro: int, gpu: str, steps: int, safety: str, even: bool) -> None:
    config: dict[str, object] = {"batch_size": batch, "micro_batch_size": micro}
    after, said, message = fixed(config, "MW101", gpu)
    assert after == {"micro_batch_size": micro, "gradient_accumulation_steps": steps}
    assert said == safety
    assert ("does not divide" in message) == (not even)


@pytest.mark.parametrize(
    ("torch", "variable"),
    [("2.13.0", "PYTORCH_ALLOC_CONF"), ("2.8.0", "PYTORCH_CUDA_ALLOC_CONF"), (None, "PYTORCH_ALLOC_CONF")],
)
def test_mw107_names_the_variable_of_this_torch_and_what_the_shell_overrides(torch: str | None, variable: str) -> None:
    machine = replace(
        named_machine("rtx-4090"), torch_version=torch, environment={variable: "garbage_collection_threshold:0.8"}
    )
    message = next(one.message for one in review(Plan(BASE), None, machine).findings if one.code == "MW107")
    assert f"{variable}=garbage_collection_threshold:0.8" in message
    assert "expandable_segments:True" in message


def test_mw107_speaks_of_two_settings_for_one_allocator() -> None:
    machine = replace(named_machine("rtx-4090"), environment={"PYTORCH_CUDA_ALLOC_CONF": "max_split_size_mb:64"})
    message = next(one.message for one in review(Plan(BASE), None, machine).findings if one.code == "MW107")
    assert "PYTORCH_ALLOC_CONF=expandable_segments:True" in message


def test_mw105_speaks_only_where_the_machine_is_known() -> None:
    assert "MW105" not in codes({**BASE, "bf16": True}, Machine())


def test_mw103_is_not_about_rows_with_images_which_are_padded_to_the_longest_of_a_batch() -> None:
    config: dict[str, object] = {**BASE, "sample_packing": False, "pad_to_sequence_len": False}
    machine = named_machine("rtx-4090")
    assert "MW103" in codes(config, machine)
    assert "MW103" not in codes({**config, "processor_type": "AutoProcessor"}, machine)
