"""The language server as an editor sees it."""

from __future__ import annotations

from pathlib import Path

from lsprotocol import types
from pygls.uris import to_fs_path

from tests.lsp.editor import CONFIG, editor
from wizard.rules.catalogue import ENTRIES
from wizard.world.rulepages import rule_page

EVAL = CONFIG.splitlines().index("eval_batch_size: 8")
MICRO = CONFIG.splitlines().index("micro_batch_size: 1")
CHECKPOINTS = "gradient_checkpointing: true"
TYPE = CONFIG.splitlines().index("    type: alpaca")


def codes(found: list[types.Diagnostic]) -> set[object]:
    return {one.code for one in found}


async def test_findings_while_typing_and_their_fixes(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        found = {one.code: one for one in await file.next()}
        assert found["MW102"].range == types.Range(types.Position(EVAL, 0), types.Position(EVAL, 15))
        assert found["MW102"].severity == types.DiagnosticSeverity.Warning
        offered = await file.actions(EVAL)
        (fix,) = (action for title, action in offered.items() if title.startswith("MW102"))
        text = file.applied(fix, CONFIG)
        assert "eval_batch_size: 1\n" in text
        assert text.replace("eval_batch_size: 1", "eval_batch_size: 8") == CONFIG
        assert "MW102" not in codes(await file.becomes(text))
        file.change(CONFIG)
        every = await file.actions(0, "source.fixAll")
        (whole,) = every.values()
        assert whole.kind == "source.fixAll.memwizard"
        assert codes(await file.becomes(file.applied(whole, CONFIG))) < set(found)
        wrong = await file.becomes(CONFIG + "micro_batch_sizes: 2\n")
        assert [one.range.start.line for one in wrong if one.code == "MW801"] == [len(CONFIG.splitlines())]


async def test_broken_yaml_keeps_what_was_known(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        await file.next()
        hints = await file.hints()
        (found,) = await file.becomes(CONFIG + "datasets: [\n")
        assert found.code == "MW831"
        assert found.range.start.line >= len(CONFIG.splitlines()) - 1
        assert await file.hints() == hints
        assert "lora_r" in (await file.hover(3, 2) or "")
        assert "MW102" in codes(await file.becomes(CONFIG))


async def test_memory_stands_in_its_lines(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        hints = await file.hints()
        assert set(hints) == {0, MICRO}
        assert hints[0].endswith("GiB, fits")
        await file.becomes(CONFIG.replace("micro_batch_size: 1", "micro_batch_size: 64"))
        assert (await file.hints())[MICRO].endswith("GiB, over")


async def test_help_of_keys_and_rules(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        told = await file.hover(EVAL, 3) or ""
        assert "**eval_batch_size**" in told
        assert "MW102" in told
        assert "GiB" in (await file.hover(MICRO, 3) or "")
        larger = CONFIG.replace("micro_batch_size: 1", "micro_batch_size: 4")
        await file.becomes(larger)
        costs, saves = [await file.hover(line, 3) or "" for line in (MICRO, CONFIG.splitlines().index(CHECKPOINTS))]
        assert "GiB less." in costs
        assert "GiB more." in saves
        assert "**datasets[].type**" in (await file.hover(TYPE, 6) or "")
        assert await file.hover(500, 3) is None


async def test_what_is_safe_is_fixed_on_save_where_that_is_set(tmp_path: Path) -> None:
    for set_so, there in ((True, "eval_batch_size: 1\n"), (False, "eval_batch_size: 8\n")):
        async with editor(tmp_path, "--gpu", "24GiB", settings={"fix_on_save": set_so}) as file:
            file.open(CONFIG)
            assert (await file.hints())[0].endswith("of 24.0 GiB, fits")
            assert there in await file.saved()
            await file.becomes(CONFIG + "datasets: [\n")
            assert await file.saved() == CONFIG + "datasets: [\n"


async def test_the_way_to_a_rules_page(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        (found,) = (one for one in await file.next() if one.code == "MW102")
        (page,) = await file.pages(EVAL)
        assert (
            Path(to_fs_path(page.uri) or "").read_text(encoding="utf-8").split("\n")[page.range.start.line]
            == "### MW102"
        )
        assert found.code_description == types.CodeDescription(f"{page.uri}#L{page.range.start.line + 1}")
        assert await file.pages(0) == []


def test_every_rule_has_a_page() -> None:
    assert [entry.code for entry in ENTRIES if rule_page(entry.code) is None] == []
    assert rule_page("MW000") is None


async def test_completion_of_keys_and_values(tmp_path: Path) -> None:
    text = CONFIG + "micro\ntrl:\n  be\n  use_vllm: \noptimizer: \nplugins:\n  - lig\n"
    line = len(CONFIG.splitlines())
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(CONFIG)
        file.change(text)
        keys = await file.complete(line, 5)
        assert "sample_packing" in keys
        assert "lora_alpha" not in keys
        nested = await file.complete(line + 2, 4)
        assert "beta" in nested
        assert "lora_alpha" not in nested
        assert {"true", "false"} <= set(await file.complete(line + 3, 12))
        assert "muon" in await file.complete(line + 4, 11)
        assert "axolotl.integrations.liger.LigerPlugin" in await file.complete(line + 6, 7)
        assert {"alpaca", "chat_template"} <= set(await file.complete(TYPE, 10))
        assert "Qwen/Qwen3-8B" in await file.complete(0, 12)


async def test_the_version_is_the_one_that_is_chosen(tmp_path: Path) -> None:
    for version, there in (("0.19", False), ("0.21", True)):
        async with editor(tmp_path, settings={"memwizard": {"axolotl": version, "gpu": "24GiB"}}) as file:
            file.open(CONFIG + "c\n")
            assert ("context_parallel" in await file.complete(len(CONFIG.splitlines()), 1)) is there
            await file.becomes(CONFIG)
            assert "of 2" in (await file.hints())[0]


async def test_other_files_are_left_alone(tmp_path: Path) -> None:
    async with editor(tmp_path, name="compose.yml") as file:
        file.open("services:\n  web:\n    image: x\n")
        assert await file.complete(0, 1) == []
        assert await file.hover(0, 1) is None
        assert await file.hints() == {}
        assert await file.actions(0) == {}
        assert file.shown == []
        assert await file.becomes(CONFIG)
        assert await file.becomes("services: 1\n") == []


async def test_columns_are_those_of_the_editor(tmp_path: Path) -> None:
    text = CONFIG.replace("eval_batch_size: 8", 'wandb_name: "😀😀"') + "eval_batch_size: 8 # 😀\n"
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(text)
        (found,) = (one for one in await file.next() if one.code == "MW102")
        assert found.range.end.character == 15
        assert "**wandb_name**" in (await file.hover(EVAL, 16) or "")


async def test_edits_and_whole_texts_come_to_the_same(tmp_path: Path) -> None:
    odd = CONFIG + 'wandb_name: "a\u2028\x85b😀"\nnum_epoch: 1\n'
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        file.open(odd)
        found = await file.next()
        assert "MW801" in codes(found)
        for text in (odd.replace("b😀", "b😀c"), odd.replace("num_epoch:", "num_epochs :"), CONFIG, odd):
            told = await file.becomes(text)
        assert told == found
        file.told.clear()
        file.change(odd.replace("num_epoch:", "num_epochs:"), whole=True)
        assert "MW801" not in codes(await file.next())


async def test_a_wrong_setting_is_told_and_the_server_goes_on(tmp_path: Path) -> None:
    async with editor(tmp_path, "--gpu", "24GiB") as file:
        said: list[types.ShowMessageParams] = []

        @file.client.feature(types.WINDOW_SHOW_MESSAGE)  # type: ignore[untyped-decorator]
        def heard(params: types.ShowMessageParams) -> None:
            said.append(params)

        file.open(CONFIG)
        before = codes(await file.next())
        wrong = types.DidChangeConfigurationParams({"memwizard": {"gpu": "rtx-9999"}})
        file.told.clear()
        file.client.workspace_did_change_configuration(wrong)
        assert codes(await file.next()) == before
        assert "rtx-9999" in said[0].message
