"""A scratch copy of the checkout in which mutations are made, built and tested."""
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from mutation import CHECKOUT, Mutation

# A program that a mistake keeps from ending is ended.
UNIT_TEST_SECONDS = 120
BUILD_SECONDS = 1200


@dataclass(frozen=True)
class Verdict:
    # "unit", "simulation", "compiler" or "" when it survived.
    found_by: str
    # The test that failed, or the seed and what was violated.
    detail: str = ""
    # Schedules that it took; 0 when the simulation didn't find it.
    schedules: int = 0


class Scratch:
    """Life: construct (copies what has changed since the last time), prepare, then try_out one mutation after the other."""

    def __init__(self, folder: Path, checkout: Path = CHECKOUT, jobs: int = os.cpu_count() or 2):
        self.tree = folder / "tree"
        self.build = self.tree / "build"
        self.checkout = checkout
        self.jobs = jobs
        self._copy()

    def _copy(self) -> None:
        """Files that are the same keep their times, so that nothing is compiled for nothing."""
        listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=self.checkout,
                                capture_output=True, check=True).stdout.decode().split("\0")
        files = {name for name in listed if name and (self.checkout / name).is_file()}
        for name in files:
            source, target = self.checkout / name, self.tree / name
            if target.is_file() and target.read_bytes() == source.read_bytes():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)
        for path in self.tree.rglob("*"):
            name = path.relative_to(self.tree)
            if path.is_file() and name.parts[0] != "build" and str(name) not in files:
                path.unlink()

    def prepare(self, targets: set[str]) -> None:
        """Builds everything that will be run as it is. Raises CalledProcessError with the compiler's words."""
        if not (self.build / "build.ninja").exists():
            self._run(["cmake", "-S", str(self.tree), "-B", str(self.build), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"]).check_returncode()
        built = self._ninja(targets)
        if built.returncode != 0:
            raise RuntimeError(f"the code as it is doesn't build:\n{built.stdout[-4000:]}")

    def try_out(self, mutation: Mutation, schedules: int, timeout: float) -> Verdict:
        path = self.tree / mutation.file
        as_it_is = path.read_text()
        path.write_text(mutation.apply(as_it_is))
        try:
            return self._judge(mutation, schedules, timeout)
        finally:
            path.write_text(as_it_is)

    def _judge(self, mutation: Mutation, schedules: int, timeout: float) -> Verdict:
        tests = mutation.unit_tests(self.checkout)
        if tests:
            if (built := self._ninja(set(tests))).returncode != 0:
                return Verdict("compiler", first_error(built.stdout))
            for test in tests:
                if failed := self._unit_test(test):
                    return Verdict("unit", failed)
        if not mutation.simulation or schedules == 0:
            return Verdict("")
        if (built := self._ninja({"simulation"})).returncode != 0:
            return Verdict("compiler", first_error(built.stdout))
        return self._simulate(schedules, timeout)

    def _unit_test(self, name: str) -> str:
        """What failed; empty: nothing."""
        program = next(path for path in self.build.rglob(name) if path.is_file() and os.access(path, os.X_OK))
        try:
            run = self._run([str(program), "--gtest_brief=1", "--gtest_fail_fast"], UNIT_TEST_SECONDS)
        except subprocess.TimeoutExpired:
            return f"{name} doesn't end"
        if run.returncode == 0:
            return ""
        failed = re.search(r"\[  FAILED  \] (\S+?)(?: \(|,|$)", run.stdout, re.MULTILINE)
        return failed.group(1) if failed else f"{name} ends with {run.returncode}"

    def _simulate(self, schedules: int, timeout: float) -> Verdict:
        program = self.build / "bin" / "simulation"
        try:
            run = self._run([str(program), "--schedules", str(schedules), "--stop-after", "1"], timeout)
        except subprocess.TimeoutExpired:
            return Verdict("simulation", "a schedule doesn't end", schedules)
        if run.returncode == 0:
            return Verdict("")
        failed = re.search(r"^seed (\d+): (.*)$", run.stdout, re.MULTILINE)
        if not failed:
            return Verdict("simulation", f"it ends with {run.returncode}: {run.stderr.strip()[-200:]}", 1)
        return Verdict("simulation", f"seed {failed.group(1)}: {failed.group(2)}", int(failed.group(1)))

    def _ninja(self, targets: set[str]) -> subprocess.CompletedProcess:
        return self._run(["ninja", "-C", str(self.build), "-j", str(self.jobs), *sorted(targets)], BUILD_SECONDS)

    def _run(self, command: list[str], timeout: float | None = None) -> subprocess.CompletedProcess:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                              timeout=timeout)


def first_error(output: str) -> str:
    found = re.search(r"error: (.*)", output)
    return found.group(1) if found else "it doesn't build"
