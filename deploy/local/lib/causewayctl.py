"""What `up` asks of the installation, through its own command line."""

import json
import subprocess

from terminal import Failure

INGRESS = "organizations/contoso/instances/stage/workflows/ingress"
EGRESS = "organizations/contoso/instances/stage/workflows/egress"


class Causewayctl:
    def __init__(self, installation):
        self._program = str(installation.program("causewayctl"))
        self._environment = installation.environment()

    def apply(self, definitions):
        self._run("definitions", "apply", "-f", str(definitions))

    def start(self, name=INGRESS):
        self._run("workflows", "start", name)

    def workflow(self, name=INGRESS):
        """The workflow as it is now: causeway.v1.Workflow in JSON."""
        return json.loads(self._run("workflows", "get", name, "-o", "json"))

    def _run(self, *arguments):
        done = subprocess.run([self._program, *arguments], env=self._environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"causewayctl {' '.join(arguments)} failed", done.stderr or done.stdout,
                          "Ask again by hand: deploy/local/ctl " + " ".join(arguments))
        return done.stdout
