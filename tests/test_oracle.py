"""Every plan of many awkward districts against the design, read once more without the engine (see `oracle`)."""

import os

import pytest
from hypothesis import settings
from oracle.compare import differences
from oracle.district import small_district

_SEED = os.environ.get("ORACLE_SEED", "")
"""Names one district, to look into it: ORACLE_SEED=123 pytest tests/test_oracle.py."""

_MANY = settings.get_current_profile_name() in ("nightly", "thorough")
_DISTRICTS = 2_000 if _MANY else 60
_AT_A_TIME = 10


def _seeds() -> list[range]:
    if _SEED:
        return [range(int(_SEED), int(_SEED) + 1)]
    return [range(first, first + _AT_A_TIME) for first in range(0, _DISTRICTS, _AT_A_TIME)]


@pytest.mark.parametrize("seeds", _seeds(), ids=lambda seeds: f"{seeds.start}-{seeds.stop - 1}")
def test_the_plan_is_what_the_design_says(seeds: range) -> None:
    found = [str(one) for seed in seeds for one in differences(small_district(seed))]
    assert not found, "\n\n".join(found)
