"""Where containers find this machine."""

from __future__ import annotations

import fcntl
import socket
import struct

# What containers call this machine: Docker Desktop by itself, elsewhere by samconfig.toml's add_host.
HOST = "host.docker.internal"
_BRIDGE = b"docker0"
_SIOCGIFADDR = 0x8915  # netdevice(7)


def bridge_address() -> str | None:
    """Return this machine's address on Docker's bridge, ``None`` where Docker has none.

    Docker Desktop has none: what listens on loopback is reached from its containers, too.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            found = fcntl.ioctl(any_socket, _SIOCGIFADDR, struct.pack("256s", _BRIDGE))
        except OSError:
            return None
    return socket.inet_ntoa(found[20:24])
