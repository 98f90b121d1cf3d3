"""That no test on a rig can leave out what each is held to: no refused duplicates, no early requests, no dead letters but those it tells of."""

import pathlib
import re
import unittest

import cases
from rig import EGRESS, INGRESS, Rig

TESTS = pathlib.Path(__file__).resolve().parents[1]


class FakeRig(Rig):
    """Without any program: what would be counted is set by a test."""

    def __init__(self, *_, **__):
        self._known_dead_letters = {}
        self._known_duplicates = {}
        self.refused = {"campaign": 0, "dynamics365": 0}
        self.early = 0
        self.letters = {INGRESS: 0, EGRESS: 0}
        self.ended = None

    def control(self, verb, **arguments):
        assert (verb, arguments) == ("stats", {"reset": True}), (verb, arguments)
        stats = {"duplicates": dict(self.refused), "early": {"campaign": {"requests": 0, "repeated": self.early}}}
        self.refused = dict.fromkeys(self.refused, 0)
        self.early = 0
        return stats

    def workflow_names(self):
        return list(self.letters)

    def dead_letters(self, name=INGRESS):
        return [{}] * self.letters[name]

    def close(self, failed=False):
        self.ended = "failed" if failed else "passed"


class CheckTest(unittest.TestCase):
    def setUp(self):
        self.rig = FakeRig()

    def refused(self):
        with self.assertRaises(AssertionError):
            self.rig.check()

    def test_R1_what_is_right_passes(self):
        self.rig.check()

    def test_R1_a_refused_duplicate_is_a_fault_in_either_system_and_once(self):
        for system in ("campaign", "dynamics365"):
            self.rig.refused[system] = 1
            self.refused()
            self.rig.check()

    def test_R1_as_many_duplicates_as_were_told_are_none(self):
        for refused, right in ((1, False), (2, True), (4, True), (5, False)):
            with self.subTest(refused):
                self.rig.expect_duplicates("campaign", 2, 4)
                self.rig.refused["campaign"] = refused
                self.rig.check() if right else self.refused()
        self.rig = FakeRig()
        self.rig.expect_duplicates("campaign", 0, 4)
        self.rig.check()
        self.rig.refused["campaign"] = 1
        self.refused()

    def test_R3_a_request_before_its_time_is_a_fault(self):
        self.rig.early = 1
        self.refused()

    def test_R2_dead_letters_are_as_many_as_were_told(self):
        for name in (INGRESS, EGRESS):
            with self.subTest(name):
                self.rig.letters[name] = 1
                self.refused()
                self.rig.expect_dead_letters(1, name)
                self.rig.check()
                self.rig.letters[name] = 0
                self.refused()
                self.rig.forget_dead_letters(name)
                self.rig.check()

    def test_R1_a_rig_that_ends_well_is_checked(self):
        with self.rig:
            pass
        self.assertEqual(self.rig.ended, "passed")
        with self.assertRaises(AssertionError), self.rig:
            self.rig.refused["campaign"] = 1
        self.assertEqual(self.rig.ended, "failed")
        with self.assertRaises(ZeroDivisionError), self.rig:
            self.rig.refused["campaign"] = 1
            raise ZeroDivisionError
        self.assertEqual(self.rig.ended, "failed")


class RigCaseTest(unittest.TestCase):
    def result_of(self, spoil):
        class Forgetful(cases.RigCase):
            """A class that calls none of its base's hooks."""

            setUpClass = tearDownClass = classmethod(lambda cls: None)
            setUp = tearDown = stand_up = lambda self: None
            rig = FakeRig()

            def test(self):
                spoil(self.rig)

        return unittest.TestSuite([Forgetful("test")]).run(unittest.TestResult())

    def test_R1_no_class_can_forget_the_check(self):
        self.assertTrue(self.result_of(lambda rig: None).wasSuccessful())
        self.assertFalse(self.result_of(lambda rig: rig.refused.update(campaign=1)).wasSuccessful())
        self.assertFalse(self.result_of(lambda rig: rig.letters.update({EGRESS: 1})).wasSuccessful())

    def test_R1_every_test_on_a_rig_is_one_of_these_or_ends_its_rig_as_a_context(self):
        files = [*(TESTS / "e2e").glob("*_test.py"), *(TESTS / "chaos").glob("*_test.py")]
        self.assertGreater(len(files), 10)
        for path in files:
            for line in path.read_text().splitlines():
                if re.search(r"\bRig\(|\bStorm\.rig\(", line):
                    self.assertRegex(line, r"^ +with ", f"{path.name}: {line}")


if __name__ == "__main__":
    unittest.main()
