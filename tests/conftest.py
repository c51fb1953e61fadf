"""How long laws may search, and where they may look."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from hypothesis import HealthCheck, settings

# A busy machine is no fault of the code; `make test` looks at the same examples every time, `make test-all` at new ones.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("searching", deadline=None, suppress_health_check=SLOW_IS_FINE)

# Notes about the workspaces that tests use are none of this user's.
if "COTERIE_STATE_HOME" not in os.environ:
    os.environ["COTERIE_STATE_HOME"] = tempfile.mkdtemp(prefix="coterie-state-")
    atexit.register(shutil.rmtree, os.environ["COTERIE_STATE_HOME"], ignore_errors=True)

# Workspaces are made in the same place everywhere, whatever this machine's locale and clock say.
os.environ |= {"LC_MONETARY": "C", "TZ": "UTC"}
