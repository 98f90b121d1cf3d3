"""A program in the background. It is known by a pid file that also holds when it started, so that another process which got a
recycled pid is never taken for it, let alone killed."""

import json
import os
import pathlib
import signal
import subprocess
import time

import ports
from terminal import Failure

_TAIL = 15


class Daemon:
    def __init__(self, name, command, listens_on, pid_file, log_file, ready=None):
        """It is ready when `ready(daemon)` says so; without one, when every port of `listens_on` accepts connections."""
        self.name = name
        self.command = [str(part) for part in command]
        self.listens_on = listens_on
        self._ready = ready or (lambda daemon: all(ports.answers(port) for port in daemon.listens_on))
        self.pid_file = pid_file
        self.log_file = log_file
        self._log_start = 0
        self._child = None

    def pid(self):
        """Its pid while it runs, else None."""
        try:
            recorded = json.loads(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        # null: it ended before it was looked at.
        return recorded["pid"] if recorded and _identity(recorded["pid"]) == recorded else None

    def outdated(self):
        """Whether its program was built anew since it started."""
        pid = self.pid()
        return pid is not None and os.readlink(f"/proc/{pid}/exe").endswith(" (deleted)")

    def start(self, timeout=60):
        """Returns when it is ready. A Failure with the end of its log, and nothing left running, when it ends instead or isn't
        ready in time."""
        taken = [str(port) for port in self.listens_on if ports.taken(port)]
        if taken:
            raise Failure(f"{self.name} needs port {', '.join(taken)}, which another program listens on",
                          remedy="See which: ss -ltnp. Other ports: deploy/local/down --wipe && deploy/local/up --port-base N")
        self._launch()
        try:
            self._wait_until_ready(timeout)
        except BaseException:
            self.stop()
            raise

    def stop(self, timeout=20):
        """SIGTERM, SIGKILL when that doesn't end it in time. What happened, in a word."""
        pid = self.pid()
        if pid is None:
            self.pid_file.unlink(missing_ok=True)
            return "was not running"
        os.kill(pid, signal.SIGTERM)
        how = "stopped"
        if not self._gone(timeout):
            os.kill(pid, signal.SIGKILL)
            how = f"killed: it did not end within {timeout} s"
            self._gone(timeout)
        if self._child is not None:
            self._child.wait()
        self.pid_file.unlink(missing_ok=True)
        return how

    def log(self):
        """What it has logged since this command started it."""
        with self.log_file.open("rb") as log:
            log.seek(self._log_start)
            return log.read().decode(errors="replace")

    def _launch(self):
        for path in (self.pid_file, self.log_file):
            path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._log_start = log.tell()
            # A session of its own: it stays when the terminal goes, and doesn't get the terminal's Ctrl-C.
            self._child = subprocess.Popen(
                self.command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.pid_file.write_text(json.dumps(_identity(self._child.pid)))

    def _wait_until_ready(self, timeout):
        deadline = time.monotonic() + timeout
        while not self._ready(self):
            if self._child.poll() is not None:
                raise self._failure(f"{self.name} ended with exit code {self._child.returncode}")
            if time.monotonic() > deadline:
                raise self._failure(f"{self.name} was not ready after {timeout} s")
            time.sleep(0.05)

    def _failure(self, what):
        tail = "\n".join(self.log().splitlines()[-_TAIL:])
        return Failure(what, tail, f"Its whole log: {self.log_file}. Then: deploy/local/up")

    def _gone(self, timeout):
        deadline = time.monotonic() + timeout
        while self.pid() is not None and time.monotonic() < deadline:
            time.sleep(0.05)
        return self.pid() is None


def _identity(pid):
    """The process that has this pid now: with the boot and the clock tick it started at. None when there is none."""
    try:
        stat = pathlib.Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name in brackets may hold anything, so fields are counted from behind it: state is the first, starttime the 20th.
    fields = stat.rpartition(")")[2].split()
    if fields[0] == "Z":
        return None
    boot = pathlib.Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    return {"pid": pid, "started": int(fields[19]), "boot": boot}
