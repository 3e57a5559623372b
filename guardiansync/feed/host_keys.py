"""Which server is the right one: its key or fingerprint, and never the first that answers."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from guardiansync.errors import HostKeyMissing, SettingsError
from guardiansync.settings import SftpLocation

if TYPE_CHECKING:
    import asyncssh

_FINGERPRINT = re.compile(r"SHA256:([A-Za-z0-9+/]{43})=?")
_KINDS: dict[str, tuple[str, ...]] = {
    "ssh-ed25519": ("ssh-ed25519",),
    "ecdsa-sha2-nistp256": ("ecdsa-sha2-nistp256",),
    "ecdsa-sha2-nistp384": ("ecdsa-sha2-nistp384",),
    "ecdsa-sha2-nistp521": ("ecdsa-sha2-nistp521",),
    "ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256"),
}
"""Kinds of keys, the usual ones first, and how a handshake asks for each."""


class HostKeys:
    """What the settings know of a server's key, and which key it showed instead.

    A server has a key for each of several kinds and shows one of those that it is asked for. So every kind is asked
    for, the known ones first: asked for one that it lacks, a server just hangs up, and nobody could say why.

    Args:
        location: The settings.

    Raises:
        HostKeyMissing: They know none.
        SettingsError: What they have is no key.

    Attributes:
        known: The keys that are right, for asyncssh.
        shown: The fingerprint of a key that was refused.
    """

    def __init__(self, location: SftpLocation) -> None:
        import asyncssh  # noqa: PLC0415 - only when a file is fetched

        self.shown: str | None = None
        self._fingerprint: str | None = None
        if location.host_key is not None:
            name, text = "host_key", self._one_key(location.host_key)
        elif location.known_hosts is not None:
            name, text = "known_hosts", location.known_hosts
        else:
            raise HostKeyMissing(location.host, location.port)
        try:
            self.known = asyncssh.import_known_hosts(text)
        except (ValueError, IndexError) as error:
            raise SettingsError(name, "lines of a server's public key (ssh-ed25519 AAAA…)", "what is there") from error
        # Certificates of hosts are asked for only where the settings name their authority.
        self._by_authority = "@cert-authority" in text
        self._wanted = {kind for kind in _KINDS if kind in text} or set(_KINDS)
        self._tried: set[str] = set()

    @property
    def algorithms(self) -> list[str] | None:
        """What to ask the server for, in this order; None to leave it to asyncssh."""
        if self._by_authority:
            return None
        kinds = sorted(
            _KINDS.keys() - self._tried, key=lambda kind: (kind not in self._wanted, list(_KINDS).index(kind))
        )
        return [name for kind in kinds for name in _KINDS[kind]]

    def accept(self, key: "asyncssh.SSHKey") -> bool:
        """Whether a key that is not among the known ones has the fingerprint."""
        if self._fingerprint is not None and key.get_fingerprint() == self._fingerprint:
            return True
        self.shown = key.get_fingerprint()
        self._tried.add(key.get_algorithm())
        return False

    def may_be_another(self, tries: int) -> bool:
        """Whether the server may still show the right key, when asked for other kinds than it was."""
        refused = len(self._tried) == tries + 1
        return refused and not self._by_authority and bool(self._wanted - self._tried) and self._tried <= self._wanted

    def _one_key(self, text: str) -> str:
        import asyncssh  # noqa: PLC0415 - only when a file is fetched

        words = text.split()
        for word in words:
            if match := _FINGERPRINT.fullmatch(word):
                self._fingerprint = f"SHA256:{match[1]}"
                return ""
        for kind, blob in pairwise(words):
            if blob.startswith("AAAA"):
                try:
                    asyncssh.import_public_key(f"{kind} {blob}")  # import_known_hosts passes over damaged ones
                except (ValueError, IndexError) as error:
                    raise SettingsError("host_key", "the server's whole public key", "a damaged one") from error
                return f"* {kind} {blob}"
        raise SettingsError(
            "host_key", "the server's public key (ssh-ed25519 AAAA…) or its fingerprint (SHA256:…)", "something else"
        )
