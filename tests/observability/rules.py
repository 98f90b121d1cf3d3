"""The shipped rules and their promtool tests, as they are written."""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
sys.path.insert(0, str(CHECKOUT / "deploy" / "local" / "lib"))
import packages

packages.use(HERE / "requirements.txt")
import yaml

RULE_FILES = sorted((CHECKOUT / "deploy" / "prometheus" / "rules").glob("*.yaml"))
TEST_FILES = sorted((HERE / "rules").glob("*_test.yaml"))


def rules():
    return [rule for path in RULE_FILES for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]


def alerts():
    return [rule for rule in rules() if "alert" in rule]


def recorded():
    return [rule for rule in rules() if "record" in rule]


def alert_tests():
    return [test for path in TEST_FILES for case in yaml.safe_load(path.read_text())["tests"] for test in case["alert_rule_test"]]
