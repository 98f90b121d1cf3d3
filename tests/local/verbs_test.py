"""The sandbox's verbs are the same ones as commands of deploy/local/sandbox, and both take what people write."""

import contextlib
import io
import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy" / "local" / "lib"))
import sandbox_command


class VerbsTest(unittest.TestCase):
    def parse(self, *words):
        return vars(sandbox_command._parser().parse_args(words))

    def test_K7_every_verb_of_the_control_api_is_a_command(self):
        text = (ROOT / "services" / "sandbox" / "control" / "control.cc").read_text()
        served = set(re.findall(r'\{"([a-z-]+)", &Control::', text))
        self.assertEqual(served, set(sandbox_command.VERBS))

    def test_K7_the_readme_names_every_verb(self):
        text = (ROOT / "services" / "sandbox" / "README.md").read_text()
        table = "\n".join(line for line in text.splitlines() if line.startswith("| `"))
        for verb in sandbox_command.VERBS:
            self.assertIn(f"`{verb}`", table)

    def test_K7_booleans_are_true_and_false_too(self):
        for text, value in (("true", True), ("1", True), ("false", False), ("0", False)):
            self.assertIs(self.parse("schema", "--table", "contact", f"--there={text}")["there"], value)
            self.assertIs(self.parse("emit", "--wait", text)["wait"], value)
        with self.assertRaises(SystemExit), contextlib.redirect_stderr(io.StringIO()) as said:
            self.parse("schema", "--there", "perhaps")
        self.assertIn("true or false", said.getvalue())

    def test_K7_a_backup_is_named_without_an_option(self):
        self.assertEqual(self.parse("save", "before")["name"], "before")
        self.assertEqual(self.parse("load", "before", "--delta-links", "expired")["delta_links"], "expired")


if __name__ == "__main__":
    unittest.main(verbosity=2)
