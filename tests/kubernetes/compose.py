"""deploy/compose.yaml on podman, with images, volumes, networks and published ports of its own."""

import json
import os
import pathlib
import resource
import secrets
import shutil
import socket
import subprocess
import tempfile

from cluster import CommandError
from images import CHECKOUT, IMAGES, archives

STORAGE = """
[storage]
driver = "{driver}"
graphroot = "{folder}/images"
runroot = "{folder}/run"
"""
# podman raises limits, which a machine in a sandbox may refuse; cgroups need no systemd.
ENGINE = """
[containers]
default_ulimits = ["nofile={files}:{files}", "nproc={processes}:{processes}"]
log_driver = "k8s-file"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_config_dir = "{folder}/networks"
"""


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Compose:
    """`up` and whatever else podman-compose is told. server: where the laptop finds the controller."""

    def __init__(self):
        self._project = f"causeway-{secrets.token_hex(3)}"
        self._folder = pathlib.Path(tempfile.mkdtemp(prefix="causeway-compose.", dir="/var/tmp"))
        (self._folder / "networks").mkdir()
        self._environment = {name: value for name, value in os.environ.items() if not name.startswith("CAUSEWAY_")}
        ports = {variable: free_port() for variable in ("CAUSEWAY_PORT", "CAUSEWAY_SANDBOX_PORT")}
        self._environment.update({variable: str(port) for variable, port in ports.items()})
        self.server = f"127.0.0.1:{ports['CAUSEWAY_PORT']}"
        for variable, content in (("CONTAINERS_STORAGE_CONF", STORAGE), ("CONTAINERS_CONF", ENGINE)):
            file = self._folder / f"{variable}.conf"
            file.write_text(content.format(folder=self._folder, driver=os.environ.get("STORAGE_DRIVER", "overlay"),
                                           files=min(20_000, resource.getrlimit(resource.RLIMIT_NOFILE)[1]), processes=1_000))
            self._environment[variable] = str(file)
        for image in IMAGES:
            self.run("podman", "load", "--quiet", "--input", archives() / f"{image}.tar")

    def close(self):
        self.compose("down", "--volumes")
        self.run("podman", "network", "rm", f"{self._project}_default")
        # podman leaves the folder of overlay mounted onto itself.
        subprocess.run(["umount", self._folder / "images" / "overlay"], stderr=subprocess.DEVNULL)
        shutil.rmtree(self._folder)

    def compose(self, *words):
        return self.run("podman-compose", "--project-name", self._project, "--file", CHECKOUT / "deploy" / "compose.yaml", *words)

    def call(self, verb, *words):
        """The sandbox's control API; podman-compose says what it does around the answer."""
        said = self.compose("exec", "-T", "sandbox", "causeway-sandbox", "call", verb, *words)
        return json.loads(next(line for line in said.splitlines() if line.startswith("{")))

    def exit_code(self, service):
        return int(self.run("podman", "inspect", "--format", "{{.State.ExitCode}}", f"{self._project}_{service}_1"))

    def run(self, *command):
        """What it printed."""
        done = subprocess.run([*map(str, command)], env=self._environment, capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise CommandError([str(word) for word in command], done)
        return done.stdout
