"""Faults that people met in the field, each brought about by a command of the sandbox: nobody's record is lost to one."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import EgressCase, RigCase
from rig import EGRESS, INGRESS, CtlError, wait_for


class IngressFaultsTest(RigCase):
    contacts = 300

    def put(self, **values):
        return self.rig.control("put", values=values)["id"]

    def profile(self, contact):
        return self.rig.control("profile", external_id=contact).get("profile", {})

    def wait_for_name(self, contact, name):
        wait_for(lambda: self.profile(contact).get("lastName") == name, f"{name} in Campaign")

    def dead_letters(self, workflow=INGRESS):
        return self.rig.ctl("dead-letters", "list", workflow)

    def edit(self, *replacements):
        """Stops the workflow and edits the definition, until the test ends; nothing is started."""
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()

        def apply(definition):
            if self.rig.status() not in ("STOPPED", "FAILED"):
                self.rig.stop()
            path.write_text(definition)
            self.rig.ctl("definitions", "apply", "-f", path)
        text = before
        for pattern, replacement in replacements:
            text, found = re.subn(pattern, replacement, text)
            self.assertGreater(found, 0, pattern)
        self.addCleanup(apply, before)
        apply(text)

    def test_I15_a_restored_environment_is_said_and_read_again_and_nobody_is_deleted(self):
        contact = self.put(lastname="Before")
        self.wait_for_name(contact, "Before")
        self.rig.control("save", name="backup")
        self.rig.control("put", id=contact, values={"lastname": "After"})
        self.wait_for_name(contact, "After")
        for _ in range(3):
            self.rig.control("change", contacts=50)
        self.rig.wait_until_equal()
        deletes = self.rig.calls()["deletes"]
        self.rig.control("load", name="backup")
        # Their versions are those that were read before, of other rows. The delta link of the other timeline tells of none before it is read.
        self.rig.control("change", rate=5, seconds=10)
        wait_for(lambda: "SourceRestored" in self.rig.conditions(), "the restore is said")
        self.wait_for_name(contact, "Before")
        self.rig.wait_until_equal()
        self.assertEqual(self.rig.calls()["deletes"], deletes)
        self.assertIn("restored", self.rig.ctl("audit", "list"))

    def test_I3_an_environment_with_another_name_is_read_again_and_costs_nothing(self):
        port = self.rig.port("sandbox")
        before = self.rig.calls()
        self.edit((r"\$\{env:SANDBOX_DYNAMICS365_URL\}", f"http://localhost:{port}"))
        self.rig.control("rename", system="dynamics365", host=f"localhost:{port}", old_answers=False)
        self.addCleanup(self.rig.control, "rename", system="dynamics365")
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        contact = self.put(lastname="Lovelace")
        self.wait_for_name(contact, "Lovelace")
        self.rig.wait_until_equal()
        now = self.rig.calls()
        self.assertEqual((now["inserts"] - before["inserts"], now["updates"] - before["updates"]), (1, 0))

    def test_R2_half_a_character_is_kept_as_a_replacement(self):
        contact = self.put(lastname="Lovelace")
        self.rig.control("spoil", id=contact, column="lastname", json='"Ada \\ud83d"')
        self.wait_for_name(contact, "Ada \ufffd")
        self.rig.control("put", id=contact, values={"lastname": "Lovelace"})
        self.wait_for_name(contact, "Lovelace")

    def test_R2_a_row_that_cannot_be_told_is_a_dead_letter_and_deletes_nobody(self):
        self.rig.expect_dead_letters(1)
        contact, other = self.put(lastname="Lovelace"), self.put(lastname="Byron")
        self.wait_for_name(other, "Byron")
        self.rig.control("spoil", id=contact, json='"cut \\ud83d"')
        wait_for(lambda: "CW-DYN-ROW" in self.dead_letters(), "the dead letter")
        self.rig.control("put", id=other, values={"lastname": "King"})
        self.wait_for_name(other, "King")
        self.assertEqual(self.profile(contact)["lastName"], "Lovelace")
        self.rig.control("spoil", id=contact, json=f'"{contact}"')

    def test_I22_a_profile_that_somebody_else_made_meanwhile_is_updated(self):
        self.rig.expect_duplicates("campaign", 1, 1)  # That is how it is found.
        contact = "7d0c5d20-0000-4000-8000-0000000000a1"
        self.rig.control("put-record", values={"externalId": contact, "lastName": "By hand"})
        self.put(contactid=contact, lastname="Lovelace")
        self.wait_for_name(contact, "Lovelace")

    def test_R2_a_refusal_in_campaigns_own_words_is_the_records_and_holds_nobody_up(self):
        self.rig.expect_dead_letters(1)
        contact, other = self.put(lastname="Lovelace"), self.put(lastname="Byron")
        self.wait_for_name(contact, "Lovelace")
        self.rig.control("answer", system="campaign", status=500, text="SOP-330011 Error while executing the method 'Write'.", key=contact)
        self.rig.control("put", id=contact, values={"lastname": "King"})
        wait_for(lambda: "CW-CAM-REFUSED" in self.dead_letters(), "the dead letter")
        self.assertIn(contact, self.dead_letters())
        self.rig.control("put", id=other, values={"lastname": "Noel"})
        self.wait_for_name(other, "Noel")
        self.rig.control("heal")
        self.rig.control("put", id=contact, values={"lastname": "Byron"})
        self.wait_for_name(contact, "Byron")

    def test_I11_display_values_with_rows_queued_that_came_without_labels(self):
        self.edit((r" +- \{source_column: middlename, target_field: middleName\}\n", ""),
                  (r"- source_column: gendercode\n +target_field: gender\n +replacements:\n(?: +- \{from.*\n)+",
                   r"- {source_column: gendercode, target_field: middleName}\n"))
        self.rig.start()
        self.rig.wait_until_equal()
        self.rig.control("fail", system="campaign", seconds=3600)
        self.rig.control("change", contacts=100)
        contact = self.put(lastname="Lovelace", gendercode=2)
        wait_for(lambda: self.rig.backlog() > 50, "they are queued")
        self.edit(("picklist_values: technical", "picklist_values: display"))
        self.rig.control("heal")
        self.rig.start()
        wait_for(lambda: self.profile(contact).get("middleName") == "Female", "the label")
        self.rig.wait_until_equal()
        self.assertEqual(self.rig.status(), "RUNNING")

    def test_I4_a_day_is_the_one_of_the_users_time_zone(self):
        user = "5a4db0c0-0000-4000-8000-000000000001"
        self.edit((r"\{source_column: birthdate, target_field: birthDate\}", "{source_column: contoso_lastvisit, target_field: birthDate}"))
        contact = self.put(lastname="Lovelace", contoso_lastvisit="2026-06-30T22:30:00Z")
        self.rig.control("put", table="usersettings", id=user, values={"timezonecode": 110})
        self.addCleanup(self.rig.control, "put", table="usersettings", id=user, values={"timezonecode": 92})
        self.rig.start()
        wait_for(lambda: self.profile(contact).get("birthDate") == "2026-07-01", "the day in Amsterdam")


class FirstConnectionTest(RigCase):
    contacts = 20

    def test_W5_a_wrong_tenant_that_never_answered_is_said(self):
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()
        for tenant in ("nowhere", "contoso-bare"):
            with self.subTest(tenant):
                self.rig.stop()
                path.write_text(before.replace("${env:SANDBOX_CAMPAIGN_TENANT}", tenant))
                self.rig.ctl("definitions", "apply", "-f", path)
                self.rig.start()
                self.rig.wait_for_status("FAILED")
                said = self.rig.summary()
                self.assertIn("CW-CAM-URI", said)
                self.assertIn("Check your URI", said)
                path.write_text(before)
                self.rig.ctl("definitions", "apply", "-f", path)
                self.rig.start()
                self.rig.wait_for_status("RUNNING")


class EgressFaultsTest(EgressCase):
    def test_R2_cut_emojis_and_odd_numbers_become_activities(self):
        self.rig.control("emit", events=200, cut_emojis=0.5, odd_numbers=0.5)
        self.assertEqual(self.wait_until_all_crossed()["compared"], 200)

    def test_R2_a_plug_ins_refusal_is_the_records_whatever_it_says(self):
        for text in ("Unknown field 7", "Principal user is missing prvReadContact privilege", "The delta token has expired"):
            self.rig.control("plug-in", table="adobe_emailsend", text=text)
        self.addCleanup(self.rig.control, "plug-in", table="adobe_emailsend")
        self.rig.control("emit", events=60)
        self.rig.expect_dead_letters(self.compare(types="send")["missing"], EGRESS)
        wait_for(lambda: self.compare(types="open,click,bounce")["missing"] == 0, "the others are there")
        wait_for(lambda: self.rig.backlog(EGRESS) == 0, "nothing waits")
        self.assertEqual(self.rig.status(EGRESS), "RUNNING")
        self.assertIn("CW-DYN-REFUSED", self.rig.ctl("dead-letters", "list", EGRESS))

    def test_E3_a_journals_address_with_a_position_is_refused_at_the_edit(self):
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()
        self.addCleanup(path.write_text, before)
        for query in ("?latest=true", "?seek=-PT2H", "?since=abc"):
            path.write_text(before.replace("${env:SANDBOX_JOURNAL_URL}", '"${env:SANDBOX_JOURNAL_URL}' + query + '"'))
            with self.assertRaises(CtlError) as refused:
                self.rig.ctl("definitions", "apply", "-f", path)
            self.assertEqual(refused.exception.code, 1)
            self.assertIn("journal_url", refused.exception.text)


if __name__ == "__main__":
    unittest.main()
