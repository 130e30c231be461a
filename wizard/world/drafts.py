"""Drafts: what a running wizard has so far, on disk, so that a lost terminal loses no work.

Each wizard writes `<random>.yml` and holds a lock on `<random>.lock` while it lives. The system lets go of the
lock when the process ends, however it ends: a draft whose lock is free is work that was left behind. Only who
holds a lock writes, takes or deletes its draft.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import yaml

from wizard.domain.errors import InputError
from wizard.domain.spelled import Spelled, represent
from wizard.world import atomic
from wizard.world.places import state_folder
from wizard.world.yamlfile import MAX_BYTES, parse, read_text


class _Dumper(yaml.SafeDumper):
    """Numbers as the person wrote them."""


_Dumper.add_representer(Spelled, represent)
KEPT = 10
"""How many drafts that were left behind are kept."""
_PATIENCE = 0.2  # seconds: another wizard that only looks holds a lock for less


class Drafts:
    """This wizard's draft and those that ended wizards left. Nothing here raises; for one thread.

    `failed`: the sentence why the last `save` kept nothing, None where it did.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or state_folder() / "drafts"
        self.failed: str | None = None
        self._own: Path | None = None
        self._lock: int | None = None
        self._shown: dict[Path, tuple[int, int]] = {}

    def save(self, mapping: Mapping[str, object]) -> None:
        """Keep this in place of what this wizard kept before."""
        try:
            text = yaml.dump(dict(mapping), Dumper=_Dumper, sort_keys=False)
            if len(text) > MAX_BYTES:  # ASCII; what is larger could not be read again
                raise ValueError("it is too large")
            atomic.write(self._begun(), text, backup=False, mode=0o600, sync=False, ours=True)
        except InputError as error:
            self.failed = f"no draft is kept: {error}"
        except OSError as error:
            self.failed = f"no draft is kept: {self.folder}: {error.strerror or error}"
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            self.failed = f"no draft is kept: {' '.join(str(error).split())}"
        else:
            self.failed = None

    def forget(self) -> None:
        """Delete this wizard's draft: the work is done, or not wanted."""
        if self._own is not None and self._lock is not None and _holds(self._lock, _lock_of(self._own)):
            _delete(self._own)
        self.close()

    def close(self) -> None:
        """Let go of this wizard's draft, which stays on disk for the next one, as at the end of the process."""
        if self._lock is not None:
            with contextlib.suppress(OSError):
                os.close(self._lock)
        self._own = self._lock = None

    def waiting(self) -> list[tuple[Path, dict[str, object]]]:
        """The drafts that were left behind, the latest first; what can't be read is passed over.

        Beyond the ten latest they are deleted, and with them what killed wizards left besides.
        """
        found: list[tuple[Path, dict[str, object]]] = []
        self._shown = {}
        for path in self._files():
            if len(found) == KEPT:
                with _held(path, exclusive=True) as held:
                    if held:
                        _delete(path)
                continue
            with _held(path, exclusive=False) as held:
                if held:
                    with contextlib.suppress(InputError, OSError, ValueError, RecursionError):
                        found.append((path, parse(read_text(str(path)), str(path)).values))
                        self._shown[path] = _mark(path)
        self._sweep()
        return found

    def take(self, path: Path) -> bool:
        """Go on with a draft: it is this wizard's own from now, and what this one kept before is deleted.

        False, and nothing is done, where another wizard took it or went on with it since `waiting` read it.
        """
        if path.parent != self.folder or path.suffix != ".yml" or path == self._own:
            return False
        try:
            lock = _locked(_lock_of(path), os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX, _PATIENCE)
        except (OSError, ValueError):
            return False
        with contextlib.suppress(OSError):
            if lock is not None and self._shown.get(path, _mark(path)) == _mark(path):
                self.forget()
                self._own, self._lock = path, lock
                self._shown.pop(path, None)
                return True
        if lock is not None:
            if not os.path.lexists(path):
                _delete(path)  # the lock file, which this call may have made
            os.close(lock)
        return False

    def _begun(self) -> Path:
        """The file of this wizard's draft, locked; a new one where there is none or somebody removed it."""
        if self._own is not None and self._lock is not None and _holds(self._lock, _lock_of(self._own)):
            return self._own
        self.close()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with contextlib.suppress(OSError):  # somebody else's folder
            if self.folder.stat().st_mode & 0o077:
                self.folder.chmod(0o700)
        while True:
            own = self.folder / f"{os.urandom(8).hex()}.yml"
            try:
                lock = _locked(_lock_of(own), os.O_RDWR | os.O_CREAT | os.O_EXCL, fcntl.LOCK_EX)
            except OSError:  # a file system without locks
                _delete(own)
                raise
            if lock is not None:
                self._own, self._lock = own, lock
                return own

    def _files(self) -> list[Path]:
        """Every draft but this wizard's, the latest first."""
        found: list[tuple[int, Path]] = []
        with contextlib.suppress(OSError):
            for path in self.folder.glob("*.yml"):
                with contextlib.suppress(OSError):
                    if path != self._own and not path.name.startswith("."):
                        found.append((path.lstat().st_mtime_ns, path))
        return [path for _, path in sorted(found, reverse=True)]

    def _sweep(self) -> None:
        """Delete locks without a draft, and files that were half written, of ended wizards."""
        left: dict[str, list[str]] = {}
        with contextlib.suppress(OSError, ValueError):
            for name in os.listdir(self.folder):
                if name.endswith((".lock", ".tmp")):
                    left.setdefault(name.removeprefix(".").partition(".")[0], []).append(name)
        for start, names in left.items():
            path = self.folder / f"{start}.yml"
            if path == self._own:
                continue
            with _held(path, exclusive=True) as held, contextlib.suppress(OSError):
                if held:
                    for name in names:
                        if name.startswith(f".{start}.yml."):
                            (self.folder / name).unlink()
                    if not os.path.lexists(path):
                        _delete(path)


def _lock_of(draft: Path) -> Path:
    return draft.with_suffix(".lock")


def _mark(path: Path) -> tuple[int, int]:
    """Tells one state of a draft from another: each is a file of its own."""
    found = path.lstat()
    return found.st_ino, found.st_mtime_ns


def _holds(lock: int, path: Path) -> bool:
    """Whether the lock file held is the one that others find."""
    try:
        return os.path.samestat(os.fstat(lock), os.lstat(path))
    except OSError:
        return False


def _locked(path: Path, flags: int, kind: int, patience: float = 0.0) -> int | None:
    """The lock, or None where somebody else has it. Raises OSError where it can't be had at all."""
    lock = os.open(path, flags | os.O_NOFOLLOW, 0o600)
    end = time.monotonic() + patience
    try:
        while True:
            try:
                fcntl.flock(lock, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= end:
                    break
                time.sleep(0.01)
            else:
                if _holds(lock, path):  # it may have been deleted before it was locked
                    return lock
                break
    except BaseException:
        os.close(lock)
        raise
    os.close(lock)
    return None


@contextlib.contextmanager
def _held(draft: Path, *, exclusive: bool) -> Iterator[bool]:
    """Whether an ended wizard's draft is held for a moment; one without a lock file belongs to nobody."""
    lock: int | None = None
    held = False
    try:
        lock = _locked(_lock_of(draft), os.O_RDWR, fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH)
        held = lock is not None
    except FileNotFoundError:
        held = True
    except OSError:
        held = False
    try:
        yield held
    finally:
        if lock is not None:
            os.close(lock)


def _delete(draft: Path) -> None:
    """The draft first, so that its lock never stands for less than it."""
    for path in (draft, _lock_of(draft)):
        with contextlib.suppress(OSError):
            path.unlink()
