"""The way on when Kafka has lost what it kept, and what becomes of an instance that is deleted and made again (product.md R1, W11)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import EgressCase, RigCase
from rig import EGRESS, INGRESS, CtlError, wait_for

GENERATION_1 = "ingress.g1"


class ResetTest(RigCase):
    def positions(self, part):
        """Keys of causeway.checkpoints with `part` in them that aren't deleted."""
        return {key for key, value in self.rig.records("causeway.checkpoints").items() if part in key and value}

    def lose_records(self):
        """With records queued, somebody deletes the next ones from the log."""
        self.rig.control("delay", system="campaign", seconds=60, milliseconds=400)
        self.rig.control("change", contacts=250)
        wait_for(lambda: self.rig.backlog() > 100, "a backlog")
        self.rig.stop()
        self.rig.control("heal")
        self.rig.delete_records(self.rig.topic("backlog"))

    def test_R1_a_workflow_whose_queue_was_cut_is_reset_and_doubles_nothing(self):
        self.lose_records()
        self.rig.start()
        self.rig.wait_for_status("FAILED")
        failure = self.rig.workflow()["failure"]
        self.assertEqual(failure["code"], "CW-LOG-GAP", failure)
        self.assertIn("causewayctl workflows reset", failure["remedy"])

        with self.assertRaises(CtlError) as asked:
            self.rig.ctl("workflows", "reset", INGRESS)
        self.assertEqual(asked.exception.code, 4)
        for part in ("queued records are dropped", "--yes", "300 rows"):
            self.assertIn(part, asked.exception.text)
        self.assertEqual(self.rig.status(), "FAILED", "nothing is changed before a person says so")

        before = self.rig.topic("backlog")
        self.rig.ctl("workflows", "reset", INGRESS, "--yes")
        self.assertEqual(self.rig.status(), "STOPPED")
        wait_for(lambda: before not in self.rig.topic_names(), "the old generation's topics are deleted")
        wait_for(lambda: not self.positions("/ingress/queued") and not self.positions("/ingress/finished/"), "its positions are deleted")
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        comparison = self.rig.wait_until_equal(180)
        self.assertEqual(comparison["doubled"], 0)
        self.assertTrue(any(GENERATION_1 in topic for topic in self.rig.topic_names()))
        self.assertIn("reset", self.rig.ctl("audit", "list", "--limit", "20"))
        # What comes then goes on as ever, and a restart doesn't begin anew.
        self.rig.control("change", contacts=20)
        self.rig.wait_until_equal()
        self.rig.stop()
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.assertNotIn("Rereading", self.rig.conditions())
        self.rig.wait_until_equal()

    def test_R1_positions_that_are_gone_are_mended_by_a_reset_too(self):
        """causeway.checkpoints is lost as a whole."""
        self.rig.stop()
        self.rig.controller.stop()
        self.rig.delete_topic("causeway.checkpoints")
        self.rig.controller.start()
        wait_for(self.rig.answers, "the controller answers")
        # A new controller doesn't know yet whether there are replicas that it can't hear.
        self.rig.wait_for_status("STOPPED")
        self.rig.ctl("workflows", "reset", INGRESS, "--yes")
        self.rig.control("change", contacts=20)
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.assertEqual(self.rig.wait_until_equal(180)["doubled"], 0)

    def test_R1_only_what_is_at_rest_is_reset(self):
        self.assertRefused(4, "CW-API-STATE", "workflows", "reset", INGRESS)
        self.assertRefused(4, "CW-API-STATE", "workflows", "reset", INGRESS, "--yes")
        self.assertEqual(self.rig.status(), "RUNNING")


class EgressResetTest(EgressCase):
    def test_R1_egress_reads_the_journal_again_and_makes_no_activity_twice(self):
        self.rig.control("emit", events=100)
        self.wait_until_all_crossed()
        self.rig.stop(EGRESS)
        self.rig.control("emit", events=50)
        with self.assertRaises(CtlError) as asked:
            self.rig.ctl("workflows", "reset", EGRESS)
        self.assertIn("oldest event", asked.exception.text)
        self.expect_events_again(100, 2 * 150 + 10)
        self.rig.ctl("workflows", "reset", EGRESS, "--yes")
        self.rig.start(EGRESS)
        self.rig.wait_for_status("RUNNING", EGRESS)
        self.wait_until_all_crossed(120)


class RemadeInstanceTest(RigCase):
    def dead_letters(self, workflow):
        def read():
            try:
                return self.rig.ctl_json("dead-letters", "list", workflow)
            except CtlError as failed:
                # The leader of a topic that was just made isn't known everywhere yet.
                if failed.code != 5:
                    raise
                return None
        wait_for(lambda: read() is not None, "the dead letters can be read")
        return read()

    def make_a_dead_letter(self, workflow):
        contact = self.rig.control("put", table="contact", values={"firstname": "x" * 45, "lastname": "Too long"})["id"]
        wait_for(lambda: self.dead_letters(workflow), "the dead letter")
        return contact

    def test_W11_an_instance_made_again_by_another_organization_begins_with_nothing(self):
        self.rig.expect_dead_letters(1)
        bad = self.make_a_dead_letter(INGRESS)
        old = [self.rig.topic(kind) for kind in ("backlog", "index", "dead-letters")]
        self.assertRefused(4, "CW-API-STATE", "instances", "delete", "contoso/stage")
        self.rig.stop()
        self.rig.control("delete", id=bad)
        self.rig.ctl("instances", "delete", "contoso/stage")
        self.rig.forget_dead_letters()
        wait_for(lambda: not set(old) & set(self.rig.topic_names()), "the topics of the deleted instance are deleted")
        uid = old[0].split(".")[2]
        wait_for(lambda: not [key for key, value in self.rig.records("causeway.checkpoints").items()
                              if uid in key and value and not key.endswith("/run")], "its positions are deleted")

        path = self.rig.folder / "definition.yaml"
        path.write_text(path.read_text().replace("  contoso:\n", "  fabrikam:\n"))
        self.rig.ctl("definitions", "apply", "-f", path)
        remade = "fabrikam/stage/ingress"
        self.assertEqual(self.dead_letters(remade), [])
        self.rig.start(remade)
        self.rig.wait_for_status("RUNNING", remade)
        comparison = self.rig.wait_until_crossed(lambda: self.rig.control("compare"), remade, 120)
        self.assertEqual(comparison["doubled"], 0)
        self.assertEqual(self.dead_letters(remade), [], "nobody sees another organization's rows")
        self.assertNotEqual(self.rig.topic("backlog", remade), old[0])
        # Back, for the tests after this one.
        self.rig.stop(remade)
        self.rig.ctl("instances", "delete", "fabrikam/stage")
        path.write_text(path.read_text().replace("  fabrikam:\n", "  contoso:\n"))
        self.rig.ctl("definitions", "apply", "-f", path)

    def test_R1_a_controller_that_dies_at_a_deletion_leaves_the_rest_to_the_next_one(self):
        old = self.rig.topic("backlog")
        self.rig.stop()
        # Kafka takes the deletion; the controller is killed as soon as it has said so.
        self.rig.ctl("instances", "delete", "contoso/stage")
        self.rig.controller.kill()
        self.rig.controller.start()
        wait_for(lambda: old not in self.rig.topic_names(), "the next controller deletes the topics")
        self.rig.define()
        self.rig.start()
        self.rig.wait_for_status("RUNNING")
        self.assertEqual(self.rig.wait_until_equal(120)["doubled"], 0)


if __name__ == "__main__":
    unittest.main()
