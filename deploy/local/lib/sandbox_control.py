"""The sandbox's control API (services/sandbox/README.md): one POST a verb, JSON in and out."""

import json
import urllib.error
import urllib.request

from terminal import Failure


class SandboxControl:
    def __init__(self, installation):
        self._url = f"http://{installation.address('sandbox')}/control/"

    def counts(self):
        """{"contacts": rows of Dynamics 365's contact table, "profiles": records of Campaign's}."""
        return self.call("counts")

    def seed(self, contacts, inactive_share):
        self.call("seed", contacts=contacts, inactive_share=inactive_share)

    def compare(self):
        """{"compared": n, "different": n, "examples": [some of the latter]}."""
        return self.call("compare")

    def call(self, verb, timeout=120, **arguments):
        request = urllib.request.Request(
            self._url + verb, data=json.dumps(arguments).encode(), headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=timeout) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as refused:
            raise Failure(f"the sandbox refused {verb}", refused.read().decode(errors="replace"))
        except OSError as unreachable:
            raise Failure(f"the sandbox can't be reached: {unreachable}", remedy="Start it: deploy/local/up")
