"""This checkout's installation: where its state lies, which ports are its own, what it consists of."""

import contextlib
import fcntl
import json
import os
import pathlib
import secrets
import shutil

import kafka
from daemon import Daemon
from terminal import Failure

CHECKOUT = pathlib.Path(__file__).resolve().parents[3]
BUILD = CHECKOUT / "build"
STATE = CHECKOUT / ".state"

DEFAULT_PORT_BASE = 17000
# In this order from the port base on.
PORT_NAMES = ("kafka", "kafka_controller", "sandbox", "controller", "controller_metrics", "ingress", "ingress_metrics", "egress",
              "egress_metrics")


class Installation:
    """Life: `open_or_create` at `up`, `open` elsewhere; `wipe` ends it. Its ports and its number of rows are chosen once, and
    its definitions are people's to edit once the example is applied: `remember` keeps what was done."""

    def __init__(self, port_base, rows=None, defined=False):
        self.port_base = port_base
        self.rows = rows
        self.defined = defined
        self._ports = {name: port_base + place for place, name in enumerate(PORT_NAMES)}
        programs = BUILD / "bin"
        self.kafka = self._daemon(
            "kafka", ["kafka", "kafka_controller"], [
                kafka.HERE / "broker", "run", "--dir", STATE / "kafka",
                "--port", self.port("kafka"), "--controller-port", self.port("kafka_controller")],
            ready=lambda daemon: kafka.STARTED in daemon.log())
        self.sandbox = self._daemon(
            "causeway-sandbox", ["sandbox"], [
                programs / "causeway-sandbox", "--port", self.port("sandbox"),
                "--addresses-file", self.sandbox_addresses_file, "--state-file", STATE / "sandbox" / "state"])
        self.controller = self._daemon(
            "causeway-controller", ["controller", "controller_metrics"], [
                programs / "causeway-controller", "--listen", self.address("controller"),
                "--metrics", self.address("controller_metrics"), "--kafka", self.address("kafka"),
                "--master-key-file", self.master_key_file],
            # It listens at once, and answers when it has read its definitions.
            ready=lambda daemon: '"event":"definitions_read"' in daemon.log())
        self.ingress, self.egress = self._worker("ingress"), self._worker("egress")

    @classmethod
    def open(cls):
        """The installation that `up` made; None when there is none."""
        try:
            return cls(**json.loads(_SETTINGS.read_text()))
        except FileNotFoundError:
            return None

    @classmethod
    def open_or_create(cls, port_base):
        installation = cls.open()
        if installation is None:
            installation = cls(port_base or DEFAULT_PORT_BASE)
            installation.remember()
        elif port_base not in (None, installation.port_base):
            raise Failure(
                f"this installation's ports begin at {installation.port_base}, and its definitions name them",
                remedy=f"Begin anew: deploy/local/down --wipe && deploy/local/up --port-base {port_base}")
        return installation

    @property
    def daemons(self):
        """In the order of their start."""
        return [self.kafka, self.sandbox, self.controller, self.ingress, self.egress]

    def port(self, name):
        return self._ports[name]

    def address(self, name):
        return f"127.0.0.1:{self.port(name)}"

    @property
    def sandbox_addresses_file(self):
        return STATE / "sandbox" / "addresses.json"

    @property
    def master_key_file(self):
        return STATE / "master-key"

    def remember(self, **done):
        """rows: the sandbox was seeded with so many. defined: the example was applied."""
        vars(self).update(done)
        _SETTINGS.write_text(json.dumps({"port_base": self.port_base, "rows": self.rows, "defined": self.defined}) + "\n")

    def program(self, name):
        return BUILD / "bin" / name

    def environment(self):
        """For causewayctl: where the controller is, and what example.yaml says of the sandbox (SANDBOX_…)."""
        environment = dict(os.environ, CAUSEWAY_SERVER=self.address("controller"))
        if self.sandbox_addresses_file.exists():
            addresses = json.loads(self.sandbox_addresses_file.read_text())
            environment.update({f"SANDBOX_{name.upper()}": value for name, value in addresses.items()})
        return environment

    def make_master_key(self):
        if not self.master_key_file.exists():
            descriptor = os.open(self.master_key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_hex(32) + "\n")

    def wipe(self):
        for entry in STATE.iterdir():
            if entry != _LOCK:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()

    def _worker(self, service):
        """The one replica of a workflow's service."""
        return self._daemon(
            f"causeway-{service}", [service, f"{service}_metrics"], [
                BUILD / "bin" / f"causeway-{service}", "--listen", self.address(service),
                "--metrics", self.address(f"{service}_metrics"), "--controller", self.address("controller"),
                "--kafka", self.address("kafka"), "--replica", f"{service}-1", "--state-dir", STATE / f"{service}-1"])

    def _daemon(self, name, port_names, command, ready=None):
        return Daemon(name, command, [self.port(port) for port in port_names],
                      STATE / "run" / f"{name}.pid", STATE / "log" / f"{name}.log", ready)


_SETTINGS = STATE / "settings.json"
_LOCK = STATE / "lock"


@contextlib.contextmanager
def locked():
    """One `up` or `down` of this checkout at a time."""
    STATE.mkdir(exist_ok=True)
    with _LOCK.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Failure("another deploy/local/up or down of this checkout is at work", remedy="Wait until it has ended.")
        yield
