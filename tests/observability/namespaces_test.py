"""Two installations in one Prometheus, told apart by `namespace`: the rules see each as they would see it alone (product.md K5)."""

import pathlib
import subprocess
import tempfile
import unittest

from rules import TEST_FILES, yaml

NAMESPACES = ("prod", "stage")
TOGETHER = "namespaces_test.yaml"  # What happens in one of them only.
NOWHERE = "nothing at all"  # In the names of tests in which nothing tells whose a controller is.


def within(namespace, series):
    """The series with one label more."""
    name, _, labels = series.partition("{")
    return f'{name}{{namespace="{namespace}"{", " + labels if labels else "}"}'


def twice(case):
    """A test with two installations in place of one: each alert is expected once for each."""
    case["input_series"] = [{**one, "series": within(namespace, one["series"])} for namespace in NAMESPACES for one in case["input_series"]]
    for test in case["alert_rule_test"]:
        test["exp_alerts"] = [{**expected, "exp_labels": {"namespace": namespace, **expected["exp_labels"]}}
                              for namespace in NAMESPACES for expected in test.get("exp_alerts", [])]
    return case


class NamespacesTest(unittest.TestCase):
    def test_K5_every_alert_is_what_it_would_be_alone(self):
        for path in TEST_FILES:
            if path.name == TOGETHER:
                continue
            content = yaml.safe_load(path.read_text())
            content["rule_files"] = [str(path.parent / file) for file in content["rule_files"]]
            content["tests"] = [twice(case) for case in content["tests"] if NOWHERE not in case["name"]]
            with self.subTest(path.name), tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder) / path.name
                file.write_text(yaml.safe_dump(content))
                done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    unittest.main()
