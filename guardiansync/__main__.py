"""The command line: `guardiansync`, or `python -m guardiansync`."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run a command and leave with its status: 0 applied or unchanged, 2 held, 1 failed."""
    try:
        from guardiansync.command_line.commands import commands  # noqa: PLC0415 - its parts are an extra
    except ModuleNotFoundError as error:
        missing = (error.name or "").partition(".")[0]
        if missing not in {"click", "rich"}:
            raise
        sys.stderr.write(f"The command line needs {missing}: pip install 'guardiansync[cli]'\n")
        sys.exit(1)
    commands(prog_name="guardiansync")
    sys.exit(0)


if __name__ == "__main__":
    main()
