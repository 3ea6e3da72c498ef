"""Which addresses of the internet a watched host may lie at."""

import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence

from ingest.watching.reasons import NotRead, Reason

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
"""The addresses of a host; raises OSError when it has none."""

_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_TUNNELS = (ipaddress.IPv6Network("2002::/16"), ipaddress.IPv6Network("2001::/32"))


def ask_system(host: str, port: int) -> Sequence[str]:
    """What this machine's name service says."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def networks(setting: str) -> list[Network]:
    """The networks of UTBLICK_WATCH_NETWORKS; what is none is passed over, so it opens nothing."""
    found: list[Network] = []
    for part in setting.split():
        try:
            found.append(ipaddress.ip_network(part, strict=False))
        except ValueError:
            continue
    return found


def is_allowed(address: str, within: Sequence[Network]) -> bool:
    """Whether `address` is a public one, or lies in one of the private networks that are allowed."""
    try:
        found: Address = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        # The system connects to the IPv4 address inside, so that is the one that counts.
        inner = found.ipv4_mapped
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        found = inner or found
    return any(found in network for network in within) or _is_public(found)


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _UNICAST or any(address in tunnel for tunnel in _TUNNELS)
    ):
        return False
    odd = address.is_multicast or address.is_reserved or address.is_unspecified or address.is_private
    return address.is_global and not odd


def resolved(
    host: str, port: int, seconds: float, within: Sequence[Network], resolve: Resolve = ask_system
) -> Sequence[str]:
    """The host's addresses, asked for once; raises NotRead unless every one of them is allowed."""
    answers: queue.SimpleQueue[Sequence[str] | OSError | UnicodeError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(resolve(host, port))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    # The name service has no time limit of its own that a caller can set.
    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=max(seconds, 0.001))
    except queue.Empty:
        raise NotRead(Reason.TIME, host) from None
    if isinstance(found, OSError | UnicodeError) or not found:
        raise NotRead(Reason.UNRESOLVED, host)
    if not all(is_allowed(each, within) for each in found):
        raise NotRead(Reason.PRIVATE, host)
    return found
