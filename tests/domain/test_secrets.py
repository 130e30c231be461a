"""Secrets are known by their form and by the name of their key, and nothing else is taken for one."""

from __future__ import annotations

import json

import pytest
import yaml

from wizard.domain.secrets import is_secret, masked

TOKEN = "hf_abcdefghijklmnopqrstuvwxyz0123"


@pytest.mark.parametrize(
    "text",
    [
        f"base_model: {TOKEN}",
        f"hf_use_auth_token is '{TOKEN}', where Axolotl takes true or false",
        f"https://me:{TOKEN}@hub.example/x",
        f"https://{TOKEN}@hub.example/x",
        "https://me:pass1234@hub.example/x",
        "hf_token: plainwords",
        "hub_token: 'two words'",
        'HF_TOKEN="abcdefgh"',
        "wandb_api_key: 0123456789abcdef",
        "env: {WANDB_API_KEY: 0123456789abcdef, OTHER: 1}",
        '{"changes":{"comet_api_key":"0123456789"}}',
        "12 | mlflow_password: abcdefgh  # mine",
    ],
)
def test_it_is_hidden(text: str) -> None:
    hidden = masked(text)
    assert "***" in hidden
    for part in (TOKEN, "pass1234", "plainwords", "two words", "abcdefgh", "0123456789"):
        assert part not in hidden
    assert masked(hidden) == hidden
    if text.startswith("{"):
        json.loads(hidden)


@pytest.mark.parametrize(
    "text",
    [
        "hf_use_auth_token: true",
        "write `hf_use_auth_token: true`.",
        "special_tokens:\n  pad_token: <|pad|>\n  eos_token: '</s>'",
        "eot_tokens: ['<|im_end|>']",
        "max_new_tokens: 4096",
        "hub_token is not a field of Axolotl: it is dropped without a word",
        "hf_token: it is dropped without a word, and nothing is said",
        "hf_token: ${HF_TOKEN}",
        "see https://axolotl.ai/docs for user@example.com",
        "hf_internal",
        "base_model: NousResearch/Meta-Llama-3.1-8B",
    ],
)
def test_it_is_shown(text: str) -> None:
    assert masked(text) == text


def test_what_is_kept_is_asked_for_by_key_and_value() -> None:
    kept = yaml.safe_load(f"hub_token: abc\nenv: {{HF_TOKEN: abc}}\npath: https://me:x@h/y\nname: [{TOKEN}]")
    assert all(is_secret(key, value) for key, value in kept.items())
    assert not any(is_secret(key, value) for key, value in {"lora_r": 8, "hf_use_auth_token": True, "a": "b"}.items())


@pytest.mark.parametrize("part", ["a_", "token", "://", "a.b-c_", "hf_token: ", "api_key='", "hf_token is "])
def test_a_long_text_costs_no_more_than_its_length(part: str) -> None:
    """A square of this would outlast the test's limit."""
    assert len(masked(part * 200_000)) >= 100_000
