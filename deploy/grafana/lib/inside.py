"""Inside: the processes, for whoever looks for the cause."""

from grafana_foundation_sdk.models import units

import looks
from frame import NAMESPACE, frame, variable
from panels import Column, bars, now, over_time, row, table

SELECTOR = f'{NAMESPACE}, job=~"$job", replica=~"$replica"'
REPLICA = "{{replica}}"
NOT_RUN = "Nothing: no replica runs a workflow."


def dashboard():
    board = frame("inside", "Causeway / Inside", "The services' processes: loops, transactions, partitions, index, memory, requests, API.")
    board.with_variable(variable("job", "Service", f'label_values(up{{{NAMESPACE}, job=~"causeway-.*"}}, job)', several=True))
    board.with_variable(variable("replica", "Replica", f'label_values(up{{{NAMESPACE}, job=~"$job"}}, replica)', several=True))
    for part in (_processes, _installation, _loops, _index, _requests, _api):
        part(board)
    return board


def _processes(board):
    board.with_panel(table(
        "Builds", "Which build of which service runs where.", [
            Column("replicas", units.Short, f"count by (service, version, commit, replica) (causeway_build_info{{{SELECTOR}}})")],
        ["service", "replica", "version", "commit"], width=12))
    board.with_panel(over_time("Answers to Prometheus", "1 while the process answers Prometheus.", units.BoolYesNo,
                               (f"max by (replica) (up{{{SELECTOR}}})", REPLICA), width=12))
    for title, meaning, unit, query in (
            ("Memory", "Resident memory: bounded by configuration, not by the backlog.", units.BytesIEC, "process_resident_memory_bytes{%s}"),
            ("CPU", "Processors that are kept busy.", "suffix: processors", "rate(process_cpu_seconds_total{%s}[$__rate_interval])"),
            ("Open files", "Share of the file descriptors that may be open.", units.PercentUnit, "process_open_fds{%s} / process_max_fds{%s}"),
            ("Threads", "Threads of the process.", units.Short, "process_threads{%s}"),
            ("Virtual memory", "Address space, most of it never touched.", units.BytesIEC, "process_virtual_memory_bytes{%s}"),
            ("Running since", "Time since the process was started: it falls to 0 where one dies.", units.Seconds,
             "time() - process_start_time_seconds{%s}")):
        board.with_panel(over_time(title, meaning, unit, (f"max by (replica) ({query.replace('%s', SELECTOR)})", REPLICA)))


def _installation(board):
    board.with_row(row("What the services need"))
    board.with_panel(now("Broker reachable", "Whether the Kafka broker answers each process.", units.NoUnit,
                         f"min by (replica) (causeway_broker_reachable{{{SELECTOR}}})", REPLICA, width=6, words=looks.REACHABLE))
    board.with_panel(now("Connected to the controller", "Whether each replica's stream to the controller is open.", units.NoUnit,
                         f"min by (replica) (causeway_controller_connected{{{SELECTOR}}})", REPLICA, width=6, words=looks.REACHABLE,
                         empty="No replica of a workflow's service is chosen."))
    board.with_panel(now("Certificate files", "Whether each process can read the certificate files that it was given.", units.NoUnit,
                         f"min by (replica) (causeway_certificate_readable{{{SELECTOR}}})", REPLICA, width=6, words=looks.READABLE,
                         empty="No process was given a certificate."))
    board.with_panel(now("Unsafe topics", "Topics with a broker setting that can lose data, by setting.", units.Short,
                         f"max by (setting) (causeway_unsafe_topics{{{NAMESPACE}}})", "{{setting}}", width=6, empty="No topic is unsafe.",
                         thresholds=looks.ANY_IS_BAD))
    board.with_panel(bars("Certificates", "Time until each certificate file expires: by the first certificate in it, a bundle of authorities by the last.",
                          units.Seconds,
                          f"min by (job, file) (causeway_certificate_expiry_timestamp_seconds{{{SELECTOR}}}) - time()", "{{job}} {{file}}", width=12,
                          empty="No process was given a certificate.", thresholds=looks.EXPIRY))
    board.with_panel(bars("Client secrets", "Time until each client secret expires, where people said so.", units.Seconds,
                          f"min by (instance, connection) (causeway_secret_expiry_timestamp_seconds{{{NAMESPACE}}}) - time()",
                          "{{instance}} {{connection}}", width=12, empty="Nobody said when a secret expires.", thresholds=looks.EXPIRY))


def _loops(board):
    board.with_row(row("Loops, transactions, partitions"))
    board.with_panel(over_time(
        "Loop turns", "Lease renewals of the read and write loops of each replica, one a report while a loop turns; one without them is stalled.",
        units.CountsPerSecond,
        (f"sum by (replica, instance, workflow, loop) (rate(causeway_loop_turns_total{{{SELECTOR}}}[$__rate_interval]))",
         "{{replica}} {{instance}} {{workflow}} {{loop}}"), empty=NOT_RUN))
    board.with_panel(over_time(
        "Leases", "Time since each loop last turned as the controller knows; a lease lasts 10 seconds.", units.Seconds,
        (f"namespace_instance_workflow_loop:causeway_lease_age_seconds:max{{{NAMESPACE}}}", "{{instance}} {{workflow}} {{loop}}"), thresholds=looks.LEASE,
        empty="No leases: no workflow is started."))
    board.with_panel(over_time(
        "Partitions owned", "Partitions of the backlogs that each replica writes, and whose part of the index it keeps.", units.Short,
        (f"sum by (replica, instance, workflow) (causeway_partitions_owned{{{SELECTOR}}})", "{{replica}} {{instance}} {{workflow}}"), empty=NOT_RUN,
        stacked=True))
    board.with_panel(over_time(
        "Kafka transactions", "Transactions that were committed.", units.CountsPerSecond,
        (f"sum by (replica, loop) (rate(causeway_transaction_duration_seconds_count{{{SELECTOR}}}[$__rate_interval]))", "{{replica}} {{loop}}"),
        empty=NOT_RUN))
    for share, name in ((0.5, "median"), (0.99, "99th percentile")):
        board.with_panel(over_time(
            f"Transaction time: {name}", "Time from the beginning to the commit of a Kafka transaction.", units.Seconds,
            (f"histogram_quantile({share}, sum by (loop, le) (rate(causeway_transaction_duration_seconds_bucket{{{SELECTOR}}}[$__rate_interval])))",
             "{{loop}}"), empty="No transaction was committed."))


def _index(board):
    board.with_row(row("Index: what was written of each record"))
    board.with_panel(over_time(
        "Index size", "Each replica's copy of the index: on disk, not in memory.", units.BytesIEC,
        (f"max by (replica) (causeway_index_bytes{{{SELECTOR}}})", REPLICA), empty="No replica of a workflow's service is chosen."))
    board.with_panel(over_time(
        "Index entries", "About how many records each replica's copy of the index knows; egress keeps none.", units.Short,
        (f"max by (replica) (causeway_index_entries{{{SELECTOR}}})", REPLICA), empty="No replica of a workflow's service is chosen."))
    board.with_panel(over_time(
        "Index restores: 99th percentile", "Time from taking a partition over to having its part of the index; nothing is written of it before.", units.Seconds,
        (f"histogram_quantile(0.99, sum by (replica, le) (rate(causeway_index_restore_duration_seconds_bucket{{{SELECTOR}}}[$__rate_interval])))", REPLICA),
        empty="No partition was taken over."))


def _requests(board):
    board.with_row(row("HTTP requests to the systems at both ends"))
    board.with_panel(over_time(
        "HTTP requests", "Requests that each replica sent, by system.", units.RequestsPerSecond,
        (f"sum by (replica, system) (rate(causeway_http_requests_total{{{SELECTOR}}}[$__rate_interval]))", "{{replica}} {{system}}"),
        empty="No request was sent."))
    board.with_panel(over_time(
        "HTTP answers", "Requests by the status that they were answered with; 0 where no answer came.", units.RequestsPerSecond,
        (f"sum by (system, status) (rate(causeway_http_requests_total{{{SELECTOR}}}[$__rate_interval]))", "{{system}} {{status}}"),
        empty="No request was sent.", stacked=True))
    board.with_panel(over_time(
        "HTTP time: 99th percentile", "Time from sending an HTTP request to its whole answer.", units.Seconds,
        (f"histogram_quantile(0.99, sum by (system, method, le) (rate(causeway_http_request_duration_seconds_bucket{{{SELECTOR}}}[$__rate_interval])))",
         "{{system}} {{method}}"), empty="No request was sent."))


def _api(board):
    board.with_row(row("Causeway's own gRPC API"))
    board.with_panel(over_time(
        "API calls", "Calls of the gRPC API, by method.", units.RequestsPerSecond,
        (f"sum by (method) (rate(causeway_api_requests_total{{{NAMESPACE}}}[$__rate_interval]))", "{{method}}"), width=12, empty="Nobody called the API."))
    board.with_panel(over_time(
        "API calls that failed", "Calls that did not end with OK, by gRPC status and method.", units.RequestsPerSecond,
        (f'sum by (method, status) (rate(causeway_api_requests_total{{{NAMESPACE}, status!="OK"}}[$__rate_interval]))', "{{status}} {{method}}"), width=12,
        empty="No call failed."))
