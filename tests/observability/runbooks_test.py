"""Runbooks: a page for each alert, with commands that exist (product.md K5)."""

import re
import unittest

from rules import CHECKOUT, alerts

RUNBOOKS = CHECKOUT / "docs" / "runbooks"
PAGES = {path.stem: path.read_text() for path in RUNBOOKS.glob("*.md") if path.name != "README.md"}
INDEX = (RUNBOOKS / "README.md").read_text()
ERRORS = (CHECKOUT / "docs" / "errors.md").read_text()
SECTIONS = ["What it means", "What to look at", "What to do", "When to escalate"]
# The first words of each command in docs/causewayctl.md: "workflows start", "status".
REFERENCE = (CHECKOUT / "docs" / "causewayctl.md").read_text().split("\n## Commands\n")[1].split("\n## ")[0]
COMMANDS = {command for row in re.findall(r"^\| (`.*?) \|", REFERENCE, re.MULTILINE) for command in re.findall(r"`([a-z-]+(?: [a-z-]+)?)", row)}


def severities(name):
    return " or ".join(alert["labels"]["severity"] for alert in alerts() if alert["alert"] == name)


def commands(text):
    """What causewayctl is told in a page's code."""
    code = re.findall(r"```sh\n(.*?)```", text, re.DOTALL) + re.findall(r"`([^`\n]+)`", text)
    return [arguments for part in code for arguments in re.findall(r"causewayctl ([a-z][^#\n|]*)", part)]


def known(arguments):
    words = arguments.split()
    return words[0] in COMMANDS or " ".join(words[:2]) in COMMANDS


class RunbooksTest(unittest.TestCase):
    def test_K5_every_alert_has_a_runbook_and_every_runbook_an_alert(self):
        self.assertEqual(set(PAGES), {alert["alert"] for alert in alerts()})

    def test_K5_every_runbook_says_the_same_four_things(self):
        for name, page in PAGES.items():
            with self.subTest(name):
                self.assertTrue(page.startswith(f"# {name}\n\nSeverity: {severities(name)}\n"))
                self.assertEqual(re.findall(r"^## (.*)", page, re.MULTILINE), SECTIONS)

    def test_K5_the_index_names_every_runbook(self):
        for name in PAGES:
            with self.subTest(name):
                self.assertIn(f"| [{name}]({name}.md) | {severities(name)} |", INDEX)

    def test_K5_commands_exist(self):
        told = [(name, arguments) for name, page in {**PAGES, "README": INDEX}.items() for arguments in commands(page)]
        told += [(alert["alert"], arguments) for alert in alerts() for arguments in commands(f"`{alert['annotations']['command']}`")]
        self.assertGreater(len(told), len(PAGES))
        for place, arguments in told:
            with self.subTest(place):
                self.assertTrue(known(arguments), arguments)

    def test_K5_every_condition_is_explained(self):
        types = {*re.findall(r'constexpr char k\w+\[\] = "(\w+)"', (CHECKOUT / "common" / "engine" / "run_state.h").read_text()),
                 *re.findall(r'Own\("(\w+)"', (CHECKOUT / "services" / "controller" / "lifecycle.cc").read_text()),
                 *re.findall(r'set_type\("(\w+)"', (CHECKOUT / "services" / "controller" / "fleet.cc").read_text())}
        explained = ERRORS.split("\n## Conditions\n")[1].split("\n## ")[0]
        self.assertEqual(set(re.findall(r"^\| `(\w+)` \|", explained, re.MULTILINE)), types)
        for link in re.findall(r"\]\(([^)]+)\)", explained):
            self.assertTrue((CHECKOUT / "docs" / link).exists(), link)
        for code in re.findall(r"`(CW-[A-Z-]+[A-Z])`", explained):
            self.assertIn(f"| `{code}` |", ERRORS)

    def test_K5_links_lead_somewhere(self):
        for name, page in {**PAGES, "README": INDEX}.items():
            for link in re.findall(r"\]\(([^)]+)\)", page):
                with self.subTest(name):
                    self.assertTrue((RUNBOOKS / link.split("#")[0]).exists(), link)


if __name__ == "__main__":
    unittest.main()
