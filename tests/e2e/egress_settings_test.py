"""What people choose for egress: types of events (product.md E1), where it begins (E3), tables and columns (E6)."""

import datetime
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import EgressCase
from rig import EGRESS, wait_for

ONE_TABLE = {"send": "contoso_mailing", "open": "contoso_mailing", "click": "contoso_mailing", "bounce": "contoso_mailing",
             "campaign_name_column": "contoso_campaign", "delivery_name_column": "contoso_delivery", "date_column": "contoso_when",
             "mirror_page_url_column": "contoso_page", "tracking_url_column": "contoso_link"}


class EgressSettingsTest(EgressCase):
    def test_E1_W6_W7_a_type_that_is_switched_off_becomes_nothing_from_the_next_start_on(self):
        self.configure(opens=False, clicks=False)
        self.assertTrue(self.rig.workflow(EGRESS)["pendingChanges"])
        self.rig.control("emit", events=100)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 100, "what runs goes on as it began")
        self.restart()
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.assertFalse(self.rig.workflow(EGRESS)["pendingChanges"])
        self.since += 100
        self.rig.control("emit", events=300)
        off = {name: self.compare(types=name)["missing"] for name in ("open", "click")}
        self.assertEqual(self.wait_until_all_crossed(types="send,bounce")["compared"], 300 - sum(off.values()))
        wait_for(lambda: {name: self.skipped().get(name) for name in off} == off, "the others are counted")

    def test_E1_what_is_queued_of_a_type_that_is_switched_off_is_skipped(self):
        self.rig.control("fail", system="dynamics365", method="POST", seconds=3600)
        self.rig.control("emit", events=200)
        wait_for(lambda: self.rig.backlog(EGRESS) == 200, "they are queued")
        self.rig.stop(EGRESS)
        self.configure(opens=False)
        opens = self.compare(types="open")["missing"]
        self.rig.control("heal")
        self.rig.start(EGRESS)
        self.assertEqual(self.wait_until_all_crossed(types="send,click,bounce")["compared"], 200 - opens)

    def test_E3_the_first_start_begins_where_it_is_told(self):
        for begin, kept in (("now", 0), ("time", 50), ("oldest", 100)):
            with self.subTest(begin):
                self.since = self.rig.control("counts")["events"]
                self.rig.stop(EGRESS)
                self.rig.control("expire-events", events=1_000_000)
                self.rig.control("emit", events=50)
                moment = self.after_a_millisecond()
                self.rig.control("emit", events=50)
                # Positions are kept by URL: under another one it is a first start.
                self.configure(journal_url=f"${{env:SANDBOX_JOURNAL_URL}}?begin={begin}", start_from=begin, start_time=moment)
                self.rig.start(EGRESS)
                self.rig.wait_for_status("RUNNING", EGRESS)
                self.rig.wait_until_following(EGRESS)
                before = self.since
                self.rig.control("emit", events=50)
                self.since = before + 100 - kept
                self.assertEqual(self.wait_until_all_crossed()["compared"], kept + 50)
                self.since = before
                self.assertEqual(self.compare()["missing"], 100 - kept, "what was before is left alone")

    def after_a_millisecond(self):
        """The present in whole milliseconds, as events have it, once it is later than every event so far."""
        def now():
            return datetime.datetime.now(datetime.timezone.utc)
        last = now() + datetime.timedelta(milliseconds=2)
        return wait_for(lambda: (moment := now()) > last and moment.isoformat(timespec="milliseconds"), "a later moment", every=0.001)

    def test_E6_tables_and_columns_may_have_other_names(self):
        self.configure(tables=ONE_TABLE)
        self.restart()
        self.rig.wait_for_status("RUNNING", EGRESS)
        usual = self.rig.control("counts")["activities"]["adobe_emailsend"]
        self.rig.control("emit", events=100, duplicates=0.2)
        self.assertEqual(self.wait_until_all_crossed(tables=ONE_TABLE)["compared"], 100)
        self.assertEqual(self.rig.control("counts")["activities"]["adobe_emailsend"], usual)

    def test_E6_a_missing_privilege_fails_it_by_name(self):
        self.rig.control("privilege", table="adobe_emailsend", what="create", granted=0)
        self.addCleanup(self.rig.control, "privilege", table="adobe_emailsend", what="create", granted=1)
        failure = self.failure_at_start()
        self.assertEqual(failure["code"], "CW-DYN-PRIVILEGE")
        self.assertIn("prvCreateActivity", failure["message"])

    def test_E6_all_that_is_wrong_with_the_tables_is_said_at_once(self):
        for what in ({"table": "adobe_emailopen"}, {"table": "adobe_emailclick", "column": "adobe_trackingurl"},
                     {"table": "adobe_emailbounce", "column": "adobe_date"}):
            self.rig.control("schema", **what, there=0)
            self.addCleanup(self.rig.control, "schema", **what, there=1)
        failure = self.failure_at_start()
        self.assertEqual(failure["code"], "CW-EGR-TABLE")
        for name in ("adobe_emailopen", "adobe_emailclick", "adobe_trackingurl", "adobe_emailbounce", "adobe_date"):
            self.assertIn(name, failure["message"])
        self.assertNotIn("adobe_emailsend", failure["message"])

    def failure_at_start(self):
        self.restart()
        self.rig.wait_for_status("FAILED", EGRESS)
        return self.rig.workflow(EGRESS)["failure"]


if __name__ == "__main__":
    unittest.main(verbosity=2)
