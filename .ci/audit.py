"""Compares what is installed with the known vulnerabilities, and never passes in silence.

Exit status 1 where one is known. Where the service cannot be reached, or knows none of the packages, it is asked again;
then the last line says so, and the exit status is 0: a service that is down says nothing about the code.
"""

import json
import subprocess
import sys
import time
from typing import Any

_TRIES = 3
_PAUSE_S = 10
_LIMIT_S = 180


def main() -> int:
    """Ask, and tell."""
    why = ""
    for nth in range(_TRIES):
        if nth:
            time.sleep(_PAUSE_S)
        packages, why = _asked()
        known = [one for one in packages if "vulns" in one]
        if known:
            return _told(known, len(packages))
    print(f"WARNING: NOT AUDITED for known vulnerabilities, tried {_TRIES} times: {why}")
    return 0


def _asked() -> tuple[list[dict[str, Any]], str]:
    """What is said of each installed package, and why nothing is where that is so."""
    command = [sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off", "--skip-editable"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LIMIT_S)
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except subprocess.TimeoutExpired:
        return [], f"no answer within {_LIMIT_S} s"
    except (ValueError, KeyError):
        return [], (done.stderr.strip().splitlines() or ["no answer"])[-1][:300]
    return packages, f"the service knows none of the {len(packages)} packages"


def _told(known: list[dict[str, Any]], of: int) -> int:
    bad = [(one, vulnerability) for one in known for vulnerability in one["vulns"]]
    for one, vulnerability in bad:
        fixed = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
        print(f"{one['name']} {one['version']}: {vulnerability['id']}, fixed in {fixed}")
    missing = f"; WARNING: {of - len(known)} are not known to the service" if len(known) < of else ""
    print(f"{len(bad)} known vulnerabilities in {len(known)} packages{missing}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
