"""MW855."""

from __future__ import annotations

from collections.abc import Iterator

from wizard.axolotl import turns
from wizard.axolotl.adapters import new_tokens_trained
from wizard.domain.finding import Finding, Fix
from wizard.rules.registry import Rule, Subject, rule


@rule("MW855", "turn-end-not-trained", "warning", fix="unsafe", keys=("datasets", "test_datasets"))
def turn_end_not_trained(self: Rule, subject: Subject) -> Iterator[Finding]:
    """A chat template whose turns end with a token that is not known as their end.

    What it checks
        Data of type `chat_template` in supervised training, with a template of Axolotl's or a tokenizer whose own
        template is known: its turns end with another token than the tokenizer's end-of-sequence token, and
        `eot_tokens` does not name that token. Gemma's turns end with `<end_of_turn>`, and its eos is `<eos>`.

    Why it matters
        Axolotl trains the eos token, or what `eot_tokens` names, at the end of a turn. The other token is masked: the
        model never learns to stop, and goes on after its answer. Axolotl writes a line into its log and trains.

    Example
        Bad:
            base_model: google/gemma-2-2b
            chat_template: gemma
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Bad:
            base_model: google/gemma-3-1b-it
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Bad:
            base_model: mistralai/Mistral-7B-v0.1
            chat_template: chatml
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Good:
            base_model: google/gemma-2-2b
            chat_template: gemma
            eot_tokens: [<end_of_turn>]
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

        Good:
            base_model: meta-llama/Llama-3.1-8B-Instruct
            datasets:
              - path: mlabonne/FineTome-100k
                type: chat_template

    Fix
        `eot_tokens` with that token, and `tokens` too where the tokenizer does not have it, whose embeddings an adapter
        must train as well. Not safe: other tokens are trained.

    Source
        axolotl 0.19.0 and 0.21.0 prompt_strategies/chat_template.py:366-391 (executed)
    """
    plan = subject.plan
    eos, named = turns.eos(plan), turns.eot_tokens(plan)
    for data in turns.marked(plan):
        end = data.end
        trained = data.entry.get("train_on_eos") != "none" or data.entry.get("train_on_eot") not in (None, "none")
        if not end or eos is None or end in (named or (eos,)) or not trained:
            continue
        if not named and data.template is not None and eos in data.template.marks:
            continue  # Axolotl finds the eos in the template's text, and says nothing
        message = f"{data.key}[{data.place}]: turns end with {end}, and {' and '.join(named or (eos,))} is trained as"
        message += " their end: the model does not learn to stop"
        changes: dict[str, object] = {"eot_tokens": [*named, end]}
        own = turns.known(plan)
        if own and end in own.lacks and end not in turns.added(plan):
            written = plan.get("tokens")
            changes["tokens"] = [*(written if isinstance(written, list) else ()), end]
            changes |= new_tokens_trained(plan, subject.model)
        fix = Fix(changes, "unsafe", f"eot_tokens: {', '.join([*named, end])}")
        yield self.finding(message, "eot_tokens", "chat_template", data.key, plan=plan, fix=fix)
        return
