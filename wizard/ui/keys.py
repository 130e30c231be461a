"""The keys of the wizard, in the order in which the key line has room for them."""

from __future__ import annotations

from textual.binding import Binding

WIZARD_KEYS = (
    Binding("pagedown", "step(1)", "next", key_display="PgDn", priority=True, tooltip="the next step"),
    Binding("f5", "fit", "what fits", priority=True, tooltip="the best that fits, the price of each change"),
    Binding("pageup", "step(-1)", "back", key_display="PgUp", priority=True, tooltip="the step before"),
    Binding("f1", "help", "help", priority=True, tooltip="what this question is, and what it costs"),
    Binding("ctrl+f", "fix", "fix", priority=True, tooltip="take the first fix"),
    Binding("ctrl+s", "write", "write", priority=True, tooltip="write the file"),
    Binding("f2", "memory", "memory", priority=True, tooltip="memory, findings and what could save"),
    Binding("f3", "yaml", "file", priority=True, tooltip="the file as it would be written"),
    Binding("ctrl+z", "undo", "undo", priority=True, tooltip="undo the last change"),
    Binding("f4", "difference", "changes", priority=True, tooltip="what has changed, and against what"),
    Binding("f6", "data", "data", priority=True, tooltip="how long the rows are; steps and hours of an epoch"),
    Binding("f7", "launch", "launch", priority=True, tooltip="write what starts the run, here or on many machines"),
    Binding("f8", "keys", "every key", priority=True, tooltip="every key of Axolotl: find it, set it, take it out"),
    Binding("ctrl+e", "edit", "editor", priority=True, tooltip="the whole file in $EDITOR; what comes back is judged"),
    Binding("f9", "more", "more", priority=True, tooltip="the questions of this step that are folded"),
    Binding("ctrl+y", "redo", "redo", priority=True, tooltip="do again what was undone"),
    Binding("ctrl+g", "fix_all", "fix all safe", priority=True, tooltip="take all safe fixes"),
    Binding("f10", "fold", "fold", priority=True, tooltip="the right side of a wide screen away, and back"),
    Binding("slash", "app.jump", "find", key_display="/", tooltip="jump to a question"),
    Binding("ctrl+q", "app.quit", "quit", tooltip="leave; the work is kept"),
    Binding("ctrl+p", "app.command_palette", "all", tooltip="everything by name"),
    Binding("tab", "app.focus_next", show=False, priority=True),  # at once: what follows is for the next question
    Binding("shift+tab", "app.focus_previous", show=False, priority=True),
    Binding("down", "app.focus_next", show=False),
    Binding("up", "app.focus_previous", show=False),
    Binding("question_mark", "help", show=False),
    Binding("left", "step(-1)", show=False),
    Binding("right", "step(1)", show=False),
)
LEADING = {"data": "data", "review": "launch"}
"""The action that is wanted on a step before others: its key stands third there."""
DIGITS = "123456789"
"""Each leads to its step, where the steps have one of that number."""
