import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "deploy" / "local" / "lib"))
from daemon import Daemon
from terminal import Failure


class DaemonTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def daemon(self, script, listens_on=(), ready=lambda daemon: "ready" in daemon.log()):
        daemon = Daemon("it", ["sh", "-c", script], listens_on, self.folder / "run" / "pid", self.folder / "log" / "log", ready)
        self.addCleanup(daemon.stop)
        return daemon

    def test_runs_from_its_start_to_its_stop(self):
        daemon = self.daemon("echo ready; exec sleep 1000")
        self.assertIsNone(daemon.pid())
        daemon.start()
        self.assertIsNotNone(daemon.pid())
        self.assertEqual(daemon.stop(), "stopped")
        self.assertIsNone(daemon.pid())
        self.assertEqual(daemon.stop(), "was not running")

    def test_is_found_again_by_another_command(self):
        daemon = self.daemon("echo ready; exec sleep 1000")
        daemon.start()
        self.assertEqual(self.daemon("unused").pid(), daemon.pid())

    def test_is_killed_when_it_does_not_end(self):
        daemon = self.daemon("trap '' TERM; echo ready; while :; do sleep 0.1; done")
        daemon.start()
        self.assertTrue(daemon.stop(timeout=0.2).startswith("killed"))
        self.assertIsNone(daemon.pid())

    def test_never_signals_a_process_that_got_its_pid(self):
        daemon = self.daemon("unused")
        other = subprocess.Popen(["sleep", "1000"])
        self.addCleanup(other.wait)
        self.addCleanup(other.kill)
        daemon.pid_file.parent.mkdir()
        daemon.pid_file.write_text(json.dumps({"pid": other.pid, "started": 1, "boot": "another"}))
        self.assertIsNone(daemon.pid())
        self.assertEqual(daemon.stop(), "was not running")
        self.assertIsNone(other.poll())

    def test_shows_its_last_words_when_it_ends_at_once(self):
        with self.assertRaises(Failure) as caught:
            self.daemon("echo no such file; exit 3").start()
        self.assertIn("exit code 3", caught.exception.what)
        self.assertIn("no such file", caught.exception.said)

    def test_is_ended_when_it_is_not_ready_in_time(self):
        daemon = self.daemon("exec sleep 1000")
        with self.assertRaises(Failure) as caught:
            daemon.start(timeout=0.2)
        self.assertIn("not ready", caught.exception.what)
        self.assertIsNone(daemon.pid())

    def test_names_the_port_that_another_program_has(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            listener.listen()
            port = listener.getsockname()[1]
            daemon = self.daemon("unused", listens_on=[port])
            with self.assertRaises(Failure) as caught:
                daemon.start()
        self.assertIn(str(port), caught.exception.what)
        self.assertFalse(daemon.log_file.exists())

    def test_is_outdated_once_its_program_is_built_anew(self):
        program = self.folder / "program"
        program.write_bytes(pathlib.Path("/bin/sleep").read_bytes())
        program.chmod(0o755)
        daemon = self.daemon(f"echo ready; exec {program} 1000", ready=lambda daemon: self.runs(daemon, program))
        daemon.start()
        self.assertFalse(daemon.outdated())
        program.unlink()
        self.assertTrue(daemon.outdated())

    @staticmethod
    def runs(daemon, program):
        return os.readlink(f"/proc/{daemon.pid()}/exe") == str(program)


if __name__ == "__main__":
    unittest.main()
