"""E-mail events become activities, each exactly once (product.md E2–E5). What can be configured is in egress_settings_test.py."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import EgressCase
from rig import EGRESS, wait_for

TYPES = ("send", "open", "click", "bounce")


class EgressTest(EgressCase):
    def test_E2_E4_each_event_becomes_one_activity_with_what_it_says(self):
        # A tenth of the second half, at least, comes when its batch is gone; each refused once with its batch and once by itself.
        self.expect_events_again(15, 2 * (60 + 150) + 100)
        self.rig.control("emit", events=300, duplicates=0.2)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 300)
        # What comes again now is not in the queue any more: only its id tells that it was there.
        self.rig.control("emit", events=300, late=0.5)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 600)
        # What is read and written is drained, though only the journal has a position.
        self.rig.ctl("workflows", "watch", EGRESS, "--until-drained", "--timeout", "30")

    def test_E5_what_concerns_nobody_is_counted_and_skipped(self):
        for which, tables, reason in (("unknown", TYPES, "contact-gone"), ("anonymous", TYPES, "no-contact-id"),
                                      ("seeds", TYPES, "seed-or-proof"), ("other", ("other",), "other-type")):
            with self.subTest(which):
                before, why_before = self.skipped(), self.skipped_by_reason()
                self.rig.control("emit", events=100, **{which: 1})

                def counted():
                    now = self.skipped()
                    return {table: now.get(table, 0) - before.get(table, 0) for table in now}
                wait_for(lambda: sum(counted().values()) >= 100, "they are counted")
                self.assertEqual(sum(counted()[table] for table in tables), 100, counted())
                self.assertEqual(sum(counted().values()), 100, counted())
                self.assertEqual(self.skipped_by_reason()[reason] - why_before.get(reason, 0), 100)
                self.assertIn(reason.replace("-", " "), self.rig.summary(EGRESS))
        self.assertEqual(self.wait_until_all_crossed()["compared"], 0)
        self.assertEqual(self.rig.status(EGRESS), "RUNNING")

    def test_E5_events_of_a_deleted_contact_are_skipped(self):
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=200)
        self.rig.control("delete", contacts=20)
        left = self.compare()["missing"]
        self.assertLess(left, 200)
        self.rig.start(EGRESS)
        self.assertEqual(self.wait_until_all_crossed()["compared"], left)
        wait_for(lambda: sum(self.skipped().values()) >= 200 - left, "the others are counted")
        self.assertEqual(sum(self.skipped().values()), 200 - left, self.skipped())
        self.assertEqual(self.rig.status(EGRESS), "RUNNING")

    def test_E3_events_larger_than_usual_hold_nothing_up(self):
        self.rig.control("emit", events=20, bytes=200_000)
        self.rig.control("emit", events=2, bytes=2_000_000)
        self.rig.control("emit", events=20)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 42)

    def test_E3_an_event_too_large_for_the_queue_is_a_dead_letter(self):
        self.rig.expect_dead_letters(1, EGRESS)
        self.rig.control("emit", events=1, bytes=9_000_000)
        self.rig.control("emit", events=20)
        wait_for(lambda: "9000" in self.rig.ctl("dead-letters", "list", EGRESS), "the dead letter")
        wait_for(lambda: self.compare()["missing"] == 1, "the others have crossed")
        self.rig.ctl("workflows", "watch", EGRESS, "--until-drained", "--timeout", "30")
        self.assertEqual(self.compare()["different"], 1)
        self.assertEqual(self.rig.status(EGRESS), "RUNNING")

    def test_E4_lost_answers_make_no_second_activity(self):
        before = self.rig.control("heal")["hits"]
        self.expect_events_again(4, 4 * 400)
        self.rig.control("break", how="lose-answer", system="dynamics365", method="POST", count=4, seconds=60)
        self.rig.control("emit", events=500)
        # What may have been done is repeated only when the request can't land any more.
        self.assertEqual(self.wait_until_all_crossed(150)["compared"], 500)
        self.assertEqual(self.rig.control("heal")["hits"], before + 4, "answers were lost")

    def test_E4_a_service_that_is_killed_while_it_writes_loses_and_doubles_nothing(self):
        self.expect_events_again(0, 2 * 8 * 400)
        self.rig.control("delay", system="dynamics365", method="POST", milliseconds=1500, seconds=60)
        self.rig.control("emit", events=20_000)
        for _ in range(2):
            before = self.written()
            wait_for(lambda: self.written() > before and self.rig.backlog(EGRESS) > 0, "it writes, and has more to write", every=0.02)
            self.rig.egress.kill()
            self.rig.egress.start()
        self.rig.control("heal")
        self.assertEqual(self.wait_until_all_crossed(90)["compared"], 20_000)

    def written(self):
        return sum(self.rig.control("counts")["activities"].values())

    def test_E3_a_gap_is_told_and_reading_goes_on(self):
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=50)
        self.rig.control("expire-events", events=1_000_000)
        self.since += 50  # They are gone for ever.
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
        self.assertEqual(self.wait_until_all_crossed()["compared"], 50)

    def test_E3_tokens_that_expire_and_throttling_hold_nothing_up_for_good(self):
        self.rig.control("expire-tokens", system="all")
        self.rig.control("throttle", system="dynamics365", share=0.5, seconds=2, retry_after=1)
        self.rig.control("throttle", system="journal", share=0.5, seconds=2, retry_after=1)
        self.rig.control("emit", events=200)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 200)

    def test_R3_service_protection_is_obeyed(self):
        self.rig.stop()  # Ingress is the same user, and asks several times a second.
        self.addCleanup(self.rig.control, "limits", requests=6000, concurrent=52, window_seconds=300)
        for limits in ({"requests": 10, "concurrent": 52, "window_seconds": 2}, {"requests": 6000, "concurrent": 1, "window_seconds": 2}):
            with self.subTest(limits):
                self.since = self.rig.control("counts")["events"]
                refused = self.refused()
                self.rig.control("limits", **limits)
                # So that the requests meet one another.
                self.rig.control("delay", system="dynamics365", milliseconds=100, seconds=60)
                self.rig.control("emit", events=2_000)
                self.assertEqual(self.wait_until_all_crossed(120)["compared"], 2_000)
                self.assertGreater(self.refused(), refused, "the limit was reached")
                self.assertEqual(self.rig.status(EGRESS), "RUNNING")

    def refused(self):
        return sum(value for name, value in self.rig.metrics("egress-1").items()
                   if name.startswith("causeway_http_requests_total") and 'status="429"' in name)


if __name__ == "__main__":
    unittest.main(verbosity=2)
