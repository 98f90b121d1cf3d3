"""A wire between two programs, on loopback, that can be cut as networks are: each direction by itself, without a word to either end."""

import contextlib
import socket
import threading

CHUNK = 1 << 18


class Wire:
    """Carries what connects to `port` on to a port of this machine. What is cut keeps its connections, and takes new ones, and nothing passes:
    neither end is told, as with a firewall that drops. What waited passes when it is mended, however late, as TCP sends it again."""

    def __init__(self, port, leads_to):
        self.port = port
        self.leads_to = leads_to
        self._passes = {"requests": threading.Event(), "answers": threading.Event()}
        for passes in self._passes.values():
            passes.set()
        self._connections = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self, directions=("requests", "answers")):
        """requests: what comes from whoever connected."""
        for direction in directions:
            self._passes[direction].clear()

    def mend(self, late=True):
        """`late`: what waited arrives after all; otherwise all connections end first."""
        if not late:
            self._end_connections()
        for passes in self._passes.values():
            passes.set()

    def lead_to(self, port):
        """Another program is at the end of it from now on; it knows nothing of former connections."""
        if port != self.leads_to:
            self.leads_to = port
            self._end_connections()

    def close(self):
        # Whoever waits in accept() notices a shutdown, and no close().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.mend(late=False)

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connect, args=(near,), daemon=True).start()

    def _connect(self, near):
        try:
            far = socket.create_connection(("127.0.0.1", self.leads_to), timeout=5)
        except OSError:
            near.close()
            return
        for end in (near, far):
            end.settimeout(None)
            end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            self._connections.add((near, far))
        pumps = [threading.Thread(target=self._pump, args=way, daemon=True) for way in ((near, far, "requests"), (far, near, "answers"))]
        for pump in pumps:
            pump.start()
        for pump in pumps:
            pump.join()
        with self._lock:
            self._connections.discard((near, far))
        near.close()
        far.close()

    def _pump(self, source, sink, direction):
        """When one end is gone, the other is told as soon as that passes."""
        with contextlib.suppress(OSError):
            while data := source.recv(CHUNK):
                self._passes[direction].wait()
                sink.sendall(data)
        self._passes[direction].wait()
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def _end_connections(self):
        with self._lock:
            connections = list(self._connections)
        for end in (end for connection in connections for end in connection):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
