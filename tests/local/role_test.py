"""deploy/dynamics365/make-role: the privileges that a role for Causeway's application user has."""
import pathlib
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
import zipfile

MAKE_ROLE = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "dynamics365" / "make-role"


class RoleTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "role.zip"

    def make(self, *arguments):
        return subprocess.run([sys.executable, "-B", MAKE_ROLE, *arguments, "--output", self.file], capture_output=True, text=True)

    def privileges(self, *arguments):
        made = self.make(*arguments)
        self.assertEqual(made.returncode, 0, made.stderr)
        with zipfile.ZipFile(self.file) as solution:
            self.assertEqual(set(solution.namelist()), {"[Content_Types].xml", "solution.xml", "customizations.xml"})
            parsed = {name: xml.etree.ElementTree.fromstring(solution.read(name)) for name in solution.namelist()}
        [role] = parsed["customizations.xml"].iter("Role")
        [component] = parsed["solution.xml"].iter("RootComponent")
        self.assertEqual(component.get("id"), role.get("id"))
        self.assertEqual({one.get("level") for one in role.iter("RolePrivilege")}, {"Global"})
        return {one.get("name") for one in role.iter("RolePrivilege")}

    def test_reads_the_tables_and_writes_activities_about_contacts(self):
        names = self.privileges("--table", "contact", "--table", "new_vehicle")
        self.assertLessEqual({"prvReadContact", "prvReadNew_vehicle", "prvCreateActivity", "prvAppendActivity", "prvAppendToContact"}, names)

    def test_changes_nothing_that_causeway_does_not_change(self):
        for name in self.privileges():
            self.assertNotRegex(name, "^prv(Write|Delete|Assign|Share)")

    def test_without_egress_it_only_reads(self):
        for name in self.privileges("--no-egress"):
            self.assertRegex(name, "^prvRead")

    def test_what_is_no_table_or_cant_be_written_is_refused(self):
        self.assertEqual(self.make("--table", "a b").returncode, 2)
        self.file = self.file / "below-a-file-that-is-not-there"
        made = self.make()
        self.assertEqual(made.returncode, 1)
        self.assertIn("can't be written", made.stderr)


if __name__ == "__main__":
    unittest.main()
