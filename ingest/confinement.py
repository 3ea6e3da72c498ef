"""What the sandbox gives up before it reads its first file: network, files, memory, its orphan life."""

import contextlib
import ctypes
import os
import resource
import signal
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000  # linux/sched.h
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_OPEN_FILES = 64


def cut_network() -> bool:
    """Move this process to a network of its own, with no interfaces; false where that is not permitted.

    Needs a process with one thread, so it goes before anything that starts others.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (AttributeError, OSError):  # not Linux
        return False
    return any(unshare(flags) == 0 for flags in (_CLONE_NEWUSER | _CLONE_NEWNET, _CLONE_NEWNET))


def die_with(parent: int) -> None:
    """Have this process killed when its parent, of that process id, ends."""
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the line above
        os._exit(1)


def limit(memory_mb: int) -> None:
    """No core dumps, no writing to files, and at most this much memory above what is in use now."""
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, _OPEN_FILES)
    _lower(resource.RLIMIT_AS, _memory("VmSize") + memory_mb * 2**20)


def allow_seconds(seconds: int) -> None:
    """Let this process use so much more processor time; it is killed by SIGXCPU when that is spent."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def resident_mb() -> int:
    """The memory this process holds now, in MB; 0 where the system does not tell."""
    return _memory("VmRSS") // 2**20


def _lower(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    with contextlib.suppress(ValueError, OSError):  # macOS refuses some
        resource.setrlimit(kind, (value, value))


def _memory(name: str) -> int:
    """Bytes, from /proc/self/status; 0 where there is none."""
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), 0)
