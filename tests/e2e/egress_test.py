"""E-mail events become activities, each exactly once (product.md E)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import EGRESS, wait_for


class EgressTest(RigCase):
    contacts = 200
    lost = 0  # Events that the journal dropped before they were read: their activities are missing for ever.

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.egress = cls.rig.replica("egress", 1).start()
        cls.rig.start(EGRESS)
        cls.rig.wait_for_status("RUNNING", EGRESS)
        # Its reader has found the journal's end: what happens from now on is to become activities.
        wait_for(lambda: "following" in str(cls.rig.workflow(EGRESS).get("tables")), "the reader is at the journal's end")

    def setUp(self):
        super().setUp()
        if not self.rig.egress.running():
            self.rig.egress.start()
        if self.rig.status(EGRESS) in ("STOPPED", "FAILED"):
            self.rig.start(EGRESS)
        self.rig.wait_for_status("RUNNING", EGRESS)

    def wait_until_all_crossed(self, seconds=60):
        compared = {}

        def equal():
            compared.update(self.rig.control("compare-events"))
            return compared["different"] == compared["missing"] == self.lost and self.rig.backlog(EGRESS) == 0
        try:
            wait_for(equal, "every event has its activity", seconds, every=0.3)
        except AssertionError:
            raise AssertionError(f"{compared}\n{self.rig.summary(EGRESS)}") from None
        return compared

    def test_E1_E4_each_event_becomes_one_activity(self):
        self.rig.control("emit", events=500, duplicates=0.2)
        self.assertGreater(self.wait_until_all_crossed()["compared"], 300)

    def test_E5_what_concerns_nobody_is_counted_and_skipped(self):
        before = self.skipped()
        self.rig.control("emit", events=200, unknown=0.3, anonymous=0.3, other=0.3)
        self.wait_until_all_crossed()
        wait_for(lambda: self.skipped() > before, "they are counted")
        self.assertEqual(self.rig.status(EGRESS), "RUNNING")

    def skipped(self):
        return sum(int(table["skipped"]) for table in self.rig.workflow(EGRESS)["tables"])

    def test_E4_lost_answers_make_no_second_activity(self):
        self.rig.control("break", how="lose-answer", system="dynamics365", method="POST", share=0.5, seconds=3)
        self.rig.control("emit", events=500)
        self.assertEqual(self.wait_until_all_crossed()["doubled"], 0)

    def test_E4_a_service_that_is_killed_loses_and_doubles_nothing(self):
        self.rig.control("emit", rate=200, seconds=4)
        for _ in range(2):
            wait_for(lambda: self.rig.backlog(EGRESS) > 0 or self.rig.control("counts")["running"] == 0, "events on their way")
            self.rig.egress.kill()
            self.rig.egress.start()
        wait_for(lambda: self.rig.control("counts")["running"] == 0, "the last event")
        self.assertEqual(self.wait_until_all_crossed(90)["doubled"], 0)

    def test_E3_a_gap_is_told_and_reading_goes_on(self):
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=50)
        self.rig.control("expire-events", events=1_000_000)
        type(self).lost += 50
        self.rig.start(EGRESS)
        note = wait_for(lambda: [condition for condition in self.rig.workflow(EGRESS).get("conditions", [])
                                 if condition["code"] == "CW-JRN-GAP"], "the gap")
        self.assertIn("UTC", note[0]["message"])
        audited = wait_for(lambda: [line for line in self.rig.ctl("audit", "list").splitlines() if "CW-JRN-GAP" in line],
                           "the gap in the audit trail")
        self.assertEqual(len(audited), 1, audited)
        self.assertIn("gap", audited[0])
        self.assertEqual(int(self.rig.workflow(EGRESS)["sourceGaps"]), 1)
        self.rig.control("emit", events=50)
        self.wait_until_all_crossed()

    def test_E3_tokens_that_expire_and_throttling_hold_nothing_up_for_good(self):
        self.rig.control("expire-tokens", system="all")
        self.rig.control("throttle", system="dynamics365", share=0.5, seconds=2, retry_after=1)
        self.rig.control("emit", events=200)
        self.wait_until_all_crossed()

    def test_E6_a_missing_privilege_fails_it_by_name(self):
        self.rig.control("privilege", table="adobe_emailsend", what="create", granted=0)
        self.addCleanup(self.rig.control, "privilege", table="adobe_emailsend", what="create", granted=1)
        self.rig.stop(EGRESS)
        self.rig.start(EGRESS)
        self.rig.wait_for_status("FAILED", EGRESS)
        failure = self.rig.workflow(EGRESS)["failure"]
        self.assertEqual(failure["code"], "CW-DYN-PRIVILEGE")
        self.assertIn("prvCreateActivity", failure["message"])

    def test_E6_a_table_that_is_gone_fails_it_by_name(self):
        self.rig.control("schema", table="adobe_emailopen", there=0)
        self.addCleanup(self.rig.control, "schema", table="adobe_emailopen", there=1)
        self.rig.stop(EGRESS)
        self.rig.start(EGRESS)
        self.rig.wait_for_status("FAILED", EGRESS)
        failure = self.rig.workflow(EGRESS)["failure"]
        self.assertEqual(failure["code"], "CW-EGR-TABLE")
        self.assertIn("adobe_emailopen", failure["message"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
