"""Test cases on a rig: one rig for a class, healed and running before each test."""

import json
import re
import unittest

from rig import EGRESS, CtlError, Rig, wait_for


class RigCase(unittest.TestCase):
    """Subclasses set `contacts` and `replicas`; the example's ingress is defined and runs when a test begins."""

    contacts = 300
    replicas = 1
    # Whether a test itself makes Campaign refuse a duplicate.
    has_manners = True
    rig = None
    failed = False

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.rig = Rig(cls.contacts, cls.replicas)
        try:
            cls.rig.define()
            cls.rig.start()
            cls.rig.wait_for_status("RUNNING")
            cls.rig.wait_until_equal()
        except BaseException:
            cls.rig.close(failed=True)
            raise

    @classmethod
    def tearDownClass(cls):
        cls.rig.close(failed=cls.failed)

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        type(self).failed |= len(result.failures) + len(result.errors) > before

    def setUp(self):
        self.rig.control("heal")
        self.rig.control("stats", reset=True)
        for program in (self.rig.kafka, self.rig.controller, *self.rig.ingress):
            if not program.running():
                program.start()
        wait_for(self.rig.answers, "the controller answers")
        if self.rig.status() in ("STOPPED", "FAILED"):
            self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.rig.forgive_dead_letters()
        self.rig.wait_until_equal()

    def tearDown(self):
        if self.has_manners and self.rig.sandbox.running():
            self.rig.check_manners()

    def assertRefused(self, exit_code, code, *arguments):
        """causewayctl ends so, and says the stable code and what to do; what it said."""
        with self.assertRaises(CtlError) as refused:
            self.rig.ctl(*arguments)
        self.assertEqual(refused.exception.code, exit_code, refused.exception.text)
        self.assertIn(code, refused.exception.text)
        self.assertIn("to do: ", refused.exception.text)
        return refused.exception.text


class EgressCase(RigCase):
    """Beside ingress, the example's egress runs when a test begins, and has read everything; `since`: the events that were before."""

    contacts = 200

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rig.egress = cls.rig.replica("egress", 1).start()
        cls.rig.start(EGRESS)
        cls.rig.wait_for_status("RUNNING", EGRESS)
        # What happens from now on is to become activities.
        cls.rig.wait_until_following(EGRESS)

    def setUp(self):
        super().setUp()
        if not self.rig.egress.running():
            self.rig.egress.start()
        if self.rig.status(EGRESS) in ("STOPPED", "FAILED"):
            self.rig.start(EGRESS)
        elif self.rig.workflow(EGRESS)["pendingChanges"]:
            self.restart()
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.rig.forgive_dead_letters(EGRESS)
        self.since = self.rig.control("counts")["events"]

    def compare(self, **choice):
        return self.rig.control("compare-events", **{"since": self.since, **choice})

    def wait_until_all_crossed(self, seconds=60, **choice):
        """Until the test's events have their activities, no others are there, and nothing is queued; the comparison."""
        return self.rig.wait_until_crossed(lambda: self.compare(**choice), EGRESS, seconds)

    def restart(self):
        self.rig.stop(EGRESS)
        self.rig.start(EGRESS)

    def configure(self, **settings):
        """Sets what the definition says of egress, until the test ends; it counts from the next start on."""
        path = self.rig.folder / "definition.yaml"
        before = path.read_text()
        text = before
        for name, value in settings.items():
            line = f"{name}: {json.dumps(value)}"
            text, replaced = re.subn(rf"^( +){name}: .*$", lambda found: found[1] + line, text, flags=re.MULTILINE)
            if not replaced:
                text = re.sub(r"^( +)journal_url: .*$", lambda found: f"{found[0]}\n{found[1]}{line}", text, flags=re.MULTILINE)

        def apply(definition):
            path.write_text(definition)
            self.rig.ctl("definitions", "apply", "-f", path)
        self.addCleanup(apply, before)
        apply(text)

    def skipped(self):
        """{event type: how many this run has counted and skipped}."""
        return {table["table"]: int(table["skipped"]) for table in self.rig.workflow(EGRESS)["tables"]}
