"""Writes docs/accuracy.md: how far the estimate and other tools are from known peaks.

python -m scripts.accuracy
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.accuracy.peers import PEERS
from benchmarks.accuracy.report import Table, by_group, by_part, by_peer, worst_parts, worst_rows
from benchmarks.accuracy.reported import (
    FIGURE_HEADER,
    FILE,
    GATHERED,
    GATHERED_HEADER,
    HEADER,
    README_HEADER,
    READMES,
    figure_lines,
    gathered_lines,
    judge,
    lines,
    readme_lines,
    reports,
)
from benchmarks.accuracy.rows import KINDS, Apart, Row, default_files, read_all
from benchmarks.accuracy.score import Scored, part_errors, score

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"

HEAD = """<!-- Written by `python -m scripts.accuracy`. Change the script or the rows, not this page. -->

# How accurate the estimate is

The estimate says how many bytes a training run will need before it starts. This page holds it against runs whose
need is known, and does the same with what other tools say about those runs.

## What is compared

The truth of a row is the **peak allocated memory**: the most bytes that PyTorch held in tensors at one moment, as
`torch.cuda.max_memory_allocated` reports it. The estimate has three figures for it: **low**, **likely** and **high**.
memwizard says `fits` only when the high figure, with what the CUDA context and fragments need on top, is below
what is free.

An error is likely / truth - 1. Below zero the estimate promised too little, which is the bad side: the run
would end out of memory. In the tables:

- **median**, **95th pct**, **worst**: of the sizes of the errors
- **worst under**: the lowest error; 0 if none is below zero
- **in range**: the share of rows with low ≤ truth ≤ high
- **high enough**: the share of rows with truth ≤ high

`python -m benchmarks.accuracy` prints the same for a terminal; `--rows FILE` takes rows of your own, `--all` shows
every row.
"""

ABOUT = {
    "published": """Runs on one A100 that the makers of
[fms-acceleration](https://github.com/foundation-model-stack/fms-acceleration) measured and published, of those that
Axolotl can do too. They ran with older versions of the libraries and partly with kernels of their own, for which the
nearest settings of Axolotl stand; each row in `benchmarks/accuracy/published.jsonl` names its source and says what
was inferred.""",
    "several": """Runs on two to eight GPUs that others measured and published: by the makers of
[fms-acceleration](https://github.com/foundation-model-stack/fms-acceleration) (FSDP1 on A100s),
[torchtune](https://github.com/pytorch/torchtune) (FSDP2, 70B) and
[fsdp_qlora](https://github.com/AnswerDotAI/fsdp_qlora) (two RTX 3090). The truth is the peak on one GPU; each row in
`benchmarks/truth/multi_gpu.jsonl` names its source and says what was inferred. torchtune and fsdp_qlora run code of
their own: torchtune compiles, its torch of then left the root module gathered between forward and backward where
today's gathers it again, and its offloaded run divides embeddings and lm_head apart from it
(`custom_sharded_layers`), which Axolotl does not. Its rows are the furthest off, on the safe side.

No constant was fitted to these rows. They did show what had been missing: FSDP1 around frozen layers keeps each layer's
input and its gradient until the backward ends (torch, `_register_post_backward_reshard_only_hook`), and its shards of
gradients are in fp32. Left out are GPTQ bases, kernels that Axolotl has not, and Mistral with Liger, whose figures for
LoRA are those without it. Rows that tell something else than the peak allocated in training (DeepSpeed ZeRO 3 by PEFT,
tensor and context parallelism by torchtitan, litgpt's loading) stand at the end, without a score.""",
    "measured": """Runs on a GPU with today's versions of the libraries; the rows are in `benchmarks/gpu/`.""",
    "simulated": """Runs of the real model code of transformers, PEFT and bitsandbytes on tensors without data: it is
counted when each tensor is made and freed, and kernels that need a GPU are replaced by stand-ins with the same
buffers. The simulator and its rows are in `benchmarks/truth/`. Those of models with Mamba layers have the buffers of
mamba-ssm and causal-conv1d, or end in `-no-mamba` and run transformers' own code, which is what is estimated then.""",
    "unseen": """Models of the catalogue on one GPU with settings drawn by a seed that nothing had been looked at for,
on the libraries of Axolotl 0.21: transformers 5.20.1, peft 0.21.2, torch 2.13. `python -m benchmarks.truth --unseen
FILE --seed 0.21` draws a hundred of dense models (one does not run without a GPU), `--mixtures FILE --seed 0.21`
forty of mixtures (eight are runs that PEFT refuses), `--unseen FILE --seed again` a hundred more.
When they were first held against the estimate, the worst were DPO where the logits have a cap (-3.7 %: what tanh keeps
was counted in supervised training alone), Apertus (-2.6 and -2.1 %: its activation's backward, and that 4-bit layers
pass its fp32 on), Adafactor's step of fp32 embeddings (+9.1 %), a shared expert that is weighed (-2.8 %), a router of
fp32 hidden states (-1.7 %), what a backward makes before a layer is recomputed (-3.0 and -2.6 %), and lm_head's
gradient of a second micro batch (-1.9 %). All that was missing in the code was put in, none of it was fitted; so these
rows are unseen no more, but for the last 31 of `again` (69 to 99): median 0.01 %, worst -1.4 %, each in the range.
`--seed third` drew a hundred more: median 0.02 %, worst +2.7 %. Every other one of them is here. Then each architecture
was run with each attention (`pairs`; those with eager are here), which draws had left out: eager attention with a soft
cap on its scores was up to 4.8 % too low, norms that multiply their weight in fp32 2.2 %, and Falcon under QLoRA 48 %,
of which PEFT turns all weights to fp32. Nemotron's norm, which runs outside of autocast, was 9.9 % too high; its rows
were run again, for the simulator had it so too. All other rows with a rounded base rest on an autocast that PEFT does
not see (`no_autocast_seen`), so that its layers copy their inputs. On a GPU it sees it: then QLoRA and LoRA on 8 bits
need up to a fifth less without checkpointing where Axolotl's kernels are off, DoRA up to a seventh more. The range has
both until a GPU tells.""",
    "experts": """bitsandbytes leaves the stacked experts of a mixture as they are unless `quantize_moe_experts` is set,
and PEFT's `prepare_model_for_kbit_training` turns them to fp32, but under ZeRO 3 and FSDP. With it they are taken out
of their bits in each forward, 8 bits to fp32, and stay until the backward has used them; an adapter on them makes a
copy more.""",
    "few": """Each architecture's smallest model with four to eight of its layers, run with each method, on one GPU and
divided by FSDP2 over two or four, and with three kinds of runs that make answers (GRPO, GDPO), the rest of the settings
drawn (`benchmarks.truth --few FILE --seed first`).
What is left out of an estimate hides in the last percent of a whole model; here, where all but the layers weighs ten
times as much, it is most of the error. Seeds before this one, and this one too, showed what was missing, so these rows
are no test of what was not looked at: an evaluation's own tokens, masks and copies of eager attention, a saved
embedding's gradient, adapters that FSDP2 gathers, experts that let go of what they keep, the last norm's backward, a
first layer that nothing asks a gradient of, the caches of runs that make answers, shared experts that run first. All
of it was read in the code, none of it fitted. Of runs with a rounded base PEFT sees no autocast, as the likely figure
has it. Falcon's eager attention hands its scores on, which the range has and the likely figure has not.""",
    "images": """One image a row, of three sizes, through the arithmetic of the real image processors and the real
towers and projectors: trained, frozen, adapted with the text or left alone. The libraries are those of Axolotl 0.21
(transformers 5.20.1, torch 2.13). `image_size` makes every image the size that the row says. Rows of `third` were drawn
(`--drawn-images FILE --seed third`): models of all sizes, images of all shapes. First they were -5.6 to +2.0 % off, the
lowest all of Gemma 4, whose layers had not been written out: experts beside the dense feed-forward with norms of their
own, what a second embedding gives to each layer, values that are normalized, and keys and values that are kept for
others to borrow. `--seed fourth`, drawn after all that, gave 36 rows: median 0.08 %, -0.2 to +6.9 %, each covered.""",
    "ranks": """One process of a run on 2 or 8 GPUs, in torch's fake process group: the real functions of Axolotl and
accelerate read, prepare and divide the model with torch's real FSDP1 and FSDP2, and train it two steps. Rows that end
in `/load` tell the peak before training: what each process puts on its own GPU until it holds only its part. Of ZeRO 3
there is the loading alone, step by step as DeepSpeed 0.19's source has it; DeepSpeed itself was not run. Not here are
FSDP1 with 8 bits, which torch refuses ("Cannot flatten integer dtype tensors"), and 4 bits that one process reads for
all. Rows of `third` were drawn (`--drawn-ranks FILE --seed third`): forty runs of dense models divided by FSDP2, by the
loaders of Axolotl 0.21; those of `moe` are mixtures. First they were up to 26 % too high, without checkpointing the
most: there is no autocast under FSDP2. Mixtures were up to 7.4 % too low: a layer is copied out beside the buffer of
the one before. `--seed fourth`, drawn after all that, gave 80 rows: median 0.01 %, -0.7 to +1.4 %, but
for one that was 8 % too high (a small tied model, two micro batches to a step) and is mended since.""",
    "answers": """The methods of TRL 1.14.1's own GRPOTrainer, on the libraries of Axolotl 0.21: a round of answers by
transformers with its cache (the prompts at once, and the last token; those between need less), answers scored by the
model and by what it is held to (`beta`), and two optimizer steps on them. Every prompt has `sequence_len` tokens and
every answer `max_completion_length`. Where vLLM shares the card the row is the trainer's part: vLLM's is its share of
the card, by `gpu_memory_utilization`, and is not simulated. The kernels that TRL has in Triton allocate what they
allocate on a GPU.""",
}

_WHOLE = ("published", "several", "ranks", "answers")
"""The kinds of which every row is shown."""

PEER_HEAD = """## Other tools on the same rows

What each tool would say was derived again from its source, and asked only about runs it has a word for: no adapters
where it knows none, no 8-bit optimizer where it means Adam. Its figure is held against the same truth:

- **median error**: of the sizes of its errors; **leans**: the median with its sign, so + is too much, - too little
- **too low**: the share of rows for which it says at least 1 % less than the truth: who goes by it runs out of memory
- the last column is memwizard's median error on just the rows that tool has a figure for

This flatters the tables of GPU sizes (LLaMA-Factory's, Axolotl's): a GPU must hold more than what PyTorch allocates.
Where a tool adds a fixed sum for the CUDA context, that sum is left out. Some tools are made for other trainers than
Axolotl, as the list below says; their errors here are those of someone who asks them about Axolotl, and no judgement
of how well they do for their own. Where a tool is code, the formula was held against it on four models when it was
written, and gave the same within 0.1 %.
"""

REPORTED = """## Reported by people

What Axolotl's examples say of themselves, and what people wrote in issues and tables, with the config each tells. Their
figures are of other versions, and mostly of what PyTorch had reserved or nvidia-smi showed, cache included: no measure
of an error below 5 %. They test the words. **unsafe**: it ran out of memory and memwizard says fits, or it took over
3 % more than the high figure of the device. **unkind**: it ran and memwizard says over, or it took under three quarters
of the low figure. The rows are in `benchmarks/accuracy/reported.jsonl`.

No constant was fitted to them but one, which says so: the cause of what Axolotl reports of GLM-4.7-Flash in 4 bits, 5
to 6 GiB over what its code keeps, was not found, and the range of quantized experts is wider for it. They did show what
had been missing: the streams of FSDP2, and how much room whole logits leave unused.
"""

FIGURES = """### Which figure they are nearest to

READMEs seldom say what they read. Of those that no other cause is known of, here and in the next table, the errors of
three figures:
"""

READ_ME = """### What the READMEs of Axolotl's examples tell besides

Their figures are of the day they were written, of versions that are not told. Where what is said is unsafe or unkind,
the last column has what was found. The rows are in `benchmarks/accuracy/readmes.jsonl`; nothing was fitted to them.
"""

LATER = """### Gathered later

Reports that were looked for once the formulas stood, in issues, tables and examples: of Axolotl and of trainers whose
runs its settings can tell. None made a constant. What they showed was mended: bases that came quantized were priced as
their files hold them, though a mixture's experts and all that compressed-tensors packs are in 16 bits in training. The
rows are in `benchmarks/accuracy/gathered.jsonl`; where what is said is unsafe or unkind, the last column has why.
"""

TAIL = """## What this page does not show

- What lies beside PyTorch's tensors: the CUDA context, fragments, and the cache that nvidia-smi counts. The truth here
  has none of it, so `device_bytes` and `nvidia_smi_bytes` are not tested by these rows.
- DeepSpeed, tensor, context and expert parallelism, and more than eight GPUs: no row with a peak allocated was found. A
  test holds that ZeRO is never below the formula of its paper (arXiv:1910.02054).
- Audio, video, several images a row, and real data: every row of tokens is full.
- Simulated rows and the estimate can be wrong together: the formulas were found by looking at such simulations. They
  test that the arithmetic holds for other models and settings, not that a GPU does what the stand-ins do.
- The published rows are one model on one kind of GPU.
- No `memwizard run --smoke`, and no death made on purpose, has been measured on a GPU: `memwizard run` and `memwizard
  doctor` were held against real runs of Axolotl on CPUs, and the deaths of GPUs are texts of real ones.
"""


def page(rows: Sequence[Row], apart: Sequence[Apart]) -> str:
    """The whole page."""
    scored = {kind: score(row for row in rows if row.kind == kind) for kind in KINDS}
    parts = [HEAD]
    for kind, found in scored.items():
        if found:
            parts += [f"## {KINDS[kind]}\n\n{ABOUT[kind]}\n", *_chapter(found, whole=kind in _WHOLE)]
    parts += [REPORTED, f"{Table(HEADER, tuple(lines([judge(one) for one in reports()]))).markdown()}\n"]
    examples = [judge(one) for file in (FILE, READMES) for one in reports(file)]
    parts += [FIGURES, f"{Table(FIGURE_HEADER, tuple(figure_lines(examples))).markdown()}\n"]
    told = readme_lines([judge(one) for one in reports(READMES)])
    parts += [READ_ME, f"{Table(README_HEADER, tuple(told)).markdown()}\n"]
    later = gathered_lines([judge(one) for one in reports(GATHERED)])
    parts += [LATER, f"{Table(GATHERED_HEADER, tuple(later)).markdown()}\n", PEER_HEAD]
    for kind, found in scored.items():
        if kind in ("several", "unseen", "few", "images", "ranks", "answers"):
            continue  # the tools' formulas are for one GPU, and for text
        for method, table in by_peer(found):
            parts.append(f"### {_sentence(method)}, {KINDS[kind].lower()}\n\n{table.markdown()}\n")
    parts += [_tools(), TAIL, *_left_out(apart)]
    return "\n".join(parts)


def _chapter(scored: Sequence[Scored], *, whole: bool) -> Iterator[str]:
    yield f"{by_group(scored).markdown()}\n"
    title = "Every row" if whole else "The rows that are furthest off"
    yield f"### {title}\n\n{worst_rows(scored, None if whole else 12).markdown()}\n"
    errors = part_errors(scored)
    if errors:
        yield (
            "### What lasts: weights, gradients, optimizer states\n\n"
            "The same for the bytes of each part; the last column is the worst gap as a share of the row's peak.\n"
        )
        yield f"{by_part(errors).markdown()}\n"
        yield f"{worst_parts(errors).markdown()}\n"


def _sentence(method: str) -> str:
    names = {"full": "Full fine-tunes", "lora": "LoRA", "qlora": "QLoRA", "int8": "LoRA on 8 bits", "dora": "DoRA"}
    return names.get(method, method.capitalize())


def _tools() -> str:
    lines = [f"- [{peer.name}]({peer.source}): {peer.says}" for peer in PEERS]
    return "### The tools, and where their formulas were read\n\n" + "\n".join(lines) + "\n"


def _left_out(apart: Sequence[Apart]) -> Iterator[str]:
    if apart:
        yield "## Rows without a score\n\n" + "\n".join(f"- {one.id}: {one.why}" for one in apart) + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(*read_all(default_files())), encoding="utf-8")


if __name__ == "__main__":
    main()
