"""Test cases on a rig: one rig for a class, healed and running before each test, and held to its manners after each (`Rig.check`)."""

import collections
import json
import re
import unittest

from rig import EGRESS, CtlError, Rig, wait_for


class RigCase(unittest.TestCase):
    """Subclasses set `contacts`, `replicas` and what else a rig is told; the example's ingress is defined and runs when a test begins."""

    contacts = 300
    replicas = 1
    rig_options = {}
    rig = None
    failed = False

    @classmethod
    def setUpClass(cls):
        cls.failed = False
        cls.rig = Rig(cls.contacts, cls.replicas, **cls.rig_options)
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
        """Here, so that no class's setUp or tearDown can leave the check out; the first cleanup is carried out last."""
        before = len(result.failures) + len(result.errors)
        self.addCleanup(self._check)
        super().run(result)
        type(self).failed |= len(result.failures) + len(result.errors) > before

    def _check(self):
        self.stand_up()
        self.rig.check()

    def programs(self):
        """What runs before and after each test."""
        return [self.rig.kafka, self.rig.sandbox, self.rig.controller, *self.rig.ingress]

    def stand_up(self):
        for program in self.programs():
            if not program.running():
                program.start()
        wait_for(self.rig.sandbox_answers, "the sandbox answers")
        self.rig.control("heal")
        wait_for(self.rig.answers, "the controller answers")

    def setUp(self):
        self.stand_up()
        if self.rig.status() in ("STOPPED", "FAILED"):
            self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.rig.wait_until_equal()

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

    def programs(self):
        return [*super().programs(), self.rig.egress]

    def setUp(self):
        super().setUp()
        if self.rig.status(EGRESS) in ("STOPPED", "FAILED"):
            self.rig.start(EGRESS)
        elif self.rig.workflow(EGRESS)["pendingChanges"]:
            self.restart()
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.since = self.rig.control("counts")["events"]

    def compare(self, **choice):
        return self.rig.control("compare-events", **{"since": self.since, **choice})

    def wait_until_all_crossed(self, seconds=60, **choice):
        """Until the test's events have their activities, no others are there, and nothing is queued; the comparison."""
        return self.rig.wait_until_crossed(lambda: self.compare(**choice), EGRESS, seconds)

    def expect_events_again(self, least, most):
        """So many events come again or may have landed already: that they are refused is how egress tells (services/egress/README.md)."""
        self.rig.expect_duplicates("dynamics365", least, most)

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

    def skipped_by_reason(self):
        """{reason: how many events this run has counted and skipped for it}."""
        reasons = collections.Counter()
        for table in self.rig.workflow(EGRESS)["tables"]:
            reasons.update({reason: int(count) for reason, count in table["skippedByReason"].items()})
        return reasons

    def skipped(self):
        """{event type: how many this run has counted and skipped}."""
        return {table["table"]: int(table["skipped"]) for table in self.rig.workflow(EGRESS)["tables"]}
