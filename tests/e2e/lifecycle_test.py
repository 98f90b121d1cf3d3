"""Start, stop, edit, fail: what people do with a workflow, and what its status says (product.md W)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import EGRESS, INGRESS, wait_for


class LifecycleTest(RigCase):
    def test_W3_stop_keeps_the_backlog_and_start_goes_on_there(self):
        self.rig.control("delay", system="campaign", seconds=60, milliseconds=400)
        self.rig.control("change", contacts=250)
        wait_for(lambda: self.rig.backlog() > 100, "a backlog")
        self.rig.stop()
        wait_for(self.backlog_is_of_now, "a backlog that was observed after the stop")
        left = self.rig.backlog()
        self.assertGreater(left, 0)
        calls = self.rig.calls()
        self.assertEqual(self.rig.backlog(), left, "what is stopped writes nothing")
        self.assertEqual(self.rig.calls(), calls)
        self.rig.control("heal")
        self.rig.start()
        self.rig.wait_until_equal()

    def backlog_is_of_now(self):
        workflow = self.rig.workflow()
        return workflow["backlog"]["observeTime"].rstrip("Z") > workflow["statusTime"].rstrip("Z")

    def test_W4_only_what_is_stopped_starts(self):
        self.assertRefused(4, "CW-API-STATE", "workflows", "start", INGRESS)
        self.rig.stop()
        self.assertRefused(4, "CW-API-STATE", "workflows", "stop", INGRESS)

    def test_W4_a_workflow_with_nothing_to_do_says_why(self):
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()
        self.addCleanup(self.rig.ctl, "definitions", "apply", "-f", path)
        self.addCleanup(path.write_text, before)
        text = before
        for event in ("sends", "opens", "clicks", "bounces"):
            text = text.replace(f"{event}: true", f"{event}: false")
        path.write_text(text)
        self.rig.ctl("definitions", "apply", "-f", path)
        said = self.assertRefused(4, "CW-WRK-NOTHING", "workflows", "start", EGRESS)
        self.assertIn("sends, opens, clicks and bounces", said)
        self.assertRefused(4, "CW-WRK-NOTHING", "workflows", "start", "contoso/stage/opt-in-out")

    def test_W2_without_a_service_it_waits_and_says_for_what(self):
        self.rig.stop()
        self.rig.ingress[0].stop()
        self.rig.start()
        self.assertEqual(self.rig.status(), "STARTING")
        wait_for(lambda: "no ingress service is connected" in self.rig.workflow()["waitingFor"], "what it waits for", 20)

    def test_W5_a_field_that_is_gone_fails_it_by_name_and_start_repairs(self):
        self.rig.control("schema", resource="profile", field="salutation", there=0)
        self.addCleanup(self.rig.control, "schema", resource="profile", field="salutation", there=1)
        self.rig.stop()
        self.rig.start()
        self.rig.wait_for_status("FAILED")
        failure = self.rig.workflow()["failure"]
        self.assertEqual(failure["code"], "CW-CAM-FIELD", failure)
        self.assertIn("salutation", failure["message"])
        self.assertTrue(failure["remedy"])
        self.rig.controller.kill()
        self.rig.controller.start()
        wait_for(lambda: self.rig.controller.running() and self.status_after_restart() == "FAILED", "it is still FAILED")
        self.rig.control("schema", resource="profile", field="salutation", there=1)
        self.rig.start()
        self.rig.wait_for_status("RUNNING")

    def status_after_restart(self):
        try:
            return self.rig.status()
        except Exception:
            return None

    def test_W5_a_wrong_secret_fails_it_and_a_right_one_repairs(self):
        self.rig.control("secret", system="campaign", secret="rotated")
        self.rig.control("expire-tokens", system="campaign")
        self.rig.control("change", contacts=5)
        self.rig.wait_for_status("FAILED")
        failure = self.rig.workflow()["failure"]
        self.assertEqual(failure["code"], "CW-CAM-CREDENTIALS", failure)
        self.rig.control("secret", system="campaign", secret="sandbox-campaign-secret")
        self.rig.start()
        self.rig.wait_until_equal()

    def test_W6_W7_edits_wait_for_stop_and_start(self):
        self.assertFalse(self.rig.workflow()["pendingChanges"])
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()
        self.addCleanup(path.write_text, before)
        path.write_text(before.replace("poll_interval: 0.3s", "poll_interval: 0.4s"))
        self.rig.ctl("definitions", "apply", "-f", path)
        workflow = self.rig.workflow()
        self.assertTrue(workflow["pendingChanges"])
        self.assertEqual(workflow["status"], "STATUS_RUNNING")
        self.rig.stop()
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.assertFalse(self.rig.workflow()["pendingChanges"])

    def test_W5_a_passing_outage_is_a_condition_and_no_failure(self):
        self.rig.control("fail", system="campaign", seconds=60)
        self.rig.control("change", contacts=10)
        wait_for(lambda: "Degraded" in self.rig.conditions(), "Degraded")
        self.assertEqual(self.rig.status(), "RUNNING")
        self.rig.control("heal")
        self.rig.wait_until_equal()
        wait_for(lambda: "Degraded" not in self.rig.conditions(), "Degraded is over", 30)

    def test_W11_the_audit_trail_tells_who_did_what(self):
        self.rig.stop()
        entries = self.rig.ctl("audit", "list")
        self.assertIn("stop", entries)
        self.assertIn("start", entries)
        self.assertIn("create", entries)


if __name__ == "__main__":
    unittest.main(verbosity=2)
