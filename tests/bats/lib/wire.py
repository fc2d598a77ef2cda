"""The messages on the broker's socket, for tests that speak them."""

import os
import socket
import struct
import time

QUIT, INFO, STATUS = 1, 2, 21
OK, ERROR = 128, 129
MESSAGE, VERSION, PID, CODE = 1, 2, 3, 4
MAX_BODY = 256 * 1024


def field(tag: int, value: bytes) -> bytes:
    return struct.pack(">HI", tag, len(value)) + value


def number(n: int) -> bytes:
    return struct.pack(">Q", n)


def frame(kind: int, body: bytes = b"", version: int = 1) -> bytes:
    return b"mairu" + struct.pack(">BHI", version, kind, len(body)) + body


def fields(body: bytes) -> "dict[int, bytes]":
    found = {}
    while body:
        tag, size = struct.unpack(">HI", body[:6])
        found[tag] = body[6 : 6 + size]
        body = body[6 + size :]
    return found


class Client:
    """A connection to the broker; every wait ends after some seconds."""

    def __init__(self, path: str, patience: float = 10) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(patience)
        self.sock.connect(path)

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self.sock.recv(size - len(data))
            if not more:
                raise EOFError(f"the broker hung up after {len(data)} bytes")
            data += more
        return data

    def receive(self) -> "tuple[int, dict[int, bytes]]":
        """The next message: its type and its fields."""
        head = self.exactly(12)
        assert head[:5] == b"mairu", head
        _, kind, size = struct.unpack(">BHI", head[5:])
        return kind, fields(self.exactly(size))

    def ask(self, kind: int, body: bytes = b"") -> "tuple[int, dict[int, bytes]]":
        self.send(frame(kind, body))
        return self.receive()

    def ends(self) -> float:
        """Waits until the broker hangs up; says how long that took."""
        began = time.monotonic()
        try:
            while self.sock.recv(65536):
                pass
        except ConnectionResetError:
            pass
        return time.monotonic() - began

    def close(self) -> None:
        self.sock.close()


def own_version() -> bytes:
    """The version of the program under test, as a field."""
    line = os.popen("mairu --version").read()
    return field(VERSION, line.split()[1].encode())
