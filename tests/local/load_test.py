import contextlib
import io
import pathlib
import sys
import unittest
from unittest import mock

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "local" / "lib"))
import following
import load
from terminal import Failure


def workflow(status="STATUS_RUNNING", backlog=0, **more):
    return {"status": status, "backlog": {"records": str(backlog)}, **more}


class Script:
    """Answers as causewayctl and the sandbox would, one step a question; the last step stays."""

    def __init__(self, *steps):
        self.steps = list(steps)
        self.asked = 0

    def workflow(self):
        return self._step()[0]

    def counts(self):
        contacts, profiles = self._step()[1]
        self.asked += 1
        return {"contacts": contacts, "profiles": profiles}

    def _step(self):
        return self.steps[min(self.asked, len(self.steps) - 1)]


@mock.patch.object(following, "_INTERVAL", 0.001)
class LoadTest(unittest.TestCase):
    def follow(self, *steps):
        world = Script(*steps)
        with contextlib.redirect_stdout(io.StringIO()) as said:
            load.follow_contacts(world, world)
        return world, said.getvalue()

    def test_ends_when_everything_crossed_and_the_backlog_is_0(self):
        world, said = self.follow(
            (workflow("STATUS_STARTING", waitingFor="an ingress replica"), (10, 0)),
            (workflow(backlog=0), (10, 0)),
            (workflow(backlog=6), (10, 4)),
            (workflow(backlog=1), (10, 10)),
            (workflow(backlog=0), (10, 10)))
        self.assertEqual(world.asked, 5)
        self.assertIn("0 of 10 contacts are in Campaign", said)
        self.assertIn("an ingress replica", said)

    def test_tells_why_the_workflow_failed(self):
        with self.assertRaises(Failure) as caught:
            self.follow((workflow("STATUS_FAILED", failure={"code": "CW-1", "message": "No.", "remedy": "Do."}), (10, 0)))
        self.assertIn("CW-1 No.", caught.exception.what)
        self.assertIn("Do.", caught.exception.remedy)

    @mock.patch.object(following, "_PATIENCE", 0.05)
    def test_gives_up_when_nothing_moves(self):
        with self.assertRaises(Failure) as caught:
            self.follow((workflow(backlog=3), (10, 7)))
        self.assertIn("7 of 10", caught.exception.what)
        self.assertIn("backlog 3", caught.exception.what)

    def test_a_difference_is_a_failure_that_shows_examples(self):
        sandbox = mock.Mock()
        sandbox.compare.return_value = {"compared": 10, "different": 1, "examples": ["contact 7: lastName"]}
        with self.assertRaises(Failure) as caught, contextlib.redirect_stdout(io.StringIO()):
            load.compare(sandbox)
        self.assertIn("contact 7", caught.exception.said)


if __name__ == "__main__":
    unittest.main()
