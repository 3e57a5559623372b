import pytest

for module in ("contract", "store_cases", "store_machine", "verdict_contract"):
    pytest.register_assert_rewrite(f"guardiansync.testing.{module}")
