"""deploy/compose.yaml, started as on a laptop (product.md K6)."""

import json
import os
import pathlib
import unittest

from chart import CHECKOUT
from cluster import EGRESS, INGRESS, wait_for
from compose import Compose

SERVICES = ("kafka", "sandbox", "controller", "ingress", "egress")
CTL = pathlib.Path(os.environ.get("CAUSEWAY_BIN", CHECKOUT / "build" / "bin")) / "causewayctl"


class ComposeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.composed = Compose()
        cls.addClassCleanup(cls.composed.close)
        cls.composed.compose("up", "-d")

    def workflow(self, name):
        """As a program on the laptop sees it, through the published port."""
        return json.loads(self.composed.run(CTL, "--server", self.composed.server, "workflows", "get", name, "-o", "json"))

    def assertBothSidesBecomeEqual(self):
        for name in (INGRESS, EGRESS):
            wait_for(lambda: self.workflow(name)["status"] == "STATUS_RUNNING", f"{name} runs")
        contacts = self.composed.call("compare", "--until-equal", "2m")
        events = self.composed.call("compare-events", "--until-equal", "2m")
        self.assertEqual((contacts["different"], events["different"]), (0, 0))
        self.assertGreaterEqual(contacts["compared"], 10_000)
        return events["compared"]

    def test_K6_contacts_and_events_cross(self):
        before = self.assertBothSidesBecomeEqual()
        self.composed.call("change", '{"contacts": 100}')
        self.composed.call("emit", '{"events": 50}')
        self.assertGreater(self.assertBothSidesBecomeEqual(), before)

    def test_K6_stopped_and_removed_it_goes_on_with_its_volumes(self):
        self.assertBothSidesBecomeEqual()
        self.composed.compose("stop")
        self.assertEqual({service: self.composed.exit_code(service) for service in SERVICES}, dict.fromkeys(SERVICES, 0))
        self.composed.compose("down")
        self.composed.compose("up", "-d")
        self.composed.call("change", '{"contacts": 100}')
        self.assertBothSidesBecomeEqual()


if __name__ == "__main__":
    unittest.main()
