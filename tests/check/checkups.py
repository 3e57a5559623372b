"""What the tests of the self-check share."""

import guardiansync as gs
from guardiansync.check import CheckLine


def outcomes(checkup: gs.Checkup) -> dict[str, str]:
    """The gravest outcome of each step."""
    found: dict[str, str] = {}
    order = ["passed", "not looked at", "warning", "failed"]
    for line in checkup:
        before = found.get(line.name, "passed")
        found[str(line.name)] = max(before, str(line.outcome), key=order.index)
    return found


def only(checkup: gs.Checkup, name: str) -> CheckLine:
    """The one line of a step."""
    (line,) = [line for line in checkup if line.name == name]
    return line


def told(checkup: gs.Checkup, name: str) -> str:
    """All that is said of a step."""
    return "\n".join(line.message for line in checkup if line.name == name)
