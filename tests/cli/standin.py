"""Stands in for `axolotl train`: `standin.py WAY [CONFIG]` prints its lines and behaves in one way."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

LINES = (
    "[2026-11-29 10:00:14,950] [INFO] [axolotl.utils.data.sft] Loading raw datasets...",
    "[2026-11-29 10:00:15,950] [INFO] [axolotl.loaders.model] Loading model",
    "Starting trainer...",
)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def trains(*, steps: int = 4, allocated: float = 10.0, dies: bool = False) -> None:
    for line in LINES:
        say(line)
    for step in range(1, steps + 1):
        sys.stderr.write(f"\r{100 * step // steps:3d}%|###   | {step}/{steps} [00:01<00:02,  1.00s/it]")
        sys.stderr.flush()
        say(
            f"{{'loss': '8.906', 'memory/max_active (GiB)': '{allocated:.2f}', 'memory/max_allocated (GiB)':"
            f" '{allocated:.2f}', 'memory/device_reserved (GiB)': '{allocated + 1:.2f}'}}"
        )
    if not dies:
        say("[axolotl.train] Training completed! Saving trained model to ./out.")


def leaks() -> None:
    """Up to 600 steps with 40 MiB more in each, and a checkpoint after each hundred; SIGINT ends it as Axolotl does."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    for line in LINES:
        say(line)
    for step in range(1, 601):
        sys.stdout.write(f"\r{step // 6:3d}%|###   | {step}/600 [00:01<00:02,  1.00s/it]\r")
        held = 10 + step * 40 / 1024 + (step % 5) / 50
        if held > 22.9:
            raise MemoryError("CUDA out of memory. Tried to allocate 40.00 MiB.")
        say(
            f"{{'loss': '8.906', 'memory/max_active (GiB)': '{held:.2f}', 'memory/max_allocated (GiB)': '{held:.2f}',"
            f" 'memory/device_reserved (GiB)': '{held + 1:.2f}'}}"
        )
        if step % 100 == 0:
            say("[axolotl.core.trainers.base] Saving model checkpoint to ./out/checkpoint-1")
        if step % 100 < 2:  # a save lasts, and so does the step by which it is known to be over
            time.sleep(0.5)


def saves() -> None:
    """Steps without end, and a checkpoint after each twenty; SIGINT ends it as Axolotl does."""
    signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
    for line in LINES:
        say(line)
    for step in range(1, 100_000):
        sys.stdout.write(f"\r  1%|###   | {step}/100000 [00:01<00:02,  1.00s/it]\r")
        say("{'loss': '8.906'}")
        if step % 20 == 0:
            say(f"[axolotl.core.trainers.base] Saving model checkpoint to ./out/checkpoint-{step}")
        time.sleep(0.1)


def plays() -> None:
    """Steps, of which each keeps 40 MiB more of a GPU until it is full, as its driver says (the file HELD).

    Each lasts until the driver was asked three times.
    """
    for line in LINES:
        say(line)
    asked = 0
    for step in range(1, 346):
        with open(os.environ["HELD"] + ".new", "w", encoding="ascii") as target:
            target.write(f"{os.getpid()} {(10 << 30) + step * (40 << 20)}")
        os.replace(os.environ["HELD"] + ".new", os.environ["HELD"])
        until = asked + 3
        while asked < until:
            time.sleep(0.005)
            with contextlib.suppress(OSError):
                asked = os.path.getsize(os.environ["HELD"] + ".asked")
        sys.stderr.write(f"\r{step // 30:3d}%|###   | {step}/3000 [00:01<00:02,  1.00s/it]\n")
        say("{'loss': '8.906'}")
    sys.stderr.write(
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 40.00 MiB. GPU 0 has a total capacity"
    )
    sys.stderr.write(" of 24.00 GiB of which 10.00 MiB is free.\n")
    sys.exit(1)


def smokes() -> None:
    """Trains as its config says: so many steps, an evaluation, a save into its output folder."""
    import yaml

    with open(sys.argv[2], encoding="utf-8") as source:
        config = yaml.safe_load(source)
    for line in LINES:
        say(line)
    os.makedirs(config["output_dir"])
    for step in range(1, config["max_steps"] + 1):
        if os.environ.get("DIES_AT") == str(step):
            raise MemoryError("CUDA out of memory. Tried to allocate 40.00 MiB.")
        say(f"{100 * step // config['max_steps']:3d}%|###   | {step}/{config['max_steps']} [00:01<00:02,  1.00s/it]")
        say("{'loss': '8.906'}")
        if step == config.get("eval_steps") and "NO_EVALUATION" not in os.environ:
            say("Running evaluation step...")
            say("{'eval_loss': '8.9'}")
        if step == config["save_steps"]:
            say("Saving model checkpoint to ./out/checkpoint-1")
            with open(os.path.join(config["output_dir"], "model"), "wb") as target:
                target.write(bytes(1 << 28))
    with open("seen.yml", "w", encoding="utf-8") as target:
        yaml.safe_dump(config, target)


def draws() -> None:
    """Lines and bars that are drawn again, with pauses in the middle of both."""
    for step in range(1, 41):
        sys.stderr.write(f"\r{step * 100 // 40:3d}%|{'█' * (step // 4)}| {step}/40 [00:01<00:02,  1.00s/it]")
        if step % 10 == 0:
            sys.stderr.flush()
            time.sleep(1.5)
        sys.stderr.write("\r\x1b[K")
        say(f"line {step} é")
        sys.stdout.write(f"half of {step}")
        sys.stdout.flush()
        if step % 13 == 0:
            time.sleep(1.5)
        say(", and the rest")


def fails() -> None:
    trains()
    sys.exit(7)


def runs_out() -> None:
    trains(steps=2, dies=True)
    sys.stderr.write(
        "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity"
    )
    sys.stderr.write(" of 23.53 GiB of which 1.20 GiB is free.\n")
    sys.exit(1)


def echoes() -> None:
    """Bytes as they come, on both streams."""
    raw = sys.stdin.buffer.read()
    sys.stdout.buffer.write(b"\x00\xff\x1b[1m" + raw)
    sys.stdout.buffer.flush()
    os.write(2, b"\xfe no newline")


def waits() -> None:
    """Says which signals come, and ends after `SIGUSR2`, with a child in its group and a child out of it."""
    for number in (signal.SIGINT, signal.SIGUSR1, signal.SIGHUP):
        signal.signal(number, lambda number, _: say(f"heard {signal.Signals(number).name}"))
    apart = subprocess.Popen([sys.executable, __file__, "sleeps"], start_new_session=True)

    def end(*_: object) -> None:
        apart.kill()
        sys.exit(5)

    signal.signal(signal.SIGUSR2, end)
    say(f"ready {os.getpid()} {os.getppid()} {apart.pid} {os.isatty(1)} {os.isatty(0)}")
    while True:
        time.sleep(0.02)


def sleeps() -> None:
    while True:
        time.sleep(60)


def asks() -> None:
    say("name? ")
    say(f"hello {sys.stdin.readline().strip()} {tuple(os.get_terminal_size(1))}")


def pours() -> None:
    while True:
        sys.stdout.write("y\n" * 100)


def environment() -> None:
    say(repr({name: os.environ.get(name) for name in ("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "HF_TOKEN")}))


if __name__ == "__main__":
    globals()[sys.argv[1]]()
