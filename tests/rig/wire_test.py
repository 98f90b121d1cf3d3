"""Wires pass, are cut each way, and are mended."""

import socket
import threading
import unittest

from rig import free_port
from wire import Wire


class WireTest(unittest.TestCase):
    def setUp(self):
        self.server = self.echo(b"")
        self.wire = Wire(free_port(), self.server.getsockname()[1])
        self.addCleanup(self.wire.close)

    def echo(self, prefix):
        """Answers what it is told, behind `prefix`."""
        server = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(server.close)

        def answer(client):
            with client:
                while told := client.recv(1000):
                    client.sendall(prefix + told)

        def serve():
            try:
                while True:
                    threading.Thread(target=answer, args=(server.accept()[0],), daemon=True).start()
            except OSError:
                return
        threading.Thread(target=serve, daemon=True).start()
        return server

    def connect(self):
        client = socket.create_connection(("127.0.0.1", self.wire.port), timeout=10)
        self.addCleanup(client.close)
        return client

    def hears_nothing(self, client):
        client.settimeout(0.2)
        with self.assertRaises(TimeoutError):
            client.recv(1000)
        client.settimeout(10)

    def test_R1_it_passes_both_ways(self):
        client = self.connect()
        client.sendall(b"one")
        self.assertEqual(client.recv(1000), b"one")

    def test_R1_what_waited_arrives_late_or_never(self):
        for directions in (("requests",), ("answers",), ("requests", "answers")):
            for late in (True, False):
                with self.subTest(directions=directions, late=late):
                    client = self.connect()
                    client.sendall(b"before")
                    self.assertEqual(client.recv(1000), b"before")
                    self.wire.cut(directions)
                    client.sendall(b"meanwhile")
                    new = self.connect()
                    new.sendall(b"new")
                    self.hears_nothing(client)
                    self.hears_nothing(new)
                    self.wire.mend(late)
                    self.assertEqual(self.heard(client), b"meanwhile" if late else b"")

    def heard(self, client):
        try:
            return client.recv(1000)
        except ConnectionError:
            return b""

    def test_R1_it_leads_to_another_program(self):
        client = self.connect()
        client.sendall(b"x")
        self.assertEqual(client.recv(1000), b"x")
        self.wire.lead_to(self.echo(b"other ").getsockname()[1])
        self.assertEqual(self.heard(client), b"", "the former connection ends")
        client = self.connect()
        client.sendall(b"x")
        self.assertEqual(client.recv(1000), b"other x")

    def test_R1_where_nobody_listens_a_connection_ends(self):
        self.wire.lead_to(free_port())
        self.assertEqual(self.heard(self.connect()), b"")


if __name__ == "__main__":
    unittest.main()
