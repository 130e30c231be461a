"""A small model of an architecture, a tokenizer beside it, and a processor where it sees; made once for all runs."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path
from typing import Any

from scripts.architectures import small
from scripts.runs.judge import processors

TEMPLATE = (
    "{% for m in messages %}<s>{{m['role']}}: {% if m['content'] is string %}{{m['content']}}{% else %}"
    "{% for p in m['content'] %}{% if p['type'] == 'text' %}{{p['text']}}{% elif p['type'] == 'image' %}IMAGE"
    "{% endif %}{% endfor %}{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<s>assistant: {% endif %}"
)
_LLAMA_3 = 128256
_USUAL = (
    "Below is an instruction that describes a task, paired with an input that provides further context. Write a "
    "response that appropriately completes the request. ### Instruction: ### Input: ### Response: user assistant "
) * 3


def put_beside(name: str, config: dict[str, Any], folder: Path, store: Path) -> None:
    """The folder gets a model of this name; built where the store has none yet."""
    kept = store / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=store))
        _build(config, made)
        with contextlib.suppress(OSError):  # another child was faster
            os.rename(made, kept)
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(kept)


def _build(config: dict[str, Any], folder: Path) -> None:
    kind = str(config["model_type"])
    named = {**processors.TOKENS.get(kind, {}), **_ends_of_turns(config)}
    tokenizer, shape = tokenizer_of(named), small.config_of(config)
    processors.with_tokens(shape, tokenizer)
    for part in (shape, *(getattr(shape, name, None) for name in shape.sub_configs)):
        if part is not None:
            part.dtype = "float32"  # what a CPU trains
    small.model_of(shape).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    processor = processors.processor_of(shape, tokenizer)
    if processor is not None:
        processor.save_pretrained(folder)


def _ends_of_turns(config: dict[str, Any]) -> dict[str, str]:
    """The token at the end of a turn, which the tokenizers of these families have and files name."""
    kind = str(config["model_type"])
    if kind.startswith("gemma"):
        return {"turn_token": "<turn|>" if kind.startswith("gemma4") else "<end_of_turn>"}
    if kind == "llama" and config.get("vocab_size") == _LLAMA_3:
        return {"turn_token": "<|eot_id|>"}
    return {"turn_token": "<|im_end|>"} if kind.startswith(("qwen2", "qwen3")) else {}


def tokenizer_of(named: dict[str, str]) -> Any:
    """Of bytes, with a chat template. `named`: tokens that it has beside, by what they are."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    marks = ["<pad>", "<s>", "</s>", *named.values()]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        [_USUAL],
        trainers.BpeTrainer(vocab_size=400, special_tokens=marks, initial_alphabet=alphabet, show_progress=False),
    )
    found = PreTrainedTokenizerFast(
        tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>", extra_special_tokens=named
    )
    found.chat_template = TEMPLATE.replace("IMAGE", _image(named))
    return found


def _image(named: dict[str, str]) -> str:
    """What stands for an image in a conversation; the processor makes it as long as the image is."""
    if "vision_start_token" in named:
        return named["vision_start_token"] + named["image_token"] + named["vision_end_token"]
    return named.get("boi_token", "") if "image_soft" in named.get("image_token", "") else named.get("image_token", "")
