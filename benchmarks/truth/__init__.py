"""Training memory, found by running the real model code on tensors without data.

The package builds the model an Axolotl config names with the real ``transformers``, ``peft`` and ``bitsandbytes``
code on ``FakeTensor``s, runs training steps as the Hugging Face Trainer does, and counts every storage's bytes.
It needs no GPU and no weights, but those libraries: torch 2.13 (a CPU build), transformers 5.14, peft 0.19,
accelerate 1.13, bitsandbytes 0.49. Its rows are the truth that the analytic estimate is tested against.

    python -m benchmarks.truth CONFIG.yml                 one JSON row
    python -m benchmarks.truth CONFIG.yml --where [PHASE] what is live at the peak, and who made it
    python -m benchmarks.truth --rows rows.jsonl          the error against known rows
    python -m benchmarks.truth --ranks ranks.jsonl        the runs on several GPUs that this file lacks, into it

The order of reading: ``config`` (the settings), ``cuda`` and ``engine`` (what a GPU run does differently),
``kernels`` (stand-ins for code that runs only on a GPU), ``build`` and ``adapters`` (the model), ``optimizers``,
``steps`` and ``preference`` (what a step computes), ``tracker`` (the accounting), ``simulate`` (a whole run); then
``images`` (rows with images) and ``ranks`` (one process of a run on several GPUs, from loading on; it needs Axolotl).

Not simulated: padding (every row is full), Mamba's kernels (transformers' own fallback runs, which needs
more), several GPUs, offloading, and what an allocator adds (``tracker`` says what is not seen).
"""
