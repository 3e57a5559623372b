"""How a server gets to know us: what asyncssh is told of passwords and keys, and nobody else."""

from typing import TYPE_CHECKING, Any, NoReturn

from guardiansync.errors import SettingsError
from guardiansync.settings import Secret, SftpLocation

if TYPE_CHECKING:
    import asyncssh


def login_options(location: SftpLocation) -> dict[str, Any]:
    """The options of a connection that say who we are.

    Args:
        location: Holds the secrets. A function behind one is called here, in the caller's own thread.

    Raises:
        SettingsError: The private key cannot be read.
        SecretUnavailable: The function behind a secret failed.
    """
    if location.private_key is None:
        password = None if location.password is None else _Password(location.password)
        return {"password": password, "client_keys": None}
    key = _imported(location.private_key, location.passphrase)
    if isinstance(key, str):
        # Raised here, where no variable holds the key's text or its passphrase.
        raise SettingsError("private_key", key, "what is there")
    return {"client_keys": [key], "password": None}


class _Password:
    """Hands the password over when asyncssh asks, so that no option, repr or pickle of the file system holds it."""

    __slots__ = ("_value",)

    def __init__(self, secret: Secret) -> None:
        self._value = secret.reveal()

    def __call__(self) -> str:
        return self._value

    def __repr__(self) -> str:
        return "***"

    def __reduce__(self) -> NoReturn:
        raise TypeError("A password is not pickled.")


def _imported(private_key: Secret, passphrase: Secret | None) -> "asyncssh.SSHKey | str":
    # What the parser said of a key is not passed on: it may quote it. So the answer is what would be allowed instead.
    import asyncssh  # noqa: PLC0415 - only when a file is fetched

    try:
        return asyncssh.import_private_key(private_key.reveal(), passphrase.reveal() if passphrase else None)
    except (ValueError, IndexError, TypeError) as error:
        if "bcrypt" in str(error):
            return "a key locked in PEM form (ssh-keygen -p -m PEM), or install the package bcrypt"
        return "an OpenSSH or PEM private key, and its passphrase where it has one"
