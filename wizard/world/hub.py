"""Brings small files from the Hugging Face hub into the cache, where the person allows it.

Nothing else imports huggingface_hub (the extra `memwizard[hub]`; read: 1.0.0 and 2.4.0). Weights are never fetched.
No text of an exception goes out: it may hold an address, a header or a token. Each is told by its class instead.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from wizard.domain.errors import InputError
from wizard.world.cache import ADAPTER, CONFIG, ModelFolder
from wizard.world.safetensors import INDEX

Found = TypeVar("Found")
MAX_BYTES = 64 << 20
TIMEOUT = 10  # seconds for an answer; HF_HUB_ETAG_TIMEOUT changes it, as everywhere in Hugging Face's library
_TRUE = ("1", "ON", "YES", "TRUE")

_REASONS = {
    "GatedRepoError": "the {what} '{repo}' is gated: ask for access on its page on the hub, then `hf auth login`",
    "RepositoryNotFoundError": "the hub has no {what} '{repo}', or it is private: then `hf auth login`",
    "DisabledRepoError": "the hub has withdrawn the {what} '{repo}'",
    "OfflineModeIsEnabled": "the {what} '{repo}' is not in the Hugging Face cache, and HF_HUB_OFFLINE forbids asking"
    " the hub; unset it",
    "ProxyError": "the proxy lets no question about '{repo}' through to the hub; see HTTPS_PROXY and NO_PROXY",
    "SSLError": "the hub's certificate can't be verified to ask about '{repo}'; see SSL_CERT_FILE",
    "TimeoutException": "the hub did not answer in time about '{repo}'; try again later",
    "LocalProtocolError": "the question about '{repo}' could not be sent to the hub; see HF_TOKEN and HF_ENDPOINT",
    "TransportError": "the hub could not be reached to ask about '{repo}'; is there a network?",
    "FileMetadataError": "what answered about '{repo}' is not a Hugging Face hub; see HF_ENDPOINT and the proxy",
}
"""Classes of huggingface_hub and httpx, first come first told: narrower ones stand before those they derive from."""

_STATUS = {
    401: "the hub refused the token, asked about '{repo}'; `hf auth login` sets another, HF_TOKEN goes before it",
    403: "the hub refuses access to '{repo}'; a token needs the right to read it",
    429: "the hub asks for patience (too many questions) about '{repo}'; try again later, or `hf auth login`",
}


class NoSuchModelError(InputError):
    """The hub knows no such model: perhaps a name misspelled."""


def fetch(repo: str) -> ModelFolder | None:
    """Brings `owner/name`'s config.json, and the index of its weights where there is one, into the cache.

    A repository without one gives its adapter_config.json instead, or None where it has neither. Asks the network.
    Raises InputError, one sentence, where the hub can't be asked, refuses, or has no such model (NoSuchModelError).
    """
    found = _asked(repo, "model", lambda: _small_files(repo))
    return ModelFolder(repo, found.parent) if found is not None else None


def fetch_rows(repo: str, choose: Callable[[list[str]], str | None]) -> tuple[Path, str]:
    """Brings one file of a data set into the cache: its path there, and its name. Asks the network.

    `choose`: which of the names of its files; None for none of them. Raises InputError, one sentence, where the hub
    can't be asked, refuses, has no such data set, or the file is not small.
    """
    return _asked(repo, "data set", lambda: _file_of_rows(repo, choose))


def _asked(repo: str, what: str, call: Callable[[], Found]) -> Found:
    """What the hub answers; InputError in place of whatever its library raises."""
    if (os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE", "")).upper() in _TRUE:
        raise InputError(_REASONS["OfflineModeIsEnabled"].format(repo=repo, what=what))
    _load(repo)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return call()
        except InputError:
            raise
        except Exception as error:
            reason = _reason(error)
    # raised out here, so that it does not carry the exception along
    kind = NoSuchModelError if reason == _REASONS["RepositoryNotFoundError"] else InputError
    raise kind(reason.format(repo=repo, what=what))


def _small_files(repo: str) -> Path | None:
    found = _get(repo, CONFIG) or _get(repo, ADAPTER)
    if found is not None and found.name == CONFIG:
        with suppress(Exception):  # it only adds the checkpoint's size
            _get(repo, INDEX, found.parent.name)
    return found


def _file_of_rows(repo: str, choose: Callable[[list[str]], str | None]) -> tuple[Path, str]:
    from huggingface_hub import HfApi

    about = HfApi().dataset_info(repo, timeout=TIMEOUT)
    name = choose([one.rfilename for one in about.siblings or ()])
    place = _get(repo, name, about.sha, "dataset") if name is not None else None
    if name is None or place is None:
        raise InputError(f"the data set '{repo}' has no file that is read here for what the entry names")
    return place, name


def _load(repo: str) -> None:
    """Hugging Face's library, made quiet: it would draw bars and log warnings over a screen."""
    try:
        from huggingface_hub.utils import logging
        from huggingface_hub.utils.tqdm import disable_progress_bars
    except Exception:
        raise InputError(
            f"to ask the hub about '{repo}' memwizard needs one more package: pip install 'memwizard[hub]'"
        ) from None
    logging.set_verbosity(50)  # nothing below CRITICAL
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        disable_progress_bars()


def _get(repo: str, file: str, commit: str | None = None, kind: str = "model") -> Path | None:
    """One small file, brought into the cache: its path there. None where the repository has no such file.

    The size is asked before. Without an answer to that nothing is tried again: hf_hub_download alone would wait
    for minutes.
    """
    from huggingface_hub import constants, get_hf_file_metadata, hf_hub_download, hf_hub_url
    from huggingface_hub.errors import RemoteEntryNotFoundError

    try:
        about = get_hf_file_metadata(
            hf_hub_url(repo, file, revision=commit, repo_type=kind), timeout=constants.HF_HUB_ETAG_TIMEOUT
        )
    except RemoteEntryNotFoundError:
        return None
    if about.size is not None and about.size > MAX_BYTES:
        raise InputError(f"the {file} of '{repo}' is larger than {MAX_BYTES >> 20} MiB")
    return Path(hf_hub_download(repo, file, revision=commit, etag_timeout=TIMEOUT, repo_type=kind))


def _reason(error: BaseException) -> str:
    """The sentence, with a place for the model, that tells an exception."""
    known = _classes(error)
    for name, sentence in _REASONS.items():
        if name in known:
            return sentence
    response = getattr(error, "response", None)
    status = getattr(response, "status_code", None)
    if response is not None and isinstance(status, int):
        if status == 401 and "credentials" not in response.headers.get("X-Error-Message", "").lower():
            return _REASONS["RepositoryNotFoundError"]  # what the hub says to whom it does not know
        return _STATUS.get(status, f"the hub answered {status}, asked about '{{repo}}'; try again later")
    if isinstance(error, OSError) and error.errno:
        why = os.strerror(error.errno)
        return f"what the hub knows of '{{repo}}' can't be kept in the Hugging Face cache: {why}"
    return f"asking the hub about '{{repo}}' failed ({type(error).__name__})"


def _classes(error: BaseException) -> set[str]:
    """The names of the classes of an exception and of those it came from."""
    return {one.__name__ for link in _chain(error) for one in type(link).__mro__}


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(10):
        if link is None:
            return
        yield link
        link = link.__cause__ or link.__context__
