"""The feature ids that tests carry are explained in docs/features.md, and what it calls built has tests."""

import pathlib
import re
import unittest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
PAGE = (CHECKOUT / "docs" / "features.md").read_text()
ROWS = re.findall(r"^\| ([WIEOCKR]\d+) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)


def carried():
    """Ids in the names of tests: R3_R4_Waits, test_W6_W7_edits_wait."""
    found = set()
    for folder in ("common", "services", "tests"):
        for path in (CHECKOUT / folder).rglob("*"):
            if path.suffix in (".cc", ".py") and ("_test." in path.name or path.name.endswith("_contract.cc")):
                for name in re.findall(r"TEST(?:_F|_P)?\(\w+,\s*(\w+)\)|def test_(\w+)", path.read_text()):
                    found.update(re.findall(r"(?:^|_)([WIEOCKR]\d+)(?=_)", "".join(name)))
    return found


class FeaturesTest(unittest.TestCase):
    def test_every_id_of_a_test_is_explained(self):
        self.assertGreater(len(carried()), 30)
        self.assertEqual(carried() - {id for id, _, _ in ROWS}, set())

    def test_an_id_is_explained_once(self):
        self.assertEqual(len({id for id, _, _ in ROWS}), len(ROWS))

    def test_each_says_what_is_built(self):
        for id, _, today in ROWS:
            self.assertRegex(today, r"^(built|part|not built yet)\b", id)

    def test_what_is_built_carries_a_test_unless_the_page_says_otherwise(self):
        untested = {id for id, _, today in ROWS if today.startswith("built") and "no test carries the id" not in today}
        self.assertEqual(untested - carried(), set())


if __name__ == "__main__":
    unittest.main(verbosity=2)
