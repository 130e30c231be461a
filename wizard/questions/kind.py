"""The first question on the method, and those that a kind of training brings with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from wizard.axolotl import batch, generation
from wizard.axolotl.kinds import kind_of
from wizard.axolotl.preference import LEARNS
from wizard.domain.errors import InputError
from wizard.domain.plan import REMOVE, Plan
from wizard.knowledge.kinds import kinds
from wizard.questions.entries import inside, real, seen, shown, whole
from wizard.questions.other_kind import to_kind
from wizard.questions.question import Choice, Option, Question, Situation, TypedQuestion


def _kinds(situation: Situation) -> tuple[Option, ...]:
    return tuple(Option(one.label, one.about, to_kind(one, situation)) for one in kinds().values())


def _kind_now(situation: Situation) -> int | None:
    names = list(kinds())
    now = kind_of(situation.plan)
    return names.index(now) if now in names else None


def _of(*names: str) -> Callable[[Situation], bool]:
    return lambda situation: kind_of(situation.plan) in names


def _trl(key: str, default: object) -> Callable[[Plan], str]:
    return lambda plan: str(batch.trl(plan).get(key, default))


def _functions(plan: Plan) -> str:
    named = batch.trl(plan).get("reward_funcs")
    return ", ".join(map(str, named)) if isinstance(named, list) else ""


def _write_functions(value: str, situation: Situation) -> Mapping[str, object]:
    names = [one.strip() for one in seen(value, "name a function as module.function").split(",")]
    for one in names:
        module, _, _ = one.rpartition(".")
        if "/" not in one and not (module and all(map(str.isidentifier, one.split(".")))):
            raise InputError(f"{one or 'nothing'} is no function: name it as module.function, such as rewards.length")
    return {"trl": {**batch.trl(situation.plan), "reward_funcs": names}}


def _answer_length(value: str, situation: Situation) -> Mapping[str, object]:
    changes = dict(
        inside("trl", "max_completion_length", whole("max_completion_length", 1, 1_000_000))(value, situation)
    )
    if generation.colocated(situation.plan):
        then = situation.plan.changed(changes)
        changes["vllm"] = {**generation.vllm(then), "max_model_len": generation.longest(then)}
    return changes


_OF_VLLM = ("use_vllm", "vllm_mode", "vllm_server_host", "vllm_server_port", "vllm_server_timeout",
            "vllm_enable_sleep_mode")  # fmt: skip


def _engines(situation: Situation) -> tuple[Option, ...]:
    plan = situation.plan
    if kind_of(plan) not in LEARNS:
        return ()
    rest = {key: value for key, value in batch.trl(plan).items() if key not in _OF_VLLM}
    beside = {"gpu_memory_utilization": 0.3, "max_model_len": generation.longest(plan)}
    block = {**generation.vllm(plan), **beside}
    return (
        Option("transformers", "nothing to install, slow: each answer is written token by token",
               {"trl": {**rest, "use_vllm": False}, "vllm": REMOVE}),
        Option("vLLM on the same GPU", "fast; it takes a share of the card for itself the whole time",
               {"trl": {**rest, "use_vllm": True, "vllm_mode": "colocate"}, "vllm": block}),
        Option("vLLM's server", "fast; it needs a GPU of its own, started with axolotl vllm-serve",
               {"trl": {**rest, "use_vllm": True, "vllm_mode": "server"},
                "vllm": {key: value for key, value in block.items() if key not in beside} or REMOVE}),
    )  # fmt: skip


def _engine_now(situation: Situation) -> int | None:
    if not _engines(situation):
        return None
    block = batch.trl(situation.plan)
    if not block.get("use_vllm"):
        return 0
    return 1 if generation.colocated(situation.plan) else 2


def _share(plan: Plan) -> str:
    return str(generation.vllm(plan).get("gpu_memory_utilization", ""))


def _colocated(situation: Situation) -> bool:
    return kind_of(situation.plan) in LEARNS and generation.colocated(situation.plan)


KIND = Choice(
    "kind", "What it learns from", "rl",
    "Answers to imitate teach a form and a subject. Pairs and marks teach what people prefer, rewards what can be "
    "checked. Each kind has rows of its own form; going back brings back what you had.",
    _kinds, _kind_now,
)  # fmt: skip
OF_KIND: tuple[Question, ...] = (
    TypedQuestion(
        "beta", "How near it stays to the start", "rl_beta",
        "Larger stays nearer to the model as it was. 0.1 is usual; 0.01 to 0.5 are tried.",
        shown("rl_beta", 0.1), real("rl_beta", 1e-6, 100.0), shown=_of("dpo", "ipo", "kto", "simpo"),
    ),
    TypedQuestion(
        "good", "Weight of good answers", "kto_desirable_weight",
        "How much an answer with a thumb up counts. Lower it where there are many more of them.",
        shown("kto_desirable_weight", 1.0), real("kto_desirable_weight", 1e-6, 100.0), shown=_of("kto"),
    ),
    TypedQuestion(
        "bad", "Weight of bad answers", "kto_undesirable_weight",
        "How much an answer with a thumb down counts. Lower it where there are many more of them.",
        shown("kto_undesirable_weight", 1.0), real("kto_undesirable_weight", 1e-6, 100.0), shown=_of("kto"),
    ),
    TypedQuestion(
        "odds", "Weight of the preference", "orpo_alpha",
        "How much the pair counts beside imitating the better answer. 0.1 is usual.",
        shown("orpo_alpha", 0.1), real("orpo_alpha", 1e-6, 100.0), shown=_of("orpo"),
    ),
    TypedQuestion(
        "margin", "Margin between the answers", "simpo_gamma",
        "By how much the better answer should be likelier, for each token. 0.5 is usual, up to 1.5.",
        shown("simpo_gamma", 0.5), real("simpo_gamma", 0.0, 100.0), shown=_of("simpo"),
    ),
    TypedQuestion(
        "imitation", "Weight of imitation", "cpo_alpha",
        "How much imitating the better answer counts beside the preference. 0 is SimPO as published.",
        shown("cpo_alpha", 1.0), real("cpo_alpha", 0.0, 100.0), shown=_of("simpo"),
    ),
    TypedQuestion(
        "functions", "Reward functions", "trl.reward_funcs",
        "Functions of yours that score answers, as module.function, with commas between. rewards.length is `length` in "
        "rewards.py, where the training is started: def length(completions, **rest), which returns a list of numbers.",
        _functions, _write_functions, shown=_of(*LEARNS), wide=True,
    ),
    TypedQuestion(
        "group", "Answers to each prompt", "trl.num_generations",
        "The scores of so many answers are compared with each other. 4 to 16 are usual.",
        _trl("num_generations", 8), inside("trl", "num_generations", whole("num_generations", 2, 1024)),
        shown=_of(*LEARNS),
    ),
    TypedQuestion(
        "answers", "Longest answer, in tokens", "trl.max_completion_length",
        "Answers are cut there. Memory and time grow with it. How long a prompt may be is sequence_len.",
        _trl("max_completion_length", 256), _answer_length, shown=_of(*LEARNS), also=("vllm",),
    ),
    TypedQuestion(
        "tether", "How near it stays to the start", "trl.beta",
        "0 holds no reference and is usual today; 0.001 to 0.04 keep the model nearer to what it was.",
        _trl("beta", 0.0), inside("trl", "beta", real("beta", 0.0, 100.0)), shown=_of(*LEARNS),
    ),
    Choice(
        "engine", "What writes the answers", "trl.use_vllm",
        "Most of the time of such a training goes into writing answers. vLLM writes them many times faster.",
        _engines, _engine_now,
    ),
    TypedQuestion(
        "portion", "Share of the card for vLLM", "vllm.gpu_memory_utilization",
        "So much of the whole card is vLLM's, for its own copy of the weights and what it keeps of the answers.",
        _share, inside("vllm", "gpu_memory_utilization", real("gpu_memory_utilization", 0.05, 0.95)), shown=_colocated,
    ),
)  # fmt: skip
"""Each is asked where it belongs to the kind that is chosen."""
