"""Follows the workflow's work until both sides hold the same, and compares them record by record."""

import collections
import time

import terminal
from terminal import Failure

_INTERVAL = 0.5
_RATE_OVER = 5.0
_PATIENCE = 120.0


def follow(ctl, sandbox):
    """Shows backlog, rate and time left until every contact has crossed and the backlog is 0."""
    progress = terminal.Progress()
    rate = _Rate()
    moved, before = time.monotonic(), None
    try:
        while True:
            workflow, counts = ctl.workflow(), sandbox.counts()
            backlog = int(workflow.get("backlog", {}).get("records", 0))
            _check(workflow)
            if workflow["status"] == "STATUS_RUNNING" and backlog == 0 and counts["profiles"] >= counts["contacts"]:
                return
            rate.add(counts["profiles"])
            progress.show(_line(workflow, counts, backlog, rate.per_second()))
            if (now := (workflow["status"], backlog, counts)) != before:
                moved, before = time.monotonic(), now
            if time.monotonic() - moved > _PATIENCE:
                raise Failure(f"nothing has moved for {_PATIENCE:.0f} s: {_line(workflow, counts, backlog, 0)}",
                              remedy="Look at it: deploy/local/ctl workflows list; deploy/local/ctl dead-letters list")
            time.sleep(_INTERVAL)
    finally:
        progress.clear()


def compare(sandbox):
    """A Failure that names some rows when the two sides differ."""
    terminal.step("comparing both sides, record by record")
    result = sandbox.compare()
    if result["different"]:
        raise Failure(f"{result['different']:,} of {result['compared']:,} records differ",
                      "\n".join(str(example) for example in result["examples"]),
                      "Records that Campaign refused are listed by: deploy/local/ctl dead-letters list")
    terminal.done(f"both sides are equal: {result['compared']:,} contacts compared with their profiles, field by field")


def _check(workflow):
    if workflow["status"] == "STATUS_FAILED":
        failure = workflow.get("failure", {})
        raise Failure(f"the workflow is FAILED: {failure.get('code', '')} {failure.get('message', '')}",
                      remedy=failure.get("remedy", "") + " Then: deploy/local/up")


def _line(workflow, counts, backlog, per_second):
    crossed, all_rows = counts["profiles"], counts["contacts"]
    parts = [f"{crossed:,} of {all_rows:,} contacts are in Campaign", f"backlog {backlog:,}"]
    if per_second >= 1:
        parts += [f"{per_second:,.0f}/s", f"{max(all_rows - crossed, 0) / per_second:.0f} s left"]
    if workflow["status"] == "STATUS_STARTING":
        parts.append(f"STARTING: {workflow.get('waitingFor', '')}")
    parts += [condition["message"] for condition in workflow.get("conditions", [])]
    return " · ".join(parts)


class _Rate:
    """How fast a count grows, over the last seconds."""

    def __init__(self):
        self._samples = collections.deque()

    def add(self, count):
        now = time.monotonic()
        self._samples.append((now, count))
        while now - self._samples[0][0] > _RATE_OVER:
            self._samples.popleft()

    def per_second(self):
        (first, low), (last, high) = self._samples[0], self._samples[-1]
        return (high - low) / (last - first) if last > first else 0.0
