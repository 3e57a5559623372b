import pytest

for module in ("contract", "store_cases", "verdict_contract"):
    pytest.register_assert_rewrite(f"guardiansync.testing.{module}")
