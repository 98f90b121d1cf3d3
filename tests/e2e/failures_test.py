"""What a person has to repair, and what only has to be waited for (product.md W5, I17, R3, R4)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import wait_for

WORKFLOW = "organizations/contoso/instances/stage/workflows/ingress"
MAPPING = f"{WORKFLOW}/tableMappings/contact"


class FailuresTest(RigCase):
    def failure(self):
        self.rig.wait_for_status("FAILED")
        failure = self.rig.workflow()["failure"]
        for part in ("message", "remedy", "time"):
            self.assertTrue(failure[part], failure)
        return failure

    def again(self):
        self.rig.stop()
        self.rig.start()

    def goes_on(self):
        """Once repaired, Start is all that it takes, and what happened meanwhile arrives."""
        self.rig.control("change", contacts=20)
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.rig.wait_until_equal()

    def schema(self, **what):
        self.rig.control("schema", **what, there=0)
        self.addCleanup(self.rig.control, "schema", **what, there=1)

    def test_I17_a_column_that_is_gone_fails_it_by_name(self):
        self.schema(table="contact", column="middlename")
        self.again()
        failure = self.failure()
        self.assertEqual(failure["code"], "CW-DYN-COLUMN", failure)
        self.assertIn("middlename", failure["subject"] + failure["message"])
        self.rig.control("schema", table="contact", column="middlename", there=1)
        self.goes_on()

    def test_I17_a_table_that_is_gone_fails_it_by_name(self):
        self.schema(table="contact")
        self.again()
        failure = self.failure()
        self.assertEqual(failure["code"], "CW-DYN-TABLE", failure)
        self.assertIn("contact", failure["subject"] + failure["message"])
        self.rig.control("schema", table="contact", there=1)
        self.goes_on()

    def test_I17_a_column_that_goes_while_it_runs_fails_it_and_loses_nothing(self):
        self.schema(table="contact", column="salutation")
        self.rig.control("change", contacts=20)
        failure = self.failure()
        self.assertEqual(failure["code"], "CW-DYN-COLUMN", failure)
        self.assertIn("salutation", failure["subject"] + failure["message"])
        self.rig.control("schema", table="contact", column="salutation", there=1)
        self.goes_on()

    def test_I17_a_resource_that_is_gone_fails_it_by_name(self):
        self.schema(resource="profile")
        self.again()
        failure = self.failure()
        self.assertEqual(failure["code"], "CW-CAM-RESOURCE", failure)
        self.assertIn("profile", failure["subject"] + failure["message"])
        self.rig.control("schema", resource="profile", there=1)
        self.goes_on()

    def test_W5_change_tracking_that_is_off_fails_it(self):
        self.rig.control("schema", table="contact", change_tracking=0)
        self.addCleanup(self.rig.control, "schema", table="contact", change_tracking=1)
        self.again()
        self.assertEqual(self.failure()["code"], "CW-DYN-TRACKING")
        self.rig.control("schema", table="contact", change_tracking=1)
        self.goes_on()

    def test_W5_a_wrong_secret_of_dynamics_fails_it(self):
        right = self.rig.addresses()["dynamics365_client_secret"]
        self.rig.control("secret", system="dynamics365", secret="rotated")
        self.addCleanup(self.rig.control, "secret", system="dynamics365", secret=right)
        self.rig.control("expire-tokens", system="dynamics365")
        self.assertEqual(self.failure()["code"], "CW-DYN-CREDENTIALS")
        self.rig.control("secret", system="dynamics365", secret=right)
        self.goes_on()

    def test_W5_an_unknown_column_in_a_mapping_fails_it_by_name(self):
        mapping = self.rig.grpc("causeway.v1.TableMappingService/GetTableMapping", {"name": MAPPING})[0]
        self.map(mapping["fields"] + [{"sourceColumn": "contoso_nosuch", "targetField": "timeZone"}])
        self.addCleanup(self.map, mapping["fields"])
        self.again()
        failure = self.failure()
        self.assertIn("contoso_nosuch", failure["subject"] + failure["message"])
        self.map(mapping["fields"])
        self.goes_on()

    def map(self, fields):
        self.rig.grpc("causeway.v1.TableMappingService/UpdateTableMapping", {
            "tableMapping": {"name": MAPPING, "fields": fields}, "updateMask": "fields"})

    def test_W5_an_outage_of_dynamics_is_a_condition_and_passes(self):
        self.rig.control("fail", system="dynamics365", seconds=60)
        degraded = wait_for(lambda: self.condition("Degraded"), "Degraded")
        self.assertEqual(degraded["code"], "CW-DYN-UNAVAILABLE")
        self.assertTrue(degraded["message"])
        self.assertTrue(degraded["since"])
        self.assertEqual(self.rig.status(), "RUNNING")
        self.rig.control("change", contacts=20)
        self.rig.control("heal")
        self.rig.wait_until_equal()
        wait_for(lambda: not self.condition("Degraded"), "Degraded is over", 30)

    def condition(self, kind):
        return next((condition for condition in self.rig.workflow().get("conditions", []) if condition["type"] == kind), None)

    def test_R4_the_reader_pauses_when_the_queue_is_full_and_says_so(self):
        self.limit(100_000)
        self.addCleanup(self.limit, 0)
        self.again()
        self.rig.wait_for_status("RUNNING")
        self.rig.control("fail", system="campaign", method="POST", seconds=600)
        self.rig.control("seed", contacts=3000)
        paused = wait_for(lambda: self.condition("ReaderPaused"), "ReaderPaused")
        self.assertEqual(paused["code"], "CW-LOG-FULL")
        self.assertIn("100000", paused["message"].replace(",", ""))
        self.assertEqual(self.rig.status(), "RUNNING")
        self.rig.control("heal")
        self.rig.wait_until_equal(120)
        wait_for(lambda: not self.condition("ReaderPaused"), "reading goes on", 30)

    def limit(self, queued_bytes):
        self.rig.grpc("causeway.v1.WorkflowService/UpdateWorkflow", {
            "workflow": {"name": WORKFLOW, "settings": {"pageSize": 100, "maxQueuedBytes": queued_bytes}},
            "updateMask": "settings.pageSize,settings.maxQueuedBytes"})


if __name__ == "__main__":
    unittest.main(verbosity=2)
