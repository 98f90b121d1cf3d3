"""Workflows: all of them, as the page of that name shows them."""

from grafana_foundation_sdk.models import units

import looks
from frame import NAMESPACE, UIDS, frame, variable
from panels import Column, coloured, over_time, row, status_over_time, table

SELECTOR = f'{NAMESPACE}, instance=~"$instance"'
# CausewayControllerAway is of no namespace where Prometheus sees nothing at all.
FIRING = 'namespace=~"|$namespace", alertname=~"Causeway.*", alertstate="firing"'
NAME = "{{instance}} {{workflow}}"
ONE_WORKFLOW = f"/d/{UIDS['one workflow']}?var-namespace=${{namespace}}&var-instance=${{__data.fields.instance}}&var-workflow=${{__data.fields.workflow}}"


def dashboard():
    board = frame("workflows", "Causeway / Workflows", "Every workflow: status, backlog, rates, and what needs a look.")
    board.with_variable(variable("instance", "Instance", f"label_values(causeway_workflow_status{{{NAMESPACE}}}, instance)", several=True))

    board.with_panel(table(
        "Workflows", "Every workflow as it is now. A click on its name shows it alone.", [
            Column("status", units.NoUnit, looks.status_query(SELECTOR), **coloured(looks.STATUS)),
            Column("pending changes", units.NoUnit, f"max by (instance, workflow) (causeway_workflow_pending_changes{{{SELECTOR}}})",
                   **coloured(looks.PENDING)),
            Column("backlog", units.Short, f"max by (instance, workflow) (namespace_instance_workflow:causeway_backlog_records:max{{{SELECTOR}}})"),
            Column("read", units.RecordsPerSecond, _rate("read")),
            Column("queued", units.RecordsPerSecond, _rate("queued")),
            Column("written", units.RecordsPerSecond, _rate("written")),
            Column("time to drain", units.Seconds, "max by (instance, workflow) ("
                   f"namespace_instance_workflow:causeway_backlog_drain_seconds:deriv5m{{{SELECTOR}}} or "
                   f"namespace_instance_workflow:causeway_backlog_records:max{{{SELECTOR}}} == 0)"),
            Column("oldest record", units.Seconds, f"max by (instance, workflow) (causeway_backlog_oldest_age_seconds{{{SELECTOR}}})",
                   **coloured(thresholds=looks.OLDEST)),
        ], ["instance", "workflow"], links={"workflow": ONE_WORKFLOW}))
    board.with_panel(table(
        "Alerts that fire", "What needs a look. docs/runbooks has a page for each.", [
            Column("alerts", units.Short, f"count by (alertname, severity, instance, workflow) (ALERTS{{{FIRING}}})")],
        ["severity", "alertname", "instance", "workflow"], width=12, empty="No alert fires."))
    board.with_panel(table(
        "Degraded", "Workflows that run and are hindered, by error code; docs/errors.md says what to do.", [
            Column("degraded", units.BoolYesNo, f"max by (instance, workflow, code) (causeway_workflow_degraded{{{SELECTOR}}})")],
        ["instance", "workflow", "code"], width=12, empty="No workflow is degraded."))

    board.with_row(row("History"))
    board.with_panel(status_over_time("Status", "Grey: STOPPED, blue: STARTING, green: RUNNING, red: FAILED.", looks.status_query(SELECTOR), NAME))
    board.with_panel(over_time(
        "Backlog", "Records that were read and queued and are not yet written to the destination.", units.Short,
        (f"namespace_instance_workflow:causeway_backlog_records:max{{{SELECTOR}}}", NAME)))
    board.with_panel(over_time(
        "Oldest record", "Age of the oldest record in the backlog.", units.Seconds,
        (f"max by (instance, workflow) (causeway_backlog_oldest_age_seconds{{{SELECTOR}}})", NAME), thresholds=looks.OLDEST))
    board.with_panel(over_time(
        "Time to drain", "How long the backlog lasts at the present rate.", units.Seconds,
        (f"namespace_instance_workflow:causeway_backlog_drain_seconds:deriv5m{{{SELECTOR}}}", NAME), empty="No backlog is draining."))
    for kind, meaning in (("read", "Rows read from the source."), ("queued", "Records put into the backlog."),
                          ("written", "Records created, updated or deleted in the destination.")):
        board.with_panel(over_time(
            f"Records {kind}", meaning, units.RecordsPerSecond, (_rate(kind), NAME), empty="No replica has run a workflow yet."))
    return board


def _rate(kind):
    return f"sum by (instance, workflow) (namespace_instance_workflow_table:causeway_records_{kind}:rate5m{{{SELECTOR}}})"
