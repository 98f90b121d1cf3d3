"""Records cross: each once, with no more engine calls than needed, whatever they hold (product.md I, R2)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import wait_for

INSTANCE = "organizations/contoso/instances/stage"


class RecordsTest(RigCase):
    contacts = 2000

    def put(self, **values):
        return self.rig.control("put", values=values)["id"]

    def profile(self, contact):
        return self.rig.control("profile", external_id=contact)

    def calls_since(self, before):
        now = self.rig.calls()
        return {kind: now[kind] - before[kind] for kind in now if now[kind] != before[kind]}

    def test_I3_the_first_run_brought_everything_once(self):
        calls = self.rig.calls()
        self.assertGreaterEqual(calls["inserts"], self.contacts)
        self.assertEqual(calls["duplicates"], 0)
        self.assertEqual(self.rig.control("compare")["doubled"], 0)

    def test_I16_one_call_each_and_none_for_what_is_unchanged(self):
        before = self.rig.calls()
        contact = self.put(firstname="Ada", lastname="Lovelace", emailaddress1="ada@contoso.example")
        wait_for(lambda: self.profile(contact)["found"], "the insert")
        self.assertEqual(self.calls_since(before), {"inserts": 1})

        before = self.rig.calls()
        self.rig.control("put", id=contact, values={"lastname": "King"})
        wait_for(lambda: self.profile(contact)["profile"]["lastName"] == "King", "the update")
        self.assertEqual(self.calls_since(before), {"updates": 1})

        before = self.rig.calls()
        unchanged = self.unchanged()
        self.rig.control("put", id=contact, values={"jobtitle": "Countess"})  # Not mapped.
        wait_for(lambda: self.unchanged() > unchanged, "the unchanged record")
        self.assertEqual(self.calls_since(before), {})

        before = self.rig.calls()
        self.rig.control("delete", id=contact)
        wait_for(lambda: not self.profile(contact)["found"], "the deletion")
        self.assertEqual(self.calls_since(before), {"deletes": 1})

    def unchanged(self):
        return sum(int(table["unchanged"]) for table in self.rig.workflow()["tables"])

    def test_I15_what_is_written_last_is_what_was_last(self):
        contact = self.put(lastname="0")
        for number in range(1, 40):
            self.rig.control("put", id=contact, values={"lastname": str(number)})
        wait_for(lambda: self.profile(contact).get("profile", {}).get("lastName") == "39", "the last value")
        self.rig.wait_until_equal()

    def test_I4_a_date_that_is_emptied_is_emptied_there_too(self):
        contact = self.put(lastname="Lovelace", birthdate="1753-01-01")
        wait_for(lambda: self.profile(contact)["found"], "the insert")
        self.assertEqual(self.profile(contact)["profile"]["birthDate"], "1753-01-01")
        self.rig.control("put", id=contact, values={"birthdate": None})
        wait_for(lambda: self.profile(contact)["profile"]["birthDate"] == "", "the update")

    def test_I12_a_replay_writes_over_what_was_changed_by_hand(self):
        contact = self.put(lastname="Hopper")
        wait_for(lambda: self.profile(contact)["found"], "the record")
        entity = self.rig.campaign("GET", f"{self.rig.profiles_url()}/byExternalId?externalId_parameter={contact}")["content"][0]
        self.rig.campaign("PATCH", entity["href"], {"lastName": "By hand"})
        self.rig.ctl("mappings", "replay", "contoso/stage/contact")
        self.rig.ctl("mappings", "replay", "contoso/stage/contact")  # Asked for twice, it happens once.
        self.assertIn("replay scheduled", self.rig.ctl("mappings", "list"))
        self.assertTrue(self.rig.workflow()["pendingChanges"])
        self.assertEqual(self.rig.control("compare")["different"], 1, "nothing happens before the next start")
        self.rig.stop()
        before = self.rig.calls()
        self.rig.start()
        compared = self.rig.wait_until_equal(120)["compared"]
        wait_for(lambda: "Rereading" not in self.rig.conditions() and self.rig.backlog() == 0, "the replay's end")
        self.assertNotIn("replay scheduled", self.rig.ctl("mappings", "list"))
        self.assertEqual(self.calls_since(before).get("updates"), compared)
        self.assertNotIn("inserts", self.calls_since(before))
        self.rig.stop()
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.rig.control("put", id=contact, values={"lastname": "Murray"})
        wait_for(lambda: self.profile(contact)["profile"]["lastName"] == "Murray", "a change after it")
        self.assertEqual(self.calls_since(before).get("updates"), compared + 1, "a replay happens once")

    def test_R2_a_refused_record_is_a_dead_letter_and_the_rest_goes_on(self):
        self.rig.expect_dead_letters(1)
        bad = self.put(lastname="Refused by Campaign", emailaddress1="nobody")
        self.addCleanup(self.rig.control, "delete", id=bad)
        good = self.put(firstname="Grace", lastname="Hopper")
        wait_for(lambda: self.profile(good)["found"], "the good record")
        letters = wait_for(lambda: [letter for letter in self.rig.dead_letters() if letter["sourceId"] == bad], "the dead letter")
        self.assertEqual(letters[0]["code"], "CW-CAM-REFUSED")
        self.assertTrue(letters[0]["message"])
        self.assertTrue(letters[0]["remedy"])
        self.assertGreaterEqual(letters[0]["attempts"], 1)
        self.assertEqual(letters[0].get("row", ""), "", "a list shows no personal data")
        self.assertEqual(self.rig.status(), "RUNNING")
        self.rig.control("put", id=bad, values={"emailaddress1": "somebody@contoso.example"})
        wait_for(lambda: self.profile(bad)["found"], "the corrected record")
        self.rig.wait_until_equal()

    def test_R1_lost_answers_make_no_second_profile(self):
        self.rig.control("break", how="lose-answer", system="campaign", method="POST", share=0.3, seconds=8)
        self.rig.control("seed", contacts=300)
        comparison = self.rig.wait_until_equal(120)
        self.assertEqual(comparison["doubled"], 0)

    def test_R3_throttling_is_obeyed_and_passes(self):
        self.rig.control("throttle", system="campaign", seconds=4, retry_after=1, share=0.5)
        self.rig.control("change", contacts=500)
        self.rig.wait_until_equal(120)

    def test_R2_pages_of_something_in_between_are_no_answers(self):
        self.rig.control("break", how="html", system="both", share=0.3, seconds=4)
        self.rig.control("change", contacts=200)
        self.rig.wait_until_equal(120)
        self.assertEqual(self.rig.status(), "RUNNING")

    def test_R2_cut_answers_are_no_answers(self):
        self.rig.control("break", how="cut-answer", system="both", share=0.2, seconds=4)
        self.rig.control("change", contacts=200)
        self.rig.control("seed", contacts=50)
        self.assertEqual(self.rig.wait_until_equal(120)["doubled"], 0)

    def test_I3_an_expired_delta_link_reads_again_and_costs_nothing(self):
        before = self.rig.calls()
        self.rig.control("delete", contacts=20)
        self.rig.control("expire-delta-tokens")
        self.rig.wait_until_equal(120)
        wait_for(lambda: "Rereading" not in self.rig.conditions(), "the pass's end")
        self.assertEqual(self.calls_since(before), {"deletes": 20})

    def test_R1_tokens_that_expire_are_renewed(self):
        self.rig.control("expire-tokens", system="both")
        self.rig.control("change", contacts=50)
        self.rig.wait_until_equal()

    def test_I15_records_that_moved_are_written_and_deleted_where_they_are(self):
        """As after a migration of Campaign: the PKeys that were learned are another instance's, or nobody's."""
        for old_pkey in ("foreign", "gone"):
            with self.subTest(old_pkey):
                changed, deleted = self.put(lastname="Lovelace"), self.put(lastname="Byron")
                wait_for(lambda: self.profile(changed)["found"] and self.profile(deleted)["found"], "the inserts")
                inserts = self.rig.calls()["inserts"]
                for contact in (changed, deleted):
                    self.rig.control("move-record", key=contact, old_pkey=old_pkey)
                self.rig.control("put", id=changed, values={"lastname": "King"})
                self.rig.control("delete", id=deleted)
                wait_for(lambda: self.profile(changed)["profile"]["lastName"] == "King", "the update")
                wait_for(lambda: not self.profile(deleted)["found"], "the deletion")
                self.assertEqual(self.rig.calls()["inserts"], inserts)

    def reach_campaign_at(self, url):
        self.rig.stop()
        self.rig.grpc("causeway.v1.ConnectionService/UpdateConnection", {
            "connection": {"name": f"{INSTANCE}/connections/campaign", "campaign": {"url": url}}, "updateMask": "campaign.url"})

    def test_I16_another_address_of_the_same_campaign_costs_a_few_look_ups(self):
        changed, deleted = self.put(lastname="Lovelace"), self.put(lastname="Byron")
        self.rig.wait_until_equal()
        url = self.rig.addresses()["campaign_url"]
        self.addCleanup(self.rig.start)
        self.addCleanup(self.reach_campaign_at, url)
        before = self.rig.calls()
        self.reach_campaign_at(url.replace("127.0.0.1", "localhost"))
        self.rig.control("put", id=changed, values={"lastname": "King"})
        self.rig.control("delete", id=deleted)
        self.rig.start()
        wait_for(lambda: self.profile(changed)["profile"]["lastName"] == "King", "the update")
        wait_for(lambda: not self.profile(deleted)["found"], "the deletion")
        self.assertNotIn("Rereading", self.rig.conditions())
        calls = {kind: count for kind, count in self.calls_since(before).items() if kind != "metadata"}
        self.assertEqual(calls, {"lookups": 11, "updates": 1, "deletes": 1})

    def test_I14_a_profile_of_somebody_else_is_never_touched(self):
        theirs = self.rig.campaign("POST", self.rig.profiles_url(), {"lastName": "Not from Dynamics", "email": "alone@contoso.example"})
        self.addCleanup(self.rig.campaign, "DELETE", theirs["href"])
        before = self.rig.campaign("GET", theirs["href"])
        self.rig.control("change", contacts=50)
        self.rig.control("expire-delta-tokens")
        self.rig.wait_until_equal(120)
        wait_for(lambda: "Rereading" not in self.rig.conditions(), "the pass's end")
        self.assertEqual(self.rig.campaign("GET", theirs["href"]), before)


if __name__ == "__main__":
    unittest.main(verbosity=2)
