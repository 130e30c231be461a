"""Eager attention with sinks: GPT-OSS takes its softmax in 16 bits and keeps that alone."""

from __future__ import annotations

from tests.builders import LORA, model, reviewed

OSS = "openai/gpt-oss-20b"
CUT = {"plugins": ["axolotl.integrations.cut_cross_entropy.CutCrossEntropyPlugin"]}


def test_each_layer_keeps_one_score_of_16_bits_more_for_a_longer_row() -> None:
    shapes = model(OSS)
    assert shapes.sinks
    kept = []
    for length in (1024, 2048):
        base = {**LORA, **CUT, "attn_implementation": "eager", "sequence_len": length, "gradient_checkpointing": False}
        base |= {"micro_batch_size": 1, "lora_target_linear": False, "lora_target_modules": ["q_proj", "v_proj"]}
        base |= {"model_quantization_config": "Mxfp4Config"}
        found = reviewed(base | {"model_quantization_config_kwargs": {"dequantize": True}}, None, OSS).estimate
        assert found is not None
        kept.append(found.components["activations"])
    scores = 2 * shapes.layers * shapes.blocks[0].heads * (2048**2 - 2 * 1024**2)
    grown = kept[1] - 2 * kept[0]  # what grows with the square of the length
    assert 1.0 < grown / scores < 1.2


def test_experts_of_some_layers_are_counted_there_alone() -> None:
    base = {**LORA, "lora_target_linear": False, "lora_target_modules": ["q_proj"], "lora_dropout": 0}
    shapes = model(OSS)
    stack = next(one for one in shapes.tensors if one.path.endswith("experts.down_proj"))
    trained = {}
    for names in ((), ("7.mlp.experts.down_proj", "model.layers.15.mlp.experts.down_proj"), ("mlp.experts.down_proj",)):
        found = reviewed(base | {"lora_target_parameters": list(names)}, None, OSS).estimate
        assert found is not None
        trained[len(names)] = found.trainable
    one_layer = stack.shape[0] * int(str(LORA["lora_r"])) * (stack.shape[1] + stack.shape[2])
    assert trained[2] - trained[0] == 2 * one_layer
    assert trained[1] - trained[0] == shapes.layers * one_layer


def test_models_without_sinks_take_theirs_in_fp32() -> None:
    assert not model().sinks
