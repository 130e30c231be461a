"""The faults that scripts.mutants puts in: each changes one place of a function, and nothing that is said to people."""

from __future__ import annotations

import ast

from scripts.mutants.faults import Fault, faults, with_fault
from scripts.mutants.trial import ROOT, put_in
from tests.builders import LORA, model, plan
from wizard.axolotl.effective import effective
from wizard.memory import static
from wizard.memory.tape import layer

TEXT = '''
LIMIT = 3

def over(count: int = 7) -> str | None:
    """Whether there are 2 or more."""
    return f"{count} of 5" if count > 1 and not LIMIT else "never shown as it is"
'''


def test_each_fault_is_one_place_of_a_function() -> None:
    found = list(faults("my.py", TEXT))
    assert {(one.before, one.after) for one in found} >= {
        ("count > 1", "count >= 1"),
        ("1", "2"),
        ("not LIMIT", "LIMIT"),
    }
    assert not {"3", "7", "5", "2"} & {one.before for one in found}, (
        "constants, signatures and texts are left as they are"
    )
    before = ast.unparse(ast.parse(TEXT))
    for one in found:
        assert (one.line, one.function, one.name) == (6, 4, "over")
        changed = ast.unparse(with_fault(TEXT, one.place)).replace("(LIMIT)", "LIMIT")  # unparse puts (not LIMIT) so
        assert changed != before
        assert changed == before.replace(one.before, one.after, 1).replace("(LIMIT)", "LIMIT")


def test_what_was_answered_before_a_fault_is_forgotten() -> None:
    """The estimate keeps what it once found of a model; a fault would be judged by that."""
    known = model()
    settings = effective(plan(LORA), known, None)
    before = static.static(known, settings)
    assert static.static(known, settings) is before
    path, kept = "wizard/memory/tape/layer.py", layer._frame.__code__
    found = faults(path, (ROOT / path).read_text(encoding="utf-8"))
    (fault, *_) = [one for one in found if (one.name, one.before) == ("_frame", "2")]
    assert isinstance(fault, Fault)
    try:
        put_in(fault)
        assert static.static(known, settings).tapes != before.tapes
    finally:
        layer._frame.__code__ = kept
        static._known.clear()
        static._tapes.clear()
