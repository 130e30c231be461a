"""A model from the hub, with the real huggingface_hub against a server on loopback; in processes of their own,
because the library reads its environment once."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.configs import with_line
from tests.world.checkpoints import COMMIT
from tests.world.fake_hub import FILES, REFUSED, Hub, serving

pytestmark = pytest.mark.xdist_group("hub")
TOKEN = "hf_secretsecretsecretsecretsecretsecr"
ASK = """
import json, sys, traceback
from wizard.domain.errors import InputError
from wizard.world.models import resolve
for name in json.loads(sys.argv[1]):
    try:
        model = resolve(name, allow_hub=True)
        print(json.dumps([name, "model", model.id, model.hidden, model.stored_bytes]))
    except InputError as error:
        chain = "".join(traceback.format_exception(error))
        print(json.dumps([name, "error", str(error), repr(error.__context__), chain]))
"""


@dataclass(frozen=True)
class Answers:
    """What a process said of each name, all it wrote, and the cache it left."""

    rows: dict[str, list[object]]
    text: str
    cache: Path

    def refused(self, name: str) -> str:
        kind, sentence, _, chain = self.rows[name]
        assert kind == "error"
        assert isinstance(sentence, str)
        assert len(sentence.splitlines()) == 1
        assert "Traceback" not in str(chain).split("\n", 1)[1]  # no other exception before it
        return sentence


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, "HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2]), "NO_PROXY": "127.0.0.1", **more}


def ask(home: Path, *names: str, code: str = ASK, **more: str) -> Answers:
    done = subprocess.run(
        [sys.executable, "-c", code, json.dumps(names)],
        env=environment(home, **{"HF_TOKEN": TOKEN, **more}),
        cwd=home, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    rows = {row[0]: row[1:] for row in map(json.loads, done.stdout.splitlines())}
    assert TOKEN not in done.stdout
    assert "hf_secret" not in done.stdout
    return Answers(rows, done.stdout, home / ".cache/huggingface/hub")


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with serving() as running:
        yield running


@pytest.fixture(scope="module")
def answers(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """All models of the server, asked for in one process."""
    return ask(tmp_path_factory.mktemp("home"), *FILES, *REFUSED, HF_ENDPOINT=hub.address)


def test_a_model_comes_with_the_size_of_its_checkpoint(answers: Answers) -> None:
    assert answers.rows["owner/whole"] == ["model", "owner/whole", 64, 15 << 30]
    assert answers.rows["owner/single"] == ["model", "owner/single", 64, None]
    assert answers.rows["owner/private"][:2] == ["model", "owner/private"]
    assert answers.rows["owner/large-index"] == ["model", "owner/large-index", 64, None]


def test_only_small_files_are_fetched_into_the_cache_of_hugging_face(hub: Hub, answers: Answers) -> None:
    home = answers.cache / "models--owner--whole"
    assert sorted(path.name for path in (home / "snapshots" / COMMIT).iterdir()) == [
        "config.json",
        "model.safetensors.index.json",
    ]
    assert (home / "refs/main").read_text() == COMMIT
    fetched = {line.rpartition(" ")[2] for line in hub.asked if line.startswith("GET")}
    assert fetched == {"config.json", "adapter_config.json", "model.safetensors.index.json"}
    assert "GET owner/large config.json" not in hub.asked
    assert "GET owner/large-index model.safetensors.index.json" not in hub.asked
    assert f"Bearer {TOKEN}" in hub.tokens


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("owner/gated", "'owner/gated' is gated: ask for access on its page on the hub, then `hf auth login`"),
        ("owner/awaiting", "'owner/awaiting' is gated: ask for access"),
        ("Qwen/Qwen3-8", "the hub has no model 'Qwen/Qwen3-8', or it is private: then `hf auth login`. Did you mean"),
        ("owner/unseen", "the hub has no model 'owner/unseen'"),
        ("owner/token", "the hub refused the token"),
        ("owner/forbidden", "the hub refuses access to 'owner/forbidden'"),
        ("owner/withdrawn", "the hub has withdrawn the model 'owner/withdrawn'"),
        ("owner/often", "the hub asks for patience"),
        ("owner/broke", "the hub answered 500"),
        ("owner/stranger", "is not a Hugging Face hub; see HF_ENDPOINT"),
        ("owner/large", "the config.json of 'owner/large' is larger than 64 MiB"),
        ("owner/lora", "'owner/lora' can't be used: it holds a LoRA adapter; name its base model 'Qwen/Qwen3-8B'"),
        ("owner/gguf", "the model 'owner/gguf' has no config.json on the hub"),
        ("owner/broken", "not valid JSON"),
    ],
)
def test_each_refusal_is_one_sentence_of_its_own(answers: Answers, name: str, words: str) -> None:
    assert words in answers.refused(name)


def test_no_exception_of_the_library_goes_along(answers: Answers) -> None:
    """It may hold a header or an address with a token."""
    contexts = {str(row[2]).partition("(")[0] for row in answers.rows.values() if row[0] == "error"}
    assert contexts <= {"None", "InputError", "NoSuchModelError", "JSONDecodeError"}
    assert "a warning" not in answers.text


def test_what_is_cached_is_not_asked_for_again(hub: Hub, answers: Answers) -> None:
    before = len(hub.asked)
    again = ask(answers.cache.parents[2], "owner/whole", HF_ENDPOINT=hub.address)
    assert again.rows["owner/whole"] == answers.rows["owner/whole"]
    assert len(hub.asked) == before


def test_nobody_there(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound, not listening: refuses
        port = taken.getsockname()[1]
        found = ask(tmp_path, "owner/whole", HF_ENDPOINT=f"http://user:{TOKEN}@127.0.0.1:{port}")
    assert "could not be reached" in found.refused("owner/whole")


def test_a_slow_answer(hub: Hub, tmp_path: Path) -> None:
    found = ask(tmp_path, "owner/slow", HF_ENDPOINT=hub.address, HF_HUB_ETAG_TIMEOUT="1")
    assert "did not answer in time about 'owner/slow'" in found.refused("owner/slow")
    assert sum("owner/slow" in line for line in hub.asked) == 1  # one question, not one and five more


def test_a_proxy_that_refuses(hub: Hub, tmp_path: Path) -> None:
    proxy = hub.address.replace("//", f"//user:{TOKEN}@")
    found = ask(tmp_path, "owner/whole", HF_ENDPOINT="https://hub.invalid", HTTPS_PROXY=proxy)
    assert "the proxy lets no question" in found.refused("owner/whole")


@pytest.mark.parametrize("token", ["hf_secret\nX: y", "hf_sécret", "hf_secret\x00"])
def test_a_token_that_is_none(hub: Hub, tmp_path: Path, token: str) -> None:
    (tmp_path / "token").write_text(token, encoding="utf-8")
    more = {"HF_TOKEN": "", "HF_TOKEN_PATH": str(tmp_path / "token")}
    found = ask(tmp_path, "owner/whole", HF_ENDPOINT=hub.address, **more)
    kind = found.rows["owner/whole"][0]
    assert kind == "model" or found.refused("owner/whole")


@pytest.mark.parametrize("variable", ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"])
def test_offline(hub: Hub, tmp_path: Path, variable: str) -> None:
    before = len(hub.asked)
    found = ask(tmp_path, "owner/whole", HF_ENDPOINT=hub.address, **{variable: "1"})
    assert "HF_HUB_OFFLINE forbids asking the hub" in found.refused("owner/whole")
    assert len(hub.asked) == before


@pytest.mark.parametrize("broken", ["None", "__import__('types').ModuleType('huggingface_hub')"])
def test_without_the_extra(tmp_path: Path, broken: str) -> None:
    code = f"import sys; sys.modules['huggingface_hub'] = {broken}\n{ASK}"
    found = ask(tmp_path, "owner/whole", code=code)
    assert "pip install 'memwizard[hub]'" in found.refused("owner/whole")


def test_a_cache_that_cannot_be_written(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    found = ask(tmp_path, "owner/whole", HF_ENDPOINT=hub.address, HF_HUB_CACHE=str(tmp_path / "file/hub"))
    assert "can't be kept in the Hugging Face cache: " in found.refused("owner/whole")


def test_the_command_line_asks_only_where_it_may(hub: Hub, tmp_path: Path) -> None:
    (tmp_path / "my.yml").write_text(with_line("base_model: owner/whole"))
    (tmp_path / "gated.yml").write_text(with_line("base_model: owner/gated"))

    def estimate(*arguments: str, **more: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-m", "wizard", "estimate", "my.yml", "--gpu", "24GiB", *arguments],
            env=environment(tmp_path, HF_TOKEN=TOKEN, HF_ENDPOINT=hub.address, **more),
            cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert TOKEN not in done.stdout + done.stderr
        return done.returncode, done.stdout, done.stderr

    before = len(hub.asked)
    code, out, err = estimate()
    assert (code, out, len(hub.asked)) == (2, "", before)
    assert "`--hub` or MEMWIZARD_HUB=1" in err
    assert len(err.splitlines()) == 1
    code, out, err = estimate("--model", "owner/gated", "--hub")
    assert (code, out) == (2, "")
    assert "is gated" in err
    assert len(err.splitlines()) == 1
    code, out, err = estimate(MEMWIZARD_HUB="1")
    assert (code, err) == (0, "")
    assert "checkpoint: 15.0 GiB on disk" in out
    assert estimate()[0] == 0  # cached by now


@pytest.mark.parametrize("command", ["estimate", "check", "generate", "wizard"])
def test_every_command_that_takes_a_model_has_the_option(command: str) -> None:
    import importlib

    options = {
        name for option in importlib.import_module(f"wizard.cli.{command}").command.params for name in option.opts
    }
    assert {"--model", "--hub"} <= options
