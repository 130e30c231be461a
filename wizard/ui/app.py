"""The application: themes, the first screen, what it leaves behind."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Iterable
from typing import ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.command import CommandPalette
from textual.screen import Screen

from wizard.review import Review
from wizard.steps.catalogue import STEPS
from wizard.steps.opening import Opening
from wizard.steps.ports import Outside
from wizard.ui.look import Look
from wizard.ui.screens.wizard import WizardScreen


class Palette(CommandPalette):
    """Textual's palette, whose list fails on page keys while it is still empty."""

    def _action_command_list(self, action: str) -> None:
        with contextlib.suppress(KeyError):
            super()._action_command_list(action)


class MemwizardApp(App[None]):
    """memwizard in a terminal."""

    TITLE = "memwizard"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+p", "command_palette", "all", priority=True, tooltip="every action, by name"),
        Binding("ctrl+q", "quit", "quit", priority=True, tooltip="leave; nothing is written by leaving"),
        Binding("ctrl+c", "interrupt", show=False, priority=True),
    ]

    def __init__(self, opening: Opening, outside: Outside, look: Look | None = None) -> None:
        self.look = look or Look()
        # said before the start: Textual chooses its colour filters here
        super().__init__(ansi_color=True if self.look.colourless else None)
        self.opening = opening
        self.outside = outside
        self.path: str | None = None
        self.text: str | None = None
        self.review: Review | None = None
        self.animation_level = "none"

    def on_mount(self) -> None:
        """Show the wizard; look for GPUs beside it."""
        self._leave_well()
        if self.look.colourless:
            self.theme = "ansi-dark"
        self.wizard = WizardScreen(self.opening, self.outside)
        self.push_screen(self.wizard)
        if self.opening.machine is None:
            threading.Thread(target=self._probe, daemon=True).start()

    def _leave_well(self) -> None:
        """A closed line or a polite kill restores the terminal first; Textual itself handles neither."""
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not in the main thread
            for number in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, self.exit, None, 128 + number)

    def action_interrupt(self) -> None:
        """Ctrl+C: leave, and say so by the exit code."""
        self.exit(return_code=130)

    def action_command_palette(self) -> None:
        """Every action by name."""
        if not isinstance(self.screen, Palette):
            self.push_screen(Palette(id="--command-palette"))

    def _probe(self) -> None:
        """In a thread that leaving does not wait for: the driver can take seconds or never answer."""
        machine = self.outside.probe()
        if self.is_running:
            self.call_from_thread(self.wizard.machine_found, machine)

    def written(self, path: str, text: str, review: Review) -> None:
        """Remember what was written, for the words after the end."""
        self.path, self.text, self.review = path, text, review

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action and every step in the palette."""
        wizard = self.wizard
        for number, step in enumerate(STEPS):
            yield SystemCommand(
                f"Step {number + 1}: {step.title}", step.asks, lambda number=number: wizard.action_go(number)
            )
        yield SystemCommand("Fix", "Take the first fix", wizard.action_fix)
        yield SystemCommand("Undo", "Undo the last change", wizard.action_undo)
        yield SystemCommand("Redo", "Do it again", wizard.action_redo)
        yield SystemCommand("Memory", "Show or fold memory, findings and changes", wizard.action_memory)
        yield SystemCommand("YAML", "Show the file as it would be written", wizard.action_yaml)
        yield SystemCommand("Write", "Write the file", wizard.action_write)
        yield SystemCommand("Help", "Keys and words", wizard.action_help)
        yield SystemCommand("Theme", "Change the colours", self.action_change_theme)
        yield SystemCommand("Quit", "Leave; nothing is written by leaving", self.action_quit)
