"""The wizard over SSH: a real server on loopback, a real client on a terminal, and a line that breaks."""

from __future__ import annotations

import contextlib
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

from tests.ui.pty_terminal import (
    BATCH,
    PATIENCE,
    REVIEW,
    WIZARD,
    Terminal,
    alive,
    drafts,
    end,
    environment,
    family,
    name_of,
    noted,
)

SSHD = shutil.which("sshd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
TRIES = 5
LOOPBACK_IS_TRUSTED = "PerSourcePenaltyExemptList 127.0.0.1\n"
"""From OpenSSH 9.8 on a server turns away for a while whoever broke its connections."""

pytestmark = [
    pytest.mark.xdist_group("ssh"),
    pytest.mark.timeout(300),
    pytest.mark.skipif(
        SSHD is None or any(shutil.which(name) is None for name in ("ssh", "ssh-keygen")),
        reason="needs sshd, ssh and ssh-keygen (Debian's openssh-server)",
    ),
]


@dataclass
class Server:
    """An sshd, and what a client needs to reach it."""

    process: subprocess.Popen[bytes]
    port: int
    key: Path

    def client(self) -> list[str]:
        """A client that no settings of this person reach, without its command."""
        chosen = {
            "IdentitiesOnly": "yes", "StrictHostKeyChecking": "no", "UserKnownHostsFile": "/dev/null",
            "BatchMode": "yes", "LogLevel": "ERROR", "EscapeChar": "none",
            "ConnectTimeout": str(int(PATIENCE)),
        }  # fmt: skip
        options = [part for name, value in chosen.items() for part in ("-o", f"{name}={value}")]
        place = ["-i", str(self.key), "-p", str(self.port), f"{pwd.getpwuid(os.getuid()).pw_name}@127.0.0.1"]
        return ["ssh", "-F", "/dev/null", *options, *place]


@dataclass
class Person:
    """Somebody who works on the server: their folders, their connections and what runs there for them."""

    server: Server
    folder: Path
    connections: list[Terminal] = field(default_factory=list)

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def work(self) -> Path:
        return self.folder / "work"

    @property
    def written(self) -> Path:
        return self.work / "axolotl.yml"

    def connect(self, *arguments: str, locale: str = "LANG=C.UTF-8") -> Terminal:
        """A wizard in a new connection."""
        unset = [part for name in ("LANG", "LC_ALL", "LC_CTYPE") for part in ("-u", name)]
        places = [f"{name}={value}" for name, value in environment(self.home).items()]
        program = shlex.join(["env", *unset, *places, *locale.split(), *WIZARD, *arguments])
        script = f"cd {shlex.quote(str(self.work))} && echo $$ >{self._note(len(self.connections))} && exec {program}"
        command = [*self.server.client(), "-tt", shlex.join(["exec", "/bin/sh", "-c", script])]
        self.connections.append(Terminal(command, self.folder, {}))
        return self.connections[-1]

    def running(self, number: int = 0) -> int:
        """The process of the wizard in a connection; 0 where none was begun."""
        return noted(self._note(number))

    def _note(self, number: int) -> Path:
        return self.folder / f"pid-{number}"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    if os.getuid() == 0:
        try:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # where a server of root keeps nothing
        except OSError as error:
            pytest.skip(f"/run/sshd can't be made: {error}")
    with tempfile.TemporaryDirectory(prefix="memwizard-ssh-") as name:
        folder = Path(name)
        for kind in ("host", "person"):
            words = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / kind)]
            subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
        process, port = begun(folder)
        try:
            found = Server(process, port, folder / "person")
            why = refused(found)
            if "account is locked" in why:
                pytest.skip("sshd lets nobody in whose account is locked, and this one is")
            if os.getuid() != 0 and "chown(" in why:
                pytest.skip("here no sshd but root's can give a terminal to anybody")
            assert not why, why
            yield found
        finally:
            for one in (*reversed(family(process.pid)), process.pid):
                end(one)
            process.wait()


def begun(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """A server that answers. Another program may take its port first: then on another one."""
    for _ in range(TRIES):
        port = free_port()
        command = [str(SSHD), "-D", "-e", "-f", str(configured(folder, port))]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True
            )
        if answers(process, port):
            return process, port
        process.kill()
        process.wait()
    raise AssertionError(log_of(folder))


def log_of(folder: Path) -> str:
    return (folder / "log").read_text(encoding="utf-8", errors="replace")


def refused(server: Server) -> str:
    """Why this person can't come in; nothing where they can."""
    done = subprocess.run(
        [*server.client(), "-tt", "true"], stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
    )
    return "" if done.returncode == 0 else f"{done.stderr.decode(errors='replace')}\n{log_of(server.key.parent)}"


def configured(folder: Path, port: int) -> Path:
    """The settings of a server for one person with one key on loopback."""
    config = folder / "config"
    text = (
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {folder / 'host'}\nPidFile {folder / 'pid'}\n"
        f"AuthorizedKeysFile {folder / 'person.pub'}\nPubkeyAuthentication yes\nPasswordAuthentication no\n"
        "KbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nStrictModes no\nUsePAM no\n"
        "UseDNS no\nPrintMotd no\nPrintLastLog no\nPermitUserEnvironment no\nLogLevel VERBOSE\n"
    )
    config.write_text(text + LOOPBACK_IS_TRUSTED, encoding="utf-8")
    known = subprocess.run([str(SSHD), "-t", "-f", str(config)], capture_output=True, check=False).returncode == 0
    if not known:
        config.write_text(text, encoding="utf-8")
    return config


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def answers(process: subprocess.Popen[bytes], port: int) -> bool:
    """Wait until the server greets; False where it has ended."""
    limit = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as line:
            if line.recv(4) == b"SSH-":
                return True
        time.sleep(0.05)
    return False


@pytest.fixture
def person(server: Server, tmp_path: Path) -> Iterator[Person]:
    one = Person(server, tmp_path)
    one.home.mkdir()
    one.work.mkdir()
    yield one
    for number, connection in enumerate(one.connections):
        connection.close()
        if one.running(number) and "python" in name_of(one.running(number)):
            end(one.running(number))


def test_a_config_from_start_to_end_by_keyboard_alone(person: Person) -> None:
    terminal = person.connect()
    terminal.go(REVIEW)
    terminal.write()
    assert terminal.left() == 0
    terminal.shows("wrote axolotl.yml", "axolotl train axolotl.yml")
    values = yaml.safe_load(person.written.read_text(encoding="utf-8"))
    assert values["base_model"]
    assert values["adapter"] == "qlora"
    assert not terminal.sent.isascii()  # a terminal of UTF-8 gets the signs that the other test must not see
    assert not drafts(person.home)


@pytest.mark.parametrize("side", ["client", "server"])
def test_a_line_that_breaks_loses_no_work(person: Person, side: str) -> None:
    terminal = person.connect()
    terminal.go(BATCH)
    terminal.type_length(4096)
    terminal.wait(lambda: any("sequence_len: 4096" in one for one in drafts(person.home)), "the draft")
    wizard = person.running()
    assert alive(wizard)
    cut(person.server, terminal, side)
    terminal.wait(lambda: not alive(wizard), "the end of the wizard without a line")
    assert not list(person.work.iterdir())
    assert len(drafts(person.home)) == 1

    again = person.connect("--resume")
    again.shows("How much at once?", "sequence_len 4096 ", "Your work is back as you left it.")
    again.go(REVIEW, since=BATCH)
    again.write()
    assert again.left() == 0
    assert yaml.safe_load(person.written.read_text(encoding="utf-8"))["sequence_len"] == 4096
    assert not drafts(person.home)


def cut(server: Server, terminal: Terminal, side: str) -> None:
    """Kill the client, or all of the server that serves this connection."""
    served = [one for one in family(server.process.pid) if name_of(one).startswith("sshd")]
    assert served
    for one in [terminal.pid] if side == "client" else served:
        end(one)


@pytest.mark.parametrize("locale", ["LANG=C", ""], ids=["C", "none"])
def test_a_locale_without_unicode_is_sent_ascii_alone(person: Person, locale: str) -> None:
    terminal = person.connect(locale=locale)
    terminal.go(REVIEW)
    terminal.write()
    assert terminal.left() == 0
    assert b"wrote axolotl.yml" in terminal.sent
    assert terminal.sent.isascii(), [line for line in terminal.sent.splitlines() if not line.isascii()][:3]
