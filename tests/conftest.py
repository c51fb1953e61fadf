"""How long laws may search, and where they may look."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code; `make test` looks at the same examples every time, `make test-all` at new ones.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("searching", deadline=None, suppress_health_check=SLOW_IS_FINE)
