"""`python -m entente.desk.running.beat [PORT]`: ask the desk on this machine whether it lives.

A container's health check; it gives the desk a host name that it answers to. Exit code 0 or 1.
"""

import os
import socket
import sys


def lives(port: int = 8000) -> bool:
    """Ask `/healthz` on loopback."""
    host = os.environ.get("ENTENTE_DESK_HOSTS", "").split(",")[0] or "localhost"
    asked = f"GET /healthz HTTP/1.0\r\nHost: {host}\r\n\r\n".encode()
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=4) as desk:
            desk.sendall(asked)
            return b" 200 " in desk.recv(64)
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not lives(*map(int, sys.argv[1:2])))
