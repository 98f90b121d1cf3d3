"""What people and scripts see: metrics, logs, definitions as files, errors; and what nobody may see (product.md C, K5, R5)."""

import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import INGRESS, CtlError, wait_for

SECRETS = ("sandbox-campaign-secret", "sandbox-dynamics-secret")


class SurfacesTest(RigCase):
    def test_K5_metrics_say_what_the_api_says(self):
        labels = 'instance="contoso/stage",workflow="ingress"'
        running = wait_for(
            lambda: self.rig.metrics("controller").get(f'causeway_workflow_status{{{labels},status="RUNNING"}}') == 1.0, "RUNNING")
        self.assertTrue(running)
        self.rig.control("delay", system="campaign", seconds=30, milliseconds=500)
        self.rig.control("change", contacts=200)
        wait_for(lambda: self.rig.metrics("controller")[f"causeway_backlog_records{{{labels}}}"] > 0, "a backlog")
        self.rig.control("heal")
        self.rig.wait_until_equal()
        wait_for(lambda: self.rig.metrics("controller")[f"causeway_backlog_records{{{labels}}}"] == 0, "no backlog")
        ingress = self.rig.metrics("ingress-1")
        written = ingress[f'causeway_records_written_total{{{labels},table="contact"}}']
        self.assertEqual(written, sum(int(table["written"]) for table in self.rig.workflow()["tables"]))
        self.assertEqual(ingress["causeway_controller_connected"], 1.0)
        self.assertTrue(any(name.startswith("causeway_build_info{") for name in ingress))

    def test_R5_secrets_and_personal_data_are_nowhere_to_be_seen(self):
        self.rig.expect_dead_letters(1)
        person = self.rig.control("put", values={"lastname": "Unmistakable-Surname", "firstname": "x" * 40})["id"]
        wait_for(lambda: person in self.rig.ctl("dead-letters", "list", INGRESS, "-o", "json"), "its dead letter")
        for program in self.rig.programs():
            if program.name == "sandbox":
                continue
            self.assertNotIn("Unmistakable-Surname", program.log(), program.name)
            for secret in SECRETS:
                self.assertNotIn(secret, program.log(), program.name)
        answers = self.rig.ctl("definitions", "export") + self.rig.ctl("audit", "list", "-o", "json")
        topics = self.rig.topics()
        self.assertIn(b"sandbox-campaign", b"".join(topics.values()), "what isn't secret can be read")
        for secret in SECRETS:
            self.assertNotIn(secret, answers)
            for topic, records in topics.items():
                self.assertNotIn(secret.encode(), records, topic)
        self.rig.control("delete", id=person)

    def test_R5_log_lines_are_json(self):
        for program in (self.rig.controller, self.rig.ingress[0]):
            for line in program.log().splitlines():
                self.assertIn("event", json.loads(line))

    def test_C11_definitions_applied_twice_change_nothing(self):
        path = self.rig.folder / "definition.yaml"
        self.rig.ctl("definitions", "diff", "-f", path)
        revision = self.rig.workflow()["revision"]
        self.rig.ctl("definitions", "apply", "-f", path)
        self.assertEqual(self.rig.workflow()["revision"], revision)
        exported = self.rig.folder / "exported.yaml"
        exported.write_text(self.rig.ctl("definitions", "export"))
        self.rig.ctl("definitions", "diff", "-f", exported)

    def test_C9_wrong_names_and_fields_are_told_by_name(self):
        said = self.assertRefused(3, "CW-API-NOT-FOUND", "workflows", "get", "contoso/stage/ingres")
        self.assertIn("contoso/stage/ingress", said)
        path = self.rig.folder / "wrong.yaml"
        path.write_text((self.rig.folder / "definition.yaml").read_text().replace("target_field: lastName", "target_field: firstName"))
        with self.assertRaises(CtlError) as refused:
            self.rig.ctl("definitions", "apply", "-f", path)
        self.assertIn("firstName", refused.exception.text)
        self.assertIn("fields[", refused.exception.text)
        path.write_text(path.read_text().replace("poll_interval: 0.3s", "poll_interval: 0.001s").replace(
            "{source_column: lastname, target_field: firstName}", "{source_column: lastname, target_field: lastName}"))
        with self.assertRaises(CtlError) as refused:
            self.rig.ctl("definitions", "apply", "-f", path)
        self.assertIn("poll_interval", refused.exception.text)

    def test_C10_watch_shows_progress_until_it_is_told_to_end(self):
        with self.assertRaises(CtlError) as ended:
            self.rig.ctl("workflows", "watch", "contoso/stage", "--timeout", "2")
        self.assertEqual(ended.exception.code, 6, ended.exception.text)
        self.assertIn("RUNNING", ended.exception.text)


if __name__ == "__main__":
    unittest.main(verbosity=2)
