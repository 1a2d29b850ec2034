"""A line between a client and a real server that can be cut at a chosen command."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from typing import Literal

When = Literal["before", "within", "after"]


class CuttingProxy:
    """Listens on loopback and hands everything on to ``port``, until a line of the client fits ``cut_at``.

    ``before``: the server never gets that line; ``after``: it does and acts on it, but its answer is lost; ``within``:
    half of its answer arrives.
    """

    def __init__(self, port: int) -> None:
        self._target = port
        self._cut: tuple[re.Pattern[bytes], When] | None = None
        self._times = 0
        self._skip = 0
        self.connections = 0
        self._ends: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def cut_at(self, pattern: str, when: When, times: int = 1, skip: int = 0) -> None:
        self._cut, self._times, self._skip = (re.compile(pattern.encode(), re.IGNORECASE), when), times, skip

    def leave_whole(self) -> int:
        """Cut no more; returns how many cuts were still to come."""
        left, self._times = self._times, 0
        return left

    def hang_up(self) -> None:
        """Cut every line that stands now."""
        for end in self._ends:
            _shut(end)

    def stop(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(timeout=5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._target))
        self._ends += [client, server]
        for end in (client, server):
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        muted = threading.Event()
        back = threading.Thread(target=self._answers, args=(server, client, muted), daemon=True)
        back.start()
        with client, server:
            self._lines(client, server, muted)
            if muted.is_set():
                back.join(timeout=5)  # until the server has answered, and so has done what it was asked
            for end in (client, server):
                _shut(end)
            back.join(timeout=5)

    def _lines(self, client: socket.socket, server: socket.socket, muted: threading.Event) -> None:
        with contextlib.suppress(OSError), client.makefile("rb") as lines:
            for line in lines:
                if self._is_cut_here(line):
                    self._times -= 1
                    assert self._cut is not None
                    if self._cut[1] == "before":
                        return
                    muted.set()
                    server.sendall(line)
                    return
                server.sendall(line)

    def _is_cut_here(self, line: bytes) -> bool:
        if not (self._cut and self._times and self._cut[0].search(line)):
            return False
        self._skip -= 1
        return self._skip < 0

    def _answers(self, server: socket.socket, client: socket.socket, muted: threading.Event) -> None:
        try:
            while block := server.recv(65536):
                if muted.is_set():
                    if self._cut and self._cut[1] == "within":
                        client.sendall(block[: len(block) // 2])
                    return
                client.sendall(block)
        except OSError:
            return


def _shut(end: socket.socket) -> None:
    try:
        end.shutdown(socket.SHUT_RDWR)
    except OSError:
        return
