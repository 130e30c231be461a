"""A Hugging Face hub on loopback: answers HEAD and GET for the files of some models, and refuses others."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.world.checkpoints import COMMIT, CONFIG

INDEX = json.dumps({"metadata": {"total_size": 15 << 30}, "weight_map": {}})
FILES = {
    "owner/whole": {"config.json": json.dumps(CONFIG), "model.safetensors.index.json": INDEX, "model.safetensors": "W"},
    "owner/single": {"config.json": json.dumps(CONFIG), "model.safetensors": "W"},
    "owner/private": {"config.json": json.dumps(CONFIG)},
    "owner/broken": {"config.json": "{"},
    "owner/lora": {"adapter_config.json": json.dumps({"base_model_name_or_path": "Qwen/Qwen3-8B"})},
    "owner/gguf": {"model.gguf": "W"},
    "owner/large": {"config.json": "{}"},
    "owner/large-index": {"config.json": json.dumps(CONFIG), "model.safetensors.index.json": INDEX},
    "owner/stranger": {"config.json": json.dumps(CONFIG)},
    "owner/rows": {"README.md": "#", "train.jsonl": '{"text": "one"}\n{"text": "two"}\n', "test.jsonl": "{}"},
    "owner/large-rows": {"train.jsonl": "{}"},
    "owner/pictures": {"one.png": "W"},
}
REFUSED = {
    "owner/gated": (401, {"X-Error-Code": "GatedRepo"}),
    "owner/awaiting": (403, {"X-Error-Code": "GatedRepo"}),
    "Qwen/Qwen3-8": (404, {"X-Error-Code": "RepoNotFound"}),
    "owner/unseen": (401, {}),
    "owner/token": (401, {"X-Error-Message": "Invalid credentials in Authorization header"}),
    "owner/forbidden": (403, {}),
    "owner/withdrawn": (403, {"X-Error-Message": "Access to this resource is disabled."}),
    "owner/often": (429, {}),
    "owner/broke": (500, {"X-Error-Message": "hf_secret in the answer"}),
}


@dataclass
class Hub:
    """A running one: its address and the requests it got, as "METHOD owner/name file"."""

    address: str
    asked: list[str] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)


LARGE = {
    ("owner/large-rows", "train.jsonl"),
    ("owner/large", "config.json"),
    ("owner/large-index", "model.safetensors.index.json"),
}


class Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_HEAD(self) -> None:
        self.answer()

    def do_GET(self) -> None:
        self.answer()

    def do_CONNECT(self) -> None:
        self.send_error(407)

    def answer(self) -> None:
        if self.path.startswith("/api/datasets/"):
            self.tell_of_rows(self.path.removeprefix("/api/datasets/").partition("?")[0])
            return
        owner, name, _, _, file = self.path.removeprefix("/datasets").strip("/").split("/", 4)
        repo, token = f"{owner}/{name}", self.headers.get("Authorization", "")
        self.hub.asked.append(f"{self.command} {repo} {file}")
        self.hub.tokens.add(token)
        if repo == "owner/slow":
            time.sleep(3)
        status, about = REFUSED.get(repo, (200, {}))
        if repo == "owner/private" and not token:
            status = 401
        elif status == 200 and file not in FILES.get(repo, {}):
            status, about = 404, {"X-Error-Code": "EntryNotFound"}
        body = FILES[repo][file].encode() if status == 200 else b"hf_secret in the body"
        self.send_response(status)
        for key, value in {**about, **self.usual(repo, file, body)}.items():
            self.send_header(key, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def tell_of_rows(self, repo: str) -> None:
        """The commit of a data set and the names of its files."""
        known = repo in FILES
        files = [{"rfilename": name} for name in FILES.get(repo, {})]
        body = json.dumps({"id": repo, "sha": COMMIT, "siblings": files}).encode() if known else b"{}"
        self.hub.asked.append(f"{self.command} {repo} api")
        self.send_response(200 if known else 404)
        for key, value in {**({} if known else {"X-Error-Code": "RepoNotFound"}),
                           "Content-Type": "application/json", "Content-Length": str(len(body))}.items():  # fmt: skip
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def usual(self, repo: str, file: str, body: bytes) -> dict[str, str]:
        found = {"ETag": f'"{zlib.crc32(body)}"', "Content-Length": str(len(body)), "X-HF-Warning": "topic; a warning"}
        if repo != "owner/stranger":
            found["X-Repo-Commit"] = COMMIT
        if (repo, file) in LARGE:
            found["X-Linked-Size"] = str(65 << 20)
        return found

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing."""


@contextmanager
def serving() -> Iterator[Hub]:
    """Serves until left. `owner/slow` is answered after 3 seconds, `owner/private` with a token only."""
    hub = Hub("")
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"hub": hub})) as server:
        server.daemon_threads = True
        server.block_on_close = False
        hub.address = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        try:
            yield hub
        finally:
            server.shutdown()
