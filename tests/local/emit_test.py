import contextlib
import io
import pathlib
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "local" / "lib"))
import following
from emit import Emission
from terminal import Failure


def seen(events, activities, backlog=0, missing=0, status="STATUS_RUNNING", **compared):
    return {"events": 100 + events, "activities": {"adobe_emailsend": 30 + activities, "adobe_emailopen": 20}, "backlog": backlog,
            "status": status, "compared": {"compared": 8, "missing": missing, "different": missing, "examples": [], **compared}}


class Script:
    """Answers as causewayctl and the sandbox would, one step a question for the workflow; the last step stays."""

    settings = {"egress": {"sends": True, "opens": False, "clicks": True, "bounces": False,
                           "tables": {"send": "contoso_mailing", "open": "", "mirrorPageUrlColumn": "contoso_page"}}}

    def __init__(self, *steps):
        self.steps, self.at, self.choice = steps, 0, None

    def counts(self):
        return self.steps[self.at]

    def workflow(self, name):
        self.at = min(self.at + 1, len(self.steps) - 1)
        step = self.steps[self.at]
        return {"status": step["status"], "backlog": {"records": str(step["backlog"])}, "settings": self.settings}

    def call(self, verb, **choice):
        self.choice = choice
        return self.steps[self.at]["compared"]


@mock.patch.object(following, "_INTERVAL", 0.001)
class EmitTest(unittest.TestCase):
    def follow(self, *steps):
        world = Script(seen(0, 0), *steps)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            Emission(world, world).follow(10)
        return world, said.getvalue()

    def test_ends_when_all_have_happened_and_those_that_are_wanted_are_activities(self):
        world, said = self.follow(seen(4, 0), seen(9, 3), seen(10, 5, backlog=3), seen(10, 7, missing=1), seen(10, 8))
        self.assertEqual(world.at, 5)
        self.assertIn("0 of 4 events are activities", said)
        self.assertIn("8 of 10 events are activities, each once", said)

    def test_compares_by_the_workflows_own_switches_and_names(self):
        world, _ = self.follow(seen(10, 8))
        self.assertEqual(world.choice, {"since": 100, "types": "send,click",
                                        "tables": {"send": "contoso_mailing", "mirror_page_url_column": "contoso_page"}})

    def test_what_is_wrong_is_a_failure_that_shows_examples(self):
        with self.assertRaises(Failure) as caught:
            self.follow(seen(10, 8, different=1, examples=["subject is wrong"]))
        self.assertIn("subject is wrong", caught.exception.said)

    def test_what_is_stopped_is_not_waited_for(self):
        with self.assertRaises(Failure) as caught:
            self.follow(seen(10, 0, status="STATUS_STOPPED"))
        self.assertIn("workflows start contoso/stage/egress", caught.exception.remedy)

    @mock.patch.object(following, "_PATIENCE", 0.05)
    def test_gives_up_when_nothing_moves(self):
        with self.assertRaises(Failure) as caught:
            self.follow(seen(10, 7, missing=1))
        self.assertIn("7 of 10 events", caught.exception.what)


if __name__ == "__main__":
    unittest.main()
