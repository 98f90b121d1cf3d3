"""Recording and alert rules: Prometheus takes them, and each alert was seen firing and silent (product.md K5)."""

import subprocess
import unittest

from rules import CHECKOUT, RULE_FILES, TEST_FILES, alert_tests, alerts, recorded

SEVERITIES = {"critical", "warning", "info"}


def promtool(*arguments):
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True)


class RulesTest(unittest.TestCase):
    def assertAccepted(self, *arguments):
        answer = promtool(*arguments)
        self.assertEqual(answer.returncode, 0, answer.stdout + answer.stderr)

    def test_K5_prometheus_takes_the_configuration_and_the_rules(self):
        self.assertAccepted("check", "config", CHECKOUT / "deploy" / "prometheus" / "prometheus.yml")
        self.assertAccepted("check", "rules", "--lint-fatal", *RULE_FILES)

    def test_K5_alerts_fire_when_they_should_and_say_what_they_should(self):
        for path in TEST_FILES:
            with self.subTest(path.name):
                self.assertAccepted("test", "rules", path)

    def test_K5_every_alert_is_tried_firing_and_silent(self):
        fired, silent = set(), set()
        for test in alert_tests():
            severities = {expected["exp_labels"]["severity"] for expected in test.get("exp_alerts", [])}
            fired |= {(test["alertname"], severity) for severity in severities}
            silent |= {(test["alertname"], severity) for severity in SEVERITIES - severities}
        for alert in alerts():
            with self.subTest(alert["alert"]):
                self.assertIn((alert["alert"], alert["labels"]["severity"]), fired)
                self.assertIn((alert["alert"], alert["labels"]["severity"]), silent)

    def test_K5_every_alert_says_what_it_means_and_what_to_do(self):
        for alert in alerts():
            with self.subTest(alert["alert"]):
                self.assertIn(alert["labels"]["severity"], SEVERITIES)
                self.assertEqual(set(alert["annotations"]), {"summary", "description", "command", "runbook_url"})
                self.assertEqual(alert["annotations"]["runbook_url"], f"docs/runbooks/{alert['alert']}.md")

    def test_K5_no_rule_is_recorded_twice(self):
        names = [rule["record"] for rule in recorded()]
        self.assertEqual(len(names), len(set(names)))


if __name__ == "__main__":
    unittest.main()
