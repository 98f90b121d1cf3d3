"""The mutations' tool: what it refuses, what it draws, what it says."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import mutation
import report
from scratch import Verdict, first_error


class Lists(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.checkout = pathlib.Path(scratch.name)
        (self.checkout / "lists").mkdir()
        (self.checkout / "room").mkdir()
        (self.checkout / "room" / "a.cc").write_text("one\ntwo\ntwo\n")
        (self.checkout / "room" / "CMakeLists.txt").write_text("causeway_library(room\n  SOURCES a.cc\n  TESTS a_test.cc)\ncauseway_test(other_test LABEL unit SOURCES b.cc)\n")

    def load(self, **keys):
        entry = {"name": "n", "file": "room/a.cc", "mistake": "m", "before": "one", "after": "1", **keys}
        lines = "\n".join(f"{key} = {value!r}" for key, value in entry.items() if value is not None)
        (self.checkout / "lists" / "room.toml").write_text(f"[[mutation]]\n{lines}\n")
        return mutation.load(self.checkout / "lists", self.checkout)

    def refused(self, **keys):
        with self.assertRaises(mutation.Invalid) as caught:
            self.load(**keys)
        return str(caught.exception)

    def test_a_mutation_changes_its_lines_and_nothing_else(self):
        [one] = self.load()
        self.assertEqual(one.apply("one\ntwo\n"), "1\ntwo\n")

    def test_lines_that_are_gone_or_twice_there_are_refused(self):
        self.assertIn("no longer in room/a.cc", self.refused(before="three"))
        self.assertIn("2 times in room/a.cc", self.refused(before="two"))
        self.assertIn("isn't there any more", self.refused(file="room/b.cc"))

    def test_what_is_no_mutation_is_refused(self):
        self.assertIn("changes nothing", self.refused(after="one"))
        self.assertIn("mistake is missing", self.refused(mistake=None))
        self.assertIn("why is no key", self.refused(why="x"))

    def test_an_empty_after_deletes_the_lines(self):
        [one] = self.load(after="")
        self.assertEqual(one.apply("one\n"), "\n")

    def test_a_files_unit_tests_are_those_of_its_folder(self):
        [one] = self.load()
        self.assertEqual(set(one.unit_tests(self.checkout)), {"room_test", "other_test"})

    def test_what_is_known_ends_when_the_file_changes(self):
        [one] = self.load()
        before = one.key(self.checkout)
        self.assertEqual(before, one.key(self.checkout))
        (self.checkout / "room" / "a.cc").write_text("one\nelse\n")
        self.assertNotEqual(before, one.key(self.checkout))


class Report(unittest.TestCase):
    def test_says_what_found_each_and_the_score(self):
        found, survivor, equivalent = (
            mutation.Mutation(name, "common/engine/a.cc", "a | b", "x", "y", why) for name, why in (("f", ""), ("s", ""), ("e", "no matter")))
        page = report.page({found: Verdict("unit", "Engine.Test"), survivor: Verdict(""), equivalent: Verdict("")})
        self.assertIn("**1 of 2 found** (50.0 %)", page)
        self.assertIn("| `f` | a \\| b | unit: `Engine.Test` |", page)
        self.assertIn("| `s` | a \\| b | **survives** |", page)
        self.assertIn("no matter", page)

    def test_the_compilers_first_error_is_told(self):
        self.assertEqual(first_error("x.cc:1:2: error: no such thing\nx.cc:2: error: another"), "no such thing")


if __name__ == "__main__":
    unittest.main()
