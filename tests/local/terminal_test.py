"""How deploy/local's commands end when nobody reads what they print."""
import pathlib
import subprocess
import sys
import unittest

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "deploy" / "local" / "lib"
PROGRAM = f"""
import sys
sys.path.insert(0, {str(LIBRARY)!r})
import terminal
def main():
    for _ in range(int(sys.argv[1])):
        print("x" * 100)
terminal.run(main)
"""


class TerminalTest(unittest.TestCase):
    def shell(self, line, lines):
        """`line` with PROGRAM for $@, printing so many lines; its exit code and what it said on standard error."""
        done = subprocess.run(["bash", "-c", line, "bash", sys.executable, "-c", PROGRAM, str(lines)], capture_output=True, text=True)
        return done.returncode, done.stderr

    def test_a_pipe_whose_reader_has_read_enough_ends_it_silently(self):
        self.assertEqual(self.shell('"$@" | head -1 >/dev/null; exit ${PIPESTATUS[0]}', 10_000), (141, ""))

    def test_what_cant_be_written_is_a_failure_with_words(self):
        for lines in (1, 10_000):
            code, said = self.shell('"$@" >/dev/full', lines)
            self.assertEqual(code, 1)
            self.assertEqual(said, "What was to be printed can't be written to standard output (No space left on device).\n")

    def test_otherwise_it_ends_with_zero(self):
        self.assertEqual(self.shell('"$@" >/dev/null', 10), (0, ""))


if __name__ == "__main__":
    unittest.main()
