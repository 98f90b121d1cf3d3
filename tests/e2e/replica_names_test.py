"""Two processes that bear one replica's name, and lists of assignments that are larger than a message (product.md W9, R4)."""

import pathlib
import re
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import wait_for


class ReplicaNamesTest(RigCase):
    def twin(self):
        """Another process that calls itself ingress-1, not started."""
        return self.rig.replica("ingress", 2, calls_itself="ingress-1")

    def condition(self):
        found = [condition for condition in self.rig.workflow().get("conditions", []) if condition["type"] == "ReplicaNameTaken"]
        return found[0] if found else None

    def test_W9_the_second_process_of_a_name_is_refused_and_both_are_named(self):
        twin = self.twin().start()
        self.addCleanup(lambda: twin.running() and twin.kill())
        condition = wait_for(self.condition, "the condition", 20)
        self.assertEqual(condition["code"], "CW-WRK-REPLICA")
        self.assertEqual(condition["replica"], "ingress-1")
        self.assertEqual(len(set(re.findall(r"process ([0-9a-f]{16})", condition["message"]))), 2, condition)
        self.assertEqual(len(set(re.findall(r"from (\S+?),", condition["message"]))), 2, condition)
        wait_for(lambda: "replica_name_taken" in twin.log(), "the refused process says why", 20)
        self.assertEqual(self.rig.health("ingress-2", "readiness"), "NOT_SERVING")
        # The first one goes on, and what a stop says is so.
        self.rig.control("change", contacts=50)
        self.rig.wait_until_equal()
        self.rig.stop()
        calls = self.rig.calls()
        self.rig.control("change", contacts=5)
        self.assertEqual(self.rig.calls(), calls, "what is stopped writes nothing")
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        # When the first one dies, the second has the name.
        self.rig.ingress[0].kill()
        wait_for(lambda: self.condition() is None and self.rig.status() == "RUNNING", "the second one runs it", 60)
        self.rig.wait_until_equal()
        twin.kill()
        self.rig.ingress[0].start()
        self.rig.wait_for_status("RUNNING")


class LargeDefinitionsTest(RigCase):
    """Seven instances whose mappings take about 10 MiB each: tables that aren't there, so that their runs end when they have been told."""

    INSTANCES = 7
    TABLES = 10

    def mapping(self, number):
        replacements = "".join(f'\n                      - {{from: "{code}", to: "{"x" * 15000}"}}' for code in range(69))
        return f"""              new_large{number}:
                source_table: new_large{number}
                target_resource: cusLarge{number}
                target_key: externalId
                fields:
                  - {{source_column: new_large{number}id, target_field: externalId}}
                  - source_column: new_code
                    target_field: code
                    replacements:{replacements}
"""

    def definitions(self):
        text = (self.rig.folder / "definition.yaml").read_text()
        head, instance = text.split("      stage:\n")
        instance = instance.split("          egress:\n")[0]
        tables = "".join(self.mapping(number) for number in range(self.TABLES))
        connections = instance.split("            table_mappings:\n")[0] + "            table_mappings:\n"
        return head + "".join(f"      large-{number}:\n{connections}{tables}" for number in range(self.INSTANCES))

    def test_R4_assignments_of_more_than_64_MiB_in_all_reach_their_service(self):
        path = self.rig.folder / "large.yaml"
        path.write_text(self.definitions())
        self.assertGreater(path.stat().st_size, 64 << 20)
        self.rig.ctl("--request-timeout", "60", "definitions", "apply", "-f", path)
        names = [f"contoso/large-{number}/ingress" for number in range(self.INSTANCES)]
        for name in names:
            self.rig.start(name)
        for name in names:
            # Its service has tried it.
            wait_for(lambda: self.rig.workflow(name).get("failure", {}).get("replica") == "ingress-1", f"{name} has reached its service", 120)
        self.assertEqual(self.rig.metrics("ingress-1")["causeway_controller_connected"], 1)
        self.assertEqual(self.rig.status(), "RUNNING")
        # Pages of lists fit into messages as well.
        exported = self.rig.ctl("--request-timeout", "60", "definitions", "export")
        self.assertEqual(exported.count("target_resource: cusLarge"), self.INSTANCES * self.TABLES)


if __name__ == "__main__":
    unittest.main()
