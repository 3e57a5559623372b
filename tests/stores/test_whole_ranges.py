"""What becomes the same in a whole range of rows is set by the range: no row more, no row less."""

import pytest

from guardiansync.stores import Store, open_store
from guardiansync.testing.changes import account, archive, end, facts, revoke, role, student, tie
from guardiansync.testing.store_cases import HERE, write_all

COUNT = 12


def families(store: Store) -> list[str]:
    """Families of one child each; the ids of their accounts."""
    written = write_all(
        store,
        *(student(f"{n:03}") for n in range(COUNT)),
        *(account(f"new-{n}", email=f"a{n}@example.com") for n in range(COUNT)),
        *(role(f"G{n:03}", f"new-{n}", email=f"a{n}@example.com") for n in range(COUNT)),
        *(tie(f"{n:03}", f"G{n:03}", f"new-{n}") for n in range(COUNT)),
    )
    ids = dict(written.ids.iter_rows())
    return [ids[f"new-{n}"] for n in range(COUNT)]


@pytest.mark.parametrize(
    "going", [range(COUNT), range(5), range(3, 9), range(7, COUNT), [0, 1, 3, 4], [0, COUNT - 1], [4]], ids=str
)
def test_who_goes_and_nobody_else(store: Store, going: range | list[int]) -> None:
    model = open_store("memory://")
    for each in (store, model):
        ids = families(each)
        write_all(
            each,
            *(end(f"{n:03}", f"G{n:03}", ids[n]) for n in going),
            *(revoke(f"G{n:03}", ids[n]) for n in going),
            *(archive(ids[n]) for n in going),
        )
    there, expected = (facts(each.roster(HERE)) for each in (store, model))
    assert there == expected
    assert sum("archived" in row for row in there["accounts"]) == len(going)


def test_a_child_more_is_no_whole_range(store: Store) -> None:
    """A role has two ties, and one of them ends: the other lies between the ends of the range."""
    ids = families(store)
    write_all(store, *(tie(f"{n + 1:03}", f"G{n:03}", ids[n]) for n in range(3)))
    write_all(store, *(end(f"{n:03}", f"G{n:03}", ids[n]) for n in range(COUNT)))
    ties = store.roster(HERE).guardianships
    assert ties.filter(ties["state"] == "active")["student_sis_id"].sort().to_list() == ["001", "002", "003"]
