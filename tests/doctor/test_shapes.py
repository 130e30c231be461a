"""What stands in a log but tells of no death; and logs whose lines were joined."""

from __future__ import annotations

import json

import pytest

from wizard.doctor.diagnosis import Diagnosis
from wizard.doctor.known import rules_that_know
from wizard.doctor.listener import Listener
from wizard.doctor.shortage import shortage
from wizard.doctor.tell import diagnoses

STEPS = "Starting trainer...\n  5%|5         | 20/400 [10:00<3:00:00, 28.4s/it]\n"
STACK = """Traceback (most recent call last):
  File "/opt/v/lib/python3.11/site-packages/transformers/trainer.py", line 4020, in training_step
    loss = self.compute_loss(model, inputs)
torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 23.67 GiB."""


def told(text: str) -> Diagnosis:
    """What is said of a log."""
    listener = Listener("train.log")
    for number, line in enumerate(text.splitlines(), 1):
        listener.takes(number, line)
    return diagnoses([listener.ends()])[0]


def test_an_exception_that_python_ignores_is_no_death() -> None:
    ignored = (
        "Exception ignored in: <function DeepSpeedCPUAdam.__del__ at 0x7f9d>\nTraceback (most recent call last):\n"
        '  File "/opt/v/deepspeed/ops/adam/cpu_adam.py", line 102, in __del__\n'
        "    self.ds_opt_adam.destroy_adam(self.opt_id)\n"
        "AttributeError: 'DeepSpeedCPUAdam' object has no attribute 'ds_opt_adam'\n"
    )
    assert not told(STEPS + ignored).died
    assert told(STEPS + ignored + STACK).cause == "longest_row"


_BEFORE_ROWS = "[2026-01-01 10:00:00,001] [INFO] [axolotl.utils:12] "
_SAID = ("CUDA out of memory. Tried to allocate 2.00 GiB", "No space left on device", "still have inflight params")


@pytest.mark.parametrize("said", _SAID)
@pytest.mark.parametrize("row", ['row 3: {"instruction": "Why %s ?", "output": ""}', "first: [{'text': '%s'}]"])
def test_a_row_of_the_data_that_has_the_words_is_no_death(said: str, row: str) -> None:
    assert told(f"{_BEFORE_ROWS}{row % said}\n{{'loss': 1.0, 'epoch': 0.1}}\n").death is None


@pytest.mark.parametrize("said", _SAID)
@pytest.mark.parametrize(
    "line", ['INFO {"message": "RuntimeError: %s"}', "[INFO] %s", '{"level": "INFO", "log": "%s"}']
)
def test_what_is_logged_of_a_death_is_one(said: str, line: str) -> None:
    assert told(f"{line % said}\n").death is not None


def test_what_a_program_would_have_raised_is_no_death() -> None:
    shown = (
        "Traceback (most recent call last):\n"
        '  File "/opt/v/x.py", line 3, in f\n'
        '    raise ValueError("No available memory for the cache blocks")\n'
        "KeyError: 7\n"
    )
    assert told(shown).cause == "unknown"


@pytest.mark.parametrize("joined", [
    json.dumps({"severity": "ERROR", "message": STACK}),
    STACK.replace("\n", "        "),
], ids=["json", "blanks"])  # fmt: skip
def test_a_stack_in_one_line_is_read(joined: str) -> None:
    found = told(STEPS + joined)
    assert (found.cause, found.phase, found.step) == ("longest_row", "step", 21)
    assert found.asked == 2 << 30


def test_a_part_of_a_log_has_no_phase() -> None:
    found = told(STACK.splitlines()[-1])
    assert found.died
    assert found.phase is None


def test_a_process_that_the_driver_does_not_know_is_not_taken_for_others() -> None:
    text = (
        "CUDA out of memory. Tried to allocate 2.63 GiB. GPU 7 has a total capacity of 79.11 GiB of which 2.61 GiB is "
        "free. Including non-PyTorch memory, this process has 0 bytes memory in use. Of the allocated memory 48.15 GiB "
        "is allocated by PyTorch, and 3.49 GiB is reserved by PyTorch but unallocated."
    )
    found = shortage(text)
    assert found is not None
    assert found.of_others == 0


@pytest.mark.parametrize("message", [
    "TypeError: 'NoneType' object is not iterable", "IndexError: list index out of range",
    "ValueError: too many values to unpack (expected 2)", "ZeroDivisionError: division by zero",
    "TypeError: f() missing 1 required positional argument: 'x'",
])  # fmt: skip
def test_what_any_program_says_is_known_only_by_a_rule_that_speaks_of_the_config(message: str) -> None:
    assert rules_that_know(message) == ()


def test_what_is_not_known_says_where_to_look() -> None:
    assert told("KeyError: 'zweck'").advice
