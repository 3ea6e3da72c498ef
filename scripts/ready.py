"""Wait until the server on a port answers from documents; used by make chat.

    python scripts/ready.py PORT PROCESS_ID

Ends with 0 when /readyz says so, with 1 when the server's process ends or five minutes pass.
"""

import os
import sys
import time
import urllib.error
import urllib.request

PATIENCE = 300.0


def is_ready(port: str) -> bool:
    """Whether the server answers from documents now."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as reply:
            return bool(reply.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def is_alive(process: int) -> bool:
    """Whether the process is still there."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def main() -> int:
    """Poll until ready, dead or out of patience."""
    port, process, began = sys.argv[1], int(sys.argv[2]), time.monotonic()
    while is_alive(process) and time.monotonic() - began < PATIENCE:
        if is_ready(port):
            return 0
        time.sleep(0.1)
    return 1


if __name__ == "__main__":
    sys.exit(main())
