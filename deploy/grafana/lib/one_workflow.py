"""One workflow: its tables, the systems that it talks to, errors, engine calls, loops."""

from grafana_foundation_sdk.models import units

import looks
from frame import NAMESPACE, frame, text, variable
from panels import Column, bars, now, over_time, row, status_over_time, table

SELECTOR = f'{NAMESPACE}, instance="$instance", workflow="$workflow"'
# Requests carry no instance: they are those of all instances that the workflow's service serves.
SERVICE = f'{NAMESPACE}, job="causeway-$workflow"'
NOT_RUN = "Nothing: no replica has run the workflow yet."
CALLS_PER_DAY = "suffix: calls/day"
# No currency: whoever types the price knows it.
COST_PER_DAY = "suffix: /day"
CALLS_A_DAY = f"namespace_instance_workflow_table:causeway_engine_calls:increase1d{{{SELECTOR}}}"
BILLED = f'namespace_instance_workflow_table:causeway_engine_calls:increase1d{{{SELECTOR}, workflow!="egress"}}'

RECORDS = {
    "read": "Rows read from the source.",
    "queued": "Records put into the backlog.",
    "written": "Records created, updated or deleted in the destination.",
    "unchanged": "Records that needed no call because the destination holds them already.",
    "skipped": "Records that a rule made superfluous, by reason: older than what is written, deletion of what was never written, or events of nobody, for example.",
    "dead_lettered": "Records that the destination refused for good.",
}


def dashboard():
    board = frame("one workflow", "Causeway / One workflow", "One workflow of one instance: tables, latencies, errors, engine calls, loops.")
    board.with_variable(variable("instance", "Instance", f"label_values(causeway_workflow_status{{{NAMESPACE}}}, instance)"))
    board.with_variable(variable("workflow", "Workflow", f'label_values(causeway_workflow_status{{{NAMESPACE}, instance="$instance"}}, workflow)'))
    board.with_variable(text("price", "Price of 1,000 engine calls", "1", "What Campaign's contract says, in any currency."))
    for part in (_now, _tables, _systems, _errors, _engine_calls, _loops):
        part(board)
    return board


def _now(board):
    board.with_panel(now("Status", "STOPPED, STARTING, RUNNING or FAILED.", units.NoUnit, looks.status_query(SELECTOR), words=looks.STATUS))
    board.with_panel(now(
        "Pending changes", "Whether the definition was edited after the revision that runs.", units.NoUnit,
        f"max(causeway_workflow_pending_changes{{{SELECTOR}}})", words=looks.PENDING))
    board.with_panel(now("Backlog", "Records that were read and queued and are not yet written.", units.Short,
                         f"max(causeway_backlog_records{{{SELECTOR}}})"))
    board.with_panel(now("Oldest record", "Age of the oldest record in the backlog.", units.Seconds,
                         f"max(causeway_backlog_oldest_age_seconds{{{SELECTOR}}})", thresholds=looks.OLDEST))
    board.with_panel(now("Time to drain", "How long the backlog lasts at the present rate.", units.Seconds,
                         f"namespace_instance_workflow:causeway_backlog_drain_seconds:deriv5m{{{SELECTOR}}}", empty="Not draining"))
    board.with_panel(now("Connected replicas", "Replicas of the workflow's service that are connected to the controller.", units.Short,
                         f'max(causeway_connected_replicas{{{NAMESPACE}, workflow="$workflow"}})', thresholds=looks.NONE_IS_BAD))
    board.with_panel(status_over_time(
        "Status over time", "Grey: STOPPED, blue: STARTING, green: RUNNING, red: FAILED.", looks.status_query(SELECTOR), "{{workflow}}", width=12))
    board.with_panel(over_time("Backlog over time", "Records in the backlog.", units.Short,
                               (f"max(causeway_backlog_records{{{SELECTOR}}})", "records"), width=6))
    board.with_panel(over_time("Backlog on disk", "Size of the backlog on the broker's disk.", units.BytesIEC,
                               (f"max(causeway_backlog_bytes{{{SELECTOR}}})", "bytes"), width=6))


def _tables(board):
    board.with_row(row("Records by table"))
    board.with_panel(table(
        "Tables", "What became of each table's records in the time that is shown.",
        [Column(kind.replace("_", " "), units.Short, f"sum by (table) (increase(causeway_records_{kind}_total{{{SELECTOR}}}[$__range]))")
         for kind in RECORDS], ["table"], empty=NOT_RUN))
    for kind, meaning in RECORDS.items():
        by = ("table, reason", "{{table}}: {{reason}}") if kind == "skipped" else ("table", "{{table}}")
        board.with_panel(over_time(f"Records {kind.replace('_', ' ')}", meaning, units.RecordsPerSecond,
                                   (_rate(f"causeway_records_{kind}_total", by[0]), by[1]), empty=NOT_RUN))
    board.with_panel(over_time(
        "The books", "What became of the rows that were read, whatever was restarted: read = queued + left-out + rejected, and queued = written + "
        "unchanged + skipped + dead-lettered + backlog.", units.RecordsPerSecond,
        (_rate("causeway_books_records_total", "outcome"), "{{outcome}}"), empty=NOT_RUN))


def _systems(board):
    board.with_row(row("Systems at both ends (all instances)"))
    for share, name in ((0.5, "Median"), (0.99, "99th percentile")):
        board.with_panel(over_time(
            f"Latency: {name.lower()}", f"{name} of the time from sending an HTTP request to its whole answer.", units.Seconds,
            (f"histogram_quantile({share}, sum by (system, method, le) (rate(causeway_http_request_duration_seconds_bucket{{{SERVICE}}}[$__rate_interval])))",
             "{{system}} {{method}}"), empty="No request was sent."))
    board.with_panel(over_time(
        "Throttling", "Share of the time that a system has asked us to wait; several requests that wait count several times.", units.PercentUnit,
        (f"sum by (system) (rate(causeway_throttled_seconds_total{{{SERVICE}}}[$__rate_interval]))", "{{system}}"), empty="No system has throttled."))


def _errors(board):
    board.with_row(row("Errors"))
    board.with_panel(over_time(
        "Tried again, by error code", "Reads and writes that failed and were tried again; docs/errors.md says what to do.", units.CountsPerSecond,
        (_rate("causeway_retries_total", "code"), "{{code}}"), empty="Nothing had to be tried again."))
    board.with_panel(over_time(
        "Degraded, by error code", "1 while the workflow runs and is hindered.", units.BoolYesNo,
        (f"max by (code) (causeway_workflow_degraded{{{SELECTOR}}})", "{{code}}"), empty="The workflow is not degraded."))
    board.with_panel(over_time(
        "Refused requests (all instances)", "HTTP requests that were answered with an error, or not at all (0).", units.RequestsPerSecond,
        (f'sum by (system, status) (rate(causeway_http_requests_total{{{SERVICE}, status!~"[23].."}}[$__rate_interval]))', "{{system}} {{status}}"),
        empty="No request was refused."))
    board.with_panel(bars(
        "Dead letters", "Records that became dead letters in the time that is shown, by table.", units.Short,
        f"sum by (table) (increase(causeway_records_dead_lettered_total{{{SELECTOR}}}[$__range]))", "{{table}}", width=12, empty=NOT_RUN,
        thresholds=looks.ANY_IS_BAD))
    board.with_panel(now(
        "Gaps in the source", "How often the source dropped data before it was read, since the workflow was made.", units.Short,
        f"max(causeway_source_gaps_total{{{SELECTOR}}})", width=12, thresholds=looks.ANY_IS_BAD))


def _engine_calls(board):
    board.with_row(row("Cost"))
    board.with_panel(now(
        "Engine calls a day", "Requests to the destination for records in the last 24 hours; to Campaign, what the customer pays for.", CALLS_PER_DAY,
        f"sum({CALLS_A_DAY})", width=4, empty=NOT_RUN))
    board.with_panel(now(
        "Cost a day", "What the engine calls of the last 24 hours cost, at the price of 1,000 that is typed at the top of the page. "
        "Those of egress go to Dynamics 365 and cost nothing.", COST_PER_DAY,
        f"sum({BILLED} or 0 * {CALLS_A_DAY}) / 1000 * $price", width=4, empty=NOT_RUN))
    board.with_panel(over_time(
        "Engine calls", "At the present rate, by table.", CALLS_PER_DAY,
        (f"86400 * {_rate('causeway_engine_calls_total', 'table')}", "{{table}}"), empty=NOT_RUN, stacked=True))
    board.with_panel(over_time(
        "Engine calls for a written record", "1 is the least: more means calls that were repeated or looked something up.", "suffix: calls",
        (f"{_rate('causeway_engine_calls_total', 'table')} / ({_rate('causeway_records_written_total', 'table')} > 0)", "{{table}}"),
        empty="No record was written."))


def _loops(board):
    board.with_row(row("Loops"))
    board.with_panel(over_time(
        "Lease ages", "Time since each loop last turned as the controller knows; a lease lasts 10 seconds.", units.Seconds,
        (f"namespace_instance_workflow_loop:causeway_lease_age_seconds:max{{{SELECTOR}}}", "{{loop}}"), thresholds=looks.LEASE,
        empty="No leases: the workflow is not started."))
    board.with_panel(over_time(
        "Turns of the loops", "Lease renewals of the read loop and of the write loop, of all replicas; one without them is stalled.", units.CountsPerSecond,
        (_rate("causeway_loop_turns_total", "loop"), "{{loop}}"), empty=NOT_RUN))
    board.with_panel(over_time(
        "Writes in flight", "Writes in flight, and how many may be at once: adapted to what the destination bears.", units.Short,
        (f"sum(causeway_writes_in_flight{{{SELECTOR}}})", "in flight"), (f"sum(causeway_write_concurrency{{{SELECTOR}}})", "allowed"),
        empty="No replica runs the workflow."))


def _rate(metric, label):
    return f"sum by ({label}) (rate({metric}{{{SELECTOR}}}[$__rate_interval]))"
