import pytest

pytest.register_assert_rewrite("guardiansync.testing.contract")
