"""The tools: each is one command of memwizard, with typed values in and its JSON out."""

from __future__ import annotations

from typing import Literal

from mcp.server.mcpserver.exceptions import ToolError

from wizard.domain.errors import InputError
from wizard.mcp import inputs
from wizard.mcp.answers import ConfigText, ToolAnswer, WriteAnswer
from wizard.mcp.asking import config, explained, option, rows, source
from wizard.mcp.ports import Commands, Folder
from wizard.output.json.check import CheckOut
from wizard.output.json.data import DataOut
from wizard.output.json.doctor import DoctorOut
from wizard.output.json.estimate import EstimateOut
from wizard.output.json.explain import ExplainOut
from wizard.output.json.fit import FitOut
from wizard.output.json.meaning import MeaningOut
from wizard.output.json.migrate import MigrateOut
from wizard.output.json.recommend import SuggestionOut


class Tools:
    """The tools, over commands of one machine. None of them writes a file but `write`."""

    def __init__(self, commands: Commands, folder: Folder | None = None) -> None:
        self._commands = commands
        self._folder = folder

    async def check(
        self,
        path: inputs.Path | None = None,
        text: inputs.Text | None = None,
        gpu: inputs.Gpu | None = None,
        model: inputs.ModelName | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[CheckOut]:
        """Judge an Axolotl config by every rule: findings with line, reason and fix, and what memory it needs."""
        file, stdin = source(path, text)
        named = [*option("gpu", gpu), *option("model", model), *option("axolotl", axolotl)]
        return await rows(self._commands, CheckOut, ["check", "--format=json", *named, *file], stdin)

    async def estimate(
        self,
        path: inputs.Path | None = None,
        text: inputs.Text | None = None,
        gpu: inputs.Gpu | None = None,
        model: inputs.ModelName | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[EstimateOut]:
        """Say what memory an Axolotl config needs, by component and phase, and whether it fits the GPU."""
        file, stdin = source(path, text)
        named = [*option("gpu", gpu), *option("model", model), *option("axolotl", axolotl)]
        return await rows(self._commands, EstimateOut, ["estimate", "--json", *named, *file], stdin)

    async def fit(
        self,
        path: inputs.Path | None = None,
        model: inputs.ModelName | None = None,
        gpu: inputs.Gpu | None = None,
        prefer: inputs.Prefer = "quality",
        length: inputs.Length | None = None,
        methods: list[inputs.Method] | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[FitOut]:
        """Find the best settings that fit a GPU, for a config or a model, and what each single change saves."""
        if (path is None) == (model is None):
            raise ToolError("give either `path` or `model`; `recommend` names models for a GPU")
        named = [*option("model", model), *option("gpu", gpu), *option("length", length), *option("axolotl", axolotl)]
        named += [word for method in methods or () for word in option("method", method)]
        file = source(path, None)[0] if path is not None else []
        return await rows(self._commands, FitOut, ["fit", "--json", f"--prefer={prefer}", *named, *file])

    async def recommend(
        self,
        gpu: inputs.Gpu,
        data: inputs.DataFile | None = None,
        kind: Literal["base", "instruct", "vision", "sound", "code"] | None = None,
        length: inputs.Length | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[SuggestionOut]:
        """Name models that suit a GPU and data, each with the best settings that fit."""
        named = [*option("gpu", gpu), *option("data", data), *option("kind", kind), *option("length", length)]
        return await rows(self._commands, SuggestionOut, ["fit", "--json", *named, *option("axolotl", axolotl)])

    async def explain(
        self, code: inputs.Code, axolotl: inputs.Axolotl | None = None
    ) -> ToolAnswer[ExplainOut | MeaningOut]:
        """Tell a rule, a key of a config or a word of the glossary in full."""
        return await explained(self._commands, ["--json", *option("axolotl", axolotl), "--", code])

    async def generate(
        self,
        preset: inputs.Preset | None = None,
        model: inputs.ModelName | None = None,
        gpu: inputs.Gpu | None = None,
        data: inputs.DataFile | None = None,
        settings: inputs.Settings | None = None,
        length: inputs.Length | None = None,
        methods: list[inputs.Method] | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ConfigText:
        """Make an Axolotl config, the best that fits the GPU or a preset, as text. Nothing is written."""
        named = [*option("preset", preset), *option("model", model), *option("gpu", gpu), *option("data", data)]
        named += [*option("length", length), *option("axolotl", axolotl)]
        named += [word for method in methods or () for word in option("method", method)]
        named += [word for key, value in (settings or {}).items() for word in option("set", f"{key}={value}")]
        return await config(self._commands, ["generate", *named])

    async def migrate(
        self,
        path: inputs.Path | None = None,
        text: inputs.Text | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[MigrateOut]:
        """Bring an old Axolotl config, or keys of other trainers, to today's form. The new text is given back."""
        file, stdin = source(path, text)
        return await rows(self._commands, MigrateOut, ["migrate", "--json", *option("axolotl", axolotl), *file], stdin)

    async def data(
        self,
        path: inputs.Path,
        length: inputs.Length | None = None,
        model: inputs.ModelName | None = None,
        gpu: inputs.Gpu | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[DataOut]:
        """Say how the rows of a data file, or of a config's datasets, look, how long they are and what is cut."""
        named = [*option("length", length), *option("model", model), *option("gpu", gpu), *option("axolotl", axolotl)]
        return await rows(self._commands, DataOut, ["data", "--json", *named, *source(path, None)[0]])

    async def doctor(
        self,
        path: inputs.Path | None = None,
        log: inputs.Log | None = None,
        config: inputs.Path | None = None,
        gpu: inputs.Gpu | None = None,
        axolotl: inputs.Axolotl | None = None,
    ) -> ToolAnswer[DoctorOut]:
        """Say what a dead training run died of, from its log, and which change would have prevented it."""
        file, stdin = source(path, log, "log")
        named = [*option("config", config), *option("gpu", gpu), *option("axolotl", axolotl)]
        return await rows(self._commands, DoctorOut, ["doctor", "--json", *named, *file], stdin)

    async def write(self, name: inputs.Path, text: inputs.Text, overwrite: bool = False) -> WriteAnswer:
        """Write a config into the folder that the server was started for. An existing file needs `overwrite`."""
        assert self._folder is not None
        try:
            done = self._folder.write(name, text, overwrite=overwrite)
        except InputError as error:
            raise ToolError(str(error)) from None
        return WriteAnswer(path=done.path, status=done.status, difference=done.difference, backup=done.backup)
