"""Test cases on a rig: one rig for a class, healed and running before each test."""

import unittest

from rig import CtlError, Rig, wait_for


class RigCase(unittest.TestCase):
    """Subclasses set `contacts` and `replicas`; the example's ingress is defined and runs when a test begins."""

    contacts = 300
    replicas = 1
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
        for program in (self.rig.kafka, self.rig.controller, *self.rig.ingress):
            if not program.running():
                program.start()
        wait_for(self.rig.answers, "the controller answers")
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
