"""Who hangs together."""

from collections.abc import Iterable
from typing import Any


def components(nodes: Iterable[Any], links: Iterable[tuple[Any, Any]]) -> list[list[Any]]:
    """The groups that links connect, each sorted, in order."""
    group = {node: {node} for node in nodes}
    for one, other in links:
        if group[one] is not group[other]:
            together = group[one] | group[other]
            for node in together:
                group[node] = together
    return sorted({id(found): sorted(found) for found in group.values()}.values())
