"""What a pass did not find is deleted by itself only when it is little (product.md I3, I15)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import CtlError, wait_for

CONTACT = "contoso/stage/contact"


class DeletionsTest(RigCase):
    contacts = 600

    def refused(self, *arguments):
        with self.assertRaises(CtlError) as refused:
            self.rig.ctl("mappings", "confirm-deletions", CONTACT, *arguments)
        self.assertEqual(refused.exception.code, 4)
        return refused.exception.text

    def test_I15_many_deletions_wait_for_a_persons_word(self):
        self.assertIn("No deletions", self.refused())
        self.rig.stop()
        self.rig.control("delete", contacts=200)
        self.rig.control("expire-delta-tokens")
        before = self.rig.calls()["deletes"]
        self.rig.start()
        wait_for(lambda: "DeletionsHeld" in self.rig.conditions(), "the deletions that wait")
        self.assertIn("--records 200", self.rig.summary())
        self.assertIn("200 deletions wait", self.rig.ctl("mappings", "list"))

        # What else there is goes on.
        contact = self.rig.control("put", values={"lastname": "Lovelace"})["id"]
        wait_for(lambda: self.rig.control("profile", external_id=contact)["found"], "the insert")
        self.assertEqual(self.rig.calls()["deletes"], before)

        # They wait while the workflow is stopped too, and are shown.
        self.rig.stop()
        self.assertIn("confirm-deletions contoso/stage/ingress/contact --records 200", self.refused())
        self.assertIn("not 199", self.refused("--records", "199"))
        self.rig.ctl("mappings", "confirm-deletions", CONTACT, "--records", "200")
        wait_for(lambda: "No deletions" in self.refused(), "the confirmation in the log")
        self.rig.start()
        self.rig.wait_until_equal(120)
        wait_for(lambda: "DeletionsHeld" not in self.rig.conditions(), "nothing waits")
        self.assertEqual(self.rig.calls()["deletes"] - before, 200)
        audit = self.rig.ctl("audit", "list")
        self.assertIn("hold-deletions", audit)
        self.assertIn("confirm-deletions", audit)

    def test_I15_a_role_that_reads_less_deletes_nobody(self):
        before = self.rig.calls()["deletes"]
        self.rig.control("read-depth", table="contact", depth="local")
        self.addCleanup(self.rig.control, "read-depth", table="contact", depth="global")
        # The table is read as a whole while the workflow runs.
        self.rig.control("expire-delta-tokens")
        self.rig.wait_for_status("FAILED")
        said = self.rig.summary()
        self.assertIn("CW-DYN-PRIVILEGE", said)
        self.assertIn("has the depth Local", said)
        # And at a start.
        self.rig.start()
        self.rig.wait_for_status("FAILED")
        self.assertEqual(self.rig.calls()["deletes"], before)

        self.rig.control("read-depth", table="contact", depth="global")
        self.rig.start()
        self.rig.wait_until_equal()
        self.assertEqual(self.rig.calls()["deletes"], before)

    def test_I15_who_cannot_ask_how_deep_it_reads_deletes_nobody_either(self):
        before = self.rig.calls()["deletes"]
        self.rig.control("answer", system="dynamics365", status=403, code="0x80040220", text="Principal user is missing prvReadUser",
                         match="RetrieveUserPrivilegeByPrivilegeName")
        self.rig.control("read-depth", table="contact", depth="local")
        self.addCleanup(self.rig.control, "read-depth", table="contact", depth="global")
        self.rig.control("expire-delta-tokens")
        wait_for(lambda: "DeletionsHeld" in self.rig.conditions(), "the deletions that wait")
        self.assertEqual(self.rig.calls()["deletes"], before)

        # A pass that finds everybody again ends the wait, without anybody's word.
        self.rig.control("read-depth", table="contact", depth="global")
        self.rig.control("expire-delta-tokens")
        wait_for(lambda: "DeletionsHeld" not in self.rig.conditions(), "nothing waits")
        self.rig.wait_until_equal()
        self.assertEqual(self.rig.calls()["deletes"], before)


if __name__ == "__main__":
    unittest.main()
