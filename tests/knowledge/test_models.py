"""The model catalogue: counts to the last digit, names as people write them, odd configs told apart."""

from __future__ import annotations

import contextlib
import copy
import time
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from wizard.domain.errors import InputError
from wizard.domain.model import Model
from wizard.knowledge.models import catalogue as models
from wizard.knowledge.models.architecture import build
from wizard.knowledge.models.catalogue import built, catalogue, find
from wizard.knowledge.models.families import family, wrapper

ROWS = list(catalogue().values())
LLAMA: dict[str, Any] = {
    "model_type": "llama",
    "hidden_size": 64,
    "intermediate_size": 160,
    "num_hidden_layers": 3,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 100,
    "tie_word_embeddings": False,
}


def names(model: Model) -> set[str]:
    return {tensor.path for tensor in model.tensors}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_the_shapes_give_the_published_count(row: Any) -> None:
    model = built(row.id)
    assert model.parameters == row.parameters, "a key that shapes follow is missing, or the count is of something else"
    assert model.exact, f"{model.model_type} has no form in families.toml that was checked for this config"
    assert model.layer_class


def test_the_catalogue_is_complete() -> None:
    assert len(ROWS) >= 60
    every = [name.lower() for row in ROWS for name in (row.id, *row.also)]
    assert [name for name in every if every.count(name) > 1] == [], "an id finds one row"
    for row in ROWS:
        assert "/" in row.id
        assert row.family
        assert row.source
        assert len(row.date) == 7


def test_every_family_is_known() -> None:
    for row in ROWS:
        model_type = row.config.get("text_config", row.config)["model_type"]
        assert family(model_type)[1], row.id
        assert ("vision_config" in row.config) == (wrapper(row.config["model_type"]) is not None)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_blocks_agree_with_the_tensors(row: Any) -> None:
    model = built(row.id)
    text = row.config.get("text_config", row.config)
    layers = len(text.get("hybrid_override_pattern", "")) or text["num_hidden_layers"]
    assert model.layers == layers
    experts = sum(t.total for t in model.tensors if t.kind == "experts")
    assert (experts > 0) == model.moe == any(block.active for block in model.blocks)
    for block in model.blocks:
        assert block.active <= block.experts
        assert bool(block.experts) == bool(block.expert_width)
        assert (block.mixer in ("linear", "mamba", "conv")) == bool(block.mixer_width)
        assert (block.heads > 0) == (block.kv_heads > 0) == (block.head_dim > 0)
        assert block.heads % (block.kv_heads or 1) == 0
    for tensor in model.tensors:
        assert tensor.count > 0
        assert all(side > 0 for side in tensor.shape)
        assert (len(tensor.shape) == 2) if tensor.kind in ("linear", "head") else True
        assert not tensor.path.endswith((".weight", ".bias"))
    assert model.multimodal == any(tensor.tower for tensor in model.tensors)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("meta-llama/Llama-3.1-8B", "meta-llama/Llama-3.1-8B"),
        ("META-LLAMA/llama-3.1-8b-INSTRUCT", "meta-llama/Llama-3.1-8B"),
        ("qwen3-8b", "Qwen/Qwen3-8B"),
        (" Qwen/Qwen3-8B/ ", "Qwen/Qwen3-8B"),
        ("gpt-oss-20b", "openai/gpt-oss-20b"),
    ],
)
def test_names_are_found_as_people_write_them(written: str, meant: str) -> None:
    row = find(written)
    assert row is not None
    assert row.id == meant


def test_every_id_finds_its_row_and_others_none() -> None:
    for row in ROWS:
        for name in (row.id, *row.also):
            assert find(name.upper()) == row
            assert find(name.rpartition("/")[2]) is not None
    assert find("nobody/nothing-7b") is None
    assert find("") is None


def test_a_whole_id_is_read_without_the_other_rows() -> None:
    for row in ROWS:
        for name in (row.id, *row.also):
            assert models._alone(name.lower()) == row, "ids stand in single quotes, and no id in two rows"
    models.catalogue.cache_clear()
    models.built.cache_clear()
    assert built("Qwen/Qwen3-8B").parameters > 0
    assert models.catalogue.cache_info().misses == 0


def test_paths_are_those_of_transformers() -> None:
    llama = names(built("meta-llama/Llama-3.1-8B"))
    assert {"model.embed_tokens", "model.layers.*.self_attn.q_proj", "model.layers.*.input_layernorm"} <= llama
    gemma = names(built("google/gemma-3-4b-pt"))
    assert "model.language_model.layers.*.mlp.down_proj" in gemma
    assert "model.vision_tower.encoder.layers.*.self_attn.out_proj" in gemma
    oss = {tensor.path: tensor for tensor in built("openai/gpt-oss-20b").tensors}
    assert oss["model.layers.*.self_attn.sinks"].kind == "other"
    assert oss["model.layers.*.mlp.experts.gate_up_proj"].kind == "experts"
    assert built("openai/gpt-oss-20b").quantized == "mxfp4"


@pytest.mark.parametrize(
    ("name", "mixers"),
    [
        ("deepseek-ai/DeepSeek-V2-Lite", {"latent"}),
        ("Qwen/Qwen3.5-9B", {"linear", "attention"}),
        ("ai21labs/Jamba-v0.1", {"mamba", "attention"}),
        ("LiquidAI/LFM2-1.2B", {"conv", "attention"}),
        ("tiiuae/Falcon-H1-7B-Base", {"mamba"}),
        ("nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16", {"mamba", "attention", "none"}),
    ],
)
def test_layers_are_told_apart(name: str, mixers: set[str]) -> None:
    assert {block.mixer for block in built(name).blocks} == mixers


def test_windows_alternate_where_the_model_does() -> None:
    assert {(b.window, b.count) for b in built("google/gemma-2-2b").blocks} == {(4096, 13), (None, 13)}
    assert {(b.window, b.count) for b in built("google/gemma-3-4b-pt").blocks} == {(1024, 29), (None, 5)}
    assert {b.window for b in built("Qwen/Qwen2.5-7B").blocks} == {None}


def test_layers_may_be_listed_or_spelled_short() -> None:
    row = catalogue()["LiquidAI/LFM2-1.2B"].config
    long = {**row, "layer_types": ["full_attention" if i in (2, 5, 8, 10, 12, 14) else "conv" for i in range(16)]}
    assert isinstance(row["layer_types"], str)
    assert build(long, "x").tensors == build(row, "x").tensors


def test_a_text_decoder_may_be_nested_or_stand_alone() -> None:
    config = catalogue()["Qwen/Qwen3-VL-2B-Instruct"].config
    inner = {**config["text_config"], "tie_word_embeddings": True}
    alone, whole = build(inner, "x"), built("Qwen/Qwen3-VL-2B-Instruct")
    text = sum(tensor.total for tensor in whole.tensors if not tensor.tower)
    assert alone.parameters == text
    assert not alone.multimodal
    assert "model.layers.*.mlp.up_proj" in names(alone)


def test_an_unknown_architecture_is_a_plain_transformer() -> None:
    known = build(LLAMA, "x")
    model = build({**LLAMA, "model_type": "someday"}, "x")
    assert known.exact
    assert not model.exact
    assert model.parameters == known.parameters
    assert model.layer_class is None
    around = build({"model_type": "someday", "text_config": LLAMA, "vision_config": {"depth": 2}}, "x")
    assert not around.exact
    assert around.multimodal
    assert around.parameters == known.parameters


def test_a_variant_that_was_not_checked_is_not_exact() -> None:
    falcon = catalogue()["tiiuae/falcon-7b"].config
    assert not build({**falcon, "new_decoder_architecture": True}, "x").exact


def test_the_outer_word_on_tying_counts() -> None:
    config = copy.deepcopy(catalogue()["Qwen/Qwen3-VL-2B-Instruct"].config)
    config["tie_word_embeddings"] = False
    config["text_config"]["tie_word_embeddings"] = True
    assert not build(config, "x").tied


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"hidden_size": "64"}, "`hidden_size` is '64'"),
        ({"num_hidden_layers": 0}, "`num_hidden_layers` is 0"),
        ({"num_hidden_layers": 10**6}, "at most 2000"),
        ({"vocab_size": None}, "`vocab_size`"),
        ({"attention_bias": "maybe"}, "`attention_bias` is 'maybe', not true or false"),
        ({"layer_types": ["full_attention"]}, "names 1 layers where `num_hidden_layers` is 3"),
        ({"layer_types": ["conv"] * 3}, "'conv'"),
        ({"layer_types": "full_attention*x"}, "'full_attention*x'"),
    ],
)
def test_a_wrong_value_is_named(change: dict[str, Any], word: str) -> None:
    with pytest.raises(InputError) as caught:
        build({**LLAMA, **change}, "x")
    assert word in str(caught.value)


def test_a_missing_size_is_named() -> None:
    with pytest.raises(InputError, match="vocab_size"):
        build({key: value for key, value in LLAMA.items() if key != "vocab_size"}, "x")
    config = copy.deepcopy(catalogue()["Qwen/Qwen3-30B-A3B"].config)
    del config["num_experts"]
    with pytest.raises(InputError, match="num_experts"):
        build(config, "x")
    config = copy.deepcopy(catalogue()["google/gemma-3-4b-pt"].config)
    del config["vision_config"]["patch_size"]
    with pytest.raises(InputError, match=r"vision_config\.patch_size"):
        build(config, "x")


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.sampled_from([10**9, 2**31, 2**70, -(2**70), 3000]),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(["auto", "conv*2 mamba", "M*E-", "full_attention", "moe mlp*99999"]),
    st.lists(st.one_of(st.none(), st.integers(-1, 4), st.text(max_size=3)), max_size=3),
    st.lists(st.sampled_from(["full_attention", "conv", "moe", "mamba"]), max_size=3),
    st.dictionaries(st.text(max_size=2), st.none(), max_size=1),
)
ADDED = ("layer_types", "mlp_only_layers", "head_dim", "sliding_window", "text_config", "q_lora_rank", "moe_layers")


@settings(max_examples=400, deadline=None)
@given(st.data())
@example(None)
def test_only_input_errors_escape(data: Any) -> None:
    if data is None:
        with pytest.raises(InputError):
            build([], "x")  # type: ignore[arg-type]
        return
    config = copy.deepcopy(data.draw(st.sampled_from(ROWS)).config)
    for _ in range(data.draw(st.integers(1, 4))):
        sides = [config, *(value for value in config.values() if isinstance(value, dict))]
        side = data.draw(st.sampled_from(sides))
        key = data.draw(st.sampled_from([*side, *ADDED]))
        if data.draw(st.booleans()):
            side.pop(key, None)
        else:
            side[key] = data.draw(ODD)
    with contextlib.suppress(InputError):
        assert build(config, "x").parameters > 0


def test_building_all_is_quick() -> None:
    started = time.process_time()
    for row in ROWS:
        build(row.config, row.id)
    assert time.process_time() - started < 0.5  # 0.03 s on a common machine
