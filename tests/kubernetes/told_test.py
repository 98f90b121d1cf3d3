"""What the chart and compose.yaml tell the programs is what these understand (product.md K2, K6)."""

import os
import pathlib
import re
import subprocess
import unittest

import yaml

from chart import CHECKOUT, render
from images import IMAGES

BIN = pathlib.Path(os.environ.get("CAUSEWAY_BIN", CHECKOUT / "build" / "bin"))
COMPOSE = yaml.safe_load((CHECKOUT / "deploy" / "compose.yaml").read_text())
# What a program takes from the environment, but for its flags.
NOT_FLAGS = {"CAUSEWAY_TERMINATION_LOG", "CAUSEWAY_SERVER"}


def variables_of(program):
    shown = subprocess.run([BIN / program, "--help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\(Env:(CAUSEWAY_\w+)\)", shown)) | NOT_FLAGS


def image_of(container):
    return re.search(r"/(\w+):[^/]+$", container["image"])[1]


class ToldTest(unittest.TestCase):
    def assertUnderstood(self, image, names):
        told = {name for name in names if name.startswith("CAUSEWAY_")}
        if told:
            self.assertLessEqual(told, variables_of(f"causeway-{image}"))

    def test_K2_every_variable_of_the_chart_is_a_programs_flag(self):
        for values in ({"sandbox.enabled": True}, {"kafka.bootstrapServers": "a:1", "kafka.properties": {"security.protocol": "SSL"}, "https.proxy": "http://p:1",
                                                   "https.ca": {"secret": "a", "key": "b"}, "kafka.deleteTopicsOnUninstall": True}):
            for one in yaml.safe_load_all(render(values)):
                template = one.get("spec", {}).get("template", one) if one and isinstance(one.get("spec"), dict) else {}
                for container in template.get("spec", {}).get("containers", []):
                    with self.subTest(container["name"]):
                        self.assertUnderstood(image_of(container), [variable["name"] for variable in container.get("env", [])])

    def test_K6_every_variable_of_compose_is_a_programs_flag(self):
        for name, service in COMPOSE["services"].items():
            with self.subTest(name):
                self.assertIn(image_of({"image": service["image"].replace("${CAUSEWAY_VERSION:-0.1.0}", "0.1.0")}), IMAGES)
                if "entrypoint" not in service:
                    self.assertUnderstood(name, service["environment"])

    def test_K6_compose_gives_what_its_definitions_refer_to(self):
        example = (CHECKOUT / "deploy" / "local" / "example.yaml").read_text()
        self.assertLessEqual(set(re.findall(r"\$\{env:(\w+)\}", example)), COMPOSE["services"]["define"]["environment"].keys())

    def test_K6_compose_runs_commands_that_are_there(self):
        for name, service in COMPOSE["services"].items():
            if "entrypoint" in service:
                with self.subTest(name):
                    done = subprocess.run([BIN / "causewayctl", *service["command"], "--help"], capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, done.stderr)

    def test_K6_compose_is_as_confined_as_the_chart(self):
        for name, service in COMPOSE["services"].items():
            with self.subTest(name):
                self.assertIs(service["read_only"], True)
                self.assertEqual(service["cap_drop"], ["ALL"])
                self.assertLessEqual({volume.split(":")[0] for volume in service.get("volumes", []) if not volume.startswith("./")}, COMPOSE["volumes"].keys())
                self.assertLessEqual(set(service.get("depends_on", [])), COMPOSE["services"].keys())


if __name__ == "__main__":
    unittest.main()
