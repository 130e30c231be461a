"""MW880."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import datasets, images, preference
from wizard.domain.finding import Finding
from wizard.rules.registry import Rule, Subject, rule

_KEYS = ("eot_tokens", "chat_template_kwargs")


@rule("MW880", "chat-settings-without-chat", "warning", keys=_KEYS)
def chat_settings_without_chat(self: Rule, subject: Subject) -> Iterator[Finding]:
    """`eot_tokens` or `chat_template_kwargs` where no data goes through a chat template.

    What it checks
        Supervised training on text where every data set has a type of its own that Axolotl brings and none is a
        `chat_template`.

    Why it matters
        The two are read for conversations alone. With `alpaca` or `completion` the prompts and the token that ends an
        answer are as that type makes them.

    Example
        Bad:
            eot_tokens: ["<|im_end|>"]
            datasets:
              - path: mhenrichsen/alpaca_2k_test
                type: alpaca

        Good:
            chat_template: chatml
            eot_tokens: ["<|im_end|>"]
            datasets:
              - path: fozziethebeat/alpaca_messages_2k_test
                type: chat_template

    Fix
        `special_tokens.eos_token` says with what those types end an answer. There is none to apply.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py (0.21.0 executed on a CPU)
    """
    plan = subject.plan
    if preference.rl(plan) or preference.reward_model(plan) or images.with_images(plan):
        return
    listed = datasets.entries(plan)
    if not listed or not all(_plain(one.values.get("type")) for one in listed):
        return
    unread = [key for key in _KEYS if plan.get(key)]
    if unread:
        message = f"{' and '.join(unread)}: read for data of type chat_template alone, and there is none"
        yield self.finding(message, *unread, plan=plan)


def _plain(kind: object) -> bool:
    """Whether prompts of this type have a form of their own."""
    if isinstance(kind, dict):
        return True
    name = str(kind or "")
    return bool(name) and "." not in name and name.startswith(("alpaca", "completion", "pretrain", "input_output"))
