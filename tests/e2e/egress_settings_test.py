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
        for method in ("POST", "PATCH"):  # Many at once, and one by itself.
            self.rig.control("fail", system="dynamics365", method=method, seconds=3600)
        self.rig.control("emit", events=200)
        wait_for(lambda: self.rig.backlog(EGRESS) == 200, "they are queued")
        self.rig.stop(EGRESS)
        self.configure(opens=False)
        opens = self.compare(types="open")["missing"]
        self.rig.control("heal")
        self.rig.start(EGRESS)
        # What was answered with an error may still be carried out: it is repeated only when the request can't land any more.
        self.assertEqual(self.wait_until_all_crossed(180, types="send,click,bounce")["compared"], 200 - opens)

    def test_E3_W6_another_address_of_the_journal_is_a_position_that_expired(self):
        self.rig.control("emit", events=50)
        self.wait_until_all_crossed()
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=50)
        gaps = int(self.rig.workflow(EGRESS)["sourceGaps"])
        # All that the journal keeps is read again, and once more on the way back.
        self.expect_events_again(100, 4 * self.rig.control("counts")["events"])
        self.addCleanup(self.read_all_again, gaps + 2)
        # Another registration of the same integration.
        self.configure(journal_url=self.rig.addresses()["journal_url"].replace("/3f0c1a52", "/7b21e4d0"))
        self.rig.start(EGRESS)
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 100, "nothing is missed, nothing is doubled")
        self.assertEqual(int(self.rig.workflow(EGRESS)["sourceGaps"]), gaps + 1)
        audited = [line for line in self.rig.ctl("audit", "list").splitlines() if "another address" in line]
        self.assertEqual(len(audited), 1, audited)

    def read_all_again(self, gaps):
        self.restart()
        wait_for(lambda: int(self.rig.workflow(EGRESS)["sourceGaps"]) == gaps, "the former address is another one too")
        self.rig.wait_until_following(EGRESS)
        self.wait_until_all_crossed()

    def test_E6_tables_and_columns_may_have_other_names(self):
        self.configure(tables=ONE_TABLE)
        self.restart()
        self.rig.wait_for_status("RUNNING", EGRESS)
        usual = self.rig.control("counts")["activities"]["adobe_emailsend"]
        self.expect_events_again(0, 2 * 50)
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
                     {"table": "adobe_emailbounce", "column": "adobe_bouncedon"}):
            self.rig.control("schema", **what, there=0)
            self.addCleanup(self.rig.control, "schema", **what, there=1)
        failure = self.failure_at_start()
        self.assertEqual(failure["code"], "CW-EGR-TABLE")
        for name in ("adobe_emailopen", "adobe_emailclick", "adobe_trackingurl", "adobe_emailbounce", "adobe_bouncedon"):
            self.assertIn(name, failure["message"])
        self.assertNotIn("adobe_emailsend", failure["message"])

    def failure_at_start(self):
        self.restart()
        self.rig.wait_for_status("FAILED", EGRESS)
        return self.rig.workflow(EGRESS)["failure"]


class FirstStart:
    """Egress that has never been started, and a journal that holds events of before and after a moment."""

    contacts = 20
    begin = "now"
    kept = 0

    @classmethod
    def setUpClass(cls):
        super(EgressCase, cls).setUpClass()
        cls.rig.egress = cls.rig.replica("egress", 1).start()

    def setUp(self):
        super(EgressCase, self).setUp()

    def test_E3_it_begins_where_it_is_told(self):
        before = self.rig.control("counts")["events"]
        self.rig.control("emit", events=50)
        moment = self.after_a_millisecond()
        self.rig.control("emit", events=50)
        self.configure(start_from=self.begin, start_time=moment)
        self.rig.start(EGRESS)
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.rig.wait_until_following(EGRESS)
        self.rig.control("emit", events=50)
        self.since = before + 100 - self.kept
        self.assertEqual(self.wait_until_all_crossed()["compared"], self.kept + 50)
        self.since = before
        self.assertEqual(self.compare()["missing"], 100 - self.kept, "what was before is left alone")

    def after_a_millisecond(self):
        """The present in whole milliseconds, as events have it, once it is later than every event so far."""
        def now():
            return datetime.datetime.now(datetime.timezone.utc)
        last = now() + datetime.timedelta(milliseconds=2)
        return wait_for(lambda: (moment := now()) > last and moment.isoformat(timespec="milliseconds"), "a later moment", every=0.001)


class FirstStartNowTest(FirstStart, EgressCase):
    pass


class FirstStartAtATimeTest(FirstStart, EgressCase):
    begin = "time"
    kept = 50


class FirstStartAtTheOldestTest(FirstStart, EgressCase):
    begin = "oldest"
    kept = 100


if __name__ == "__main__":
    unittest.main(verbosity=2)
