"""Follows the workflow's work until both sides hold the same, and compares them record by record."""

import terminal
from following import Outlook, backlog_of, follow
from terminal import Failure


def follow_contacts(ctl, sandbox):
    """Shows backlog, rate and time left until every contact has crossed and the backlog is 0."""
    def look():
        workflow, counts = ctl.workflow(), sandbox.counts()
        crossed, expected = counts["profiles"], counts["contacts"]
        done = workflow["status"] == "STATUS_RUNNING" and backlog_of(workflow) == 0 and crossed >= expected
        return Outlook(done, crossed, expected, "contacts are in Campaign", workflow)
    follow(look, again="deploy/local/up")


def compare(sandbox):
    """A Failure that names some rows when the two sides differ."""
    terminal.step("comparing both sides, record by record")
    result = sandbox.compare()
    if result["different"]:
        raise Failure(f"{result['different']:,} of {result['compared']:,} records differ",
                      "\n".join(str(example) for example in result["examples"]),
                      "Records that Campaign refused are listed by: deploy/local/ctl dead-letters list")
    terminal.done(f"both sides are equal: {result['compared']:,} contacts compared with their profiles, field by field")
