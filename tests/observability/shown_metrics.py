"""Stands in for a running Causeway: shows every documented metric, as its services would show it."""

import http.server
import threading
import time

from documented import metrics

SERVICES = {"causeway-controller": ("the controller", "every service"),
            "causeway-ingress": ("each replica", "every service"),
            "causeway-egress": ("each replica", "every service")}
VALUES = {"instance": ["contoso/stage"], "table": ["contact"], "code": ["CW-CAM-THROTTLED"], "system": ["campaign"], "method": ["GET"],
          "loop": ["read", "write"], "version": ["0.1.0"], "commit": ["abc"], "file": ["/etc/tls.crt"], "connection": ["campaign"],
          "setting": ["retention.ms"], "outcome": ["read", "queued", "written"], "reason": ["older", "superseded"]}
STATUSES = {"causeway_workflow_status": ["STOPPED", "STARTING", "RUNNING", "FAILED"], "causeway_api_requests_total": ["OK", "NOT_FOUND"],
            "causeway_http_requests_total": ["200", "429"]}
RATE = 10


class ShownMetrics:
    """Serves /causeway-controller, /causeway-ingress and /causeway-egress on `port` while the context is open."""

    def __init__(self):
        self._since = time.monotonic()
        shown = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(shown.text(self.path.strip("/")).encode())

            def log_message(self, *arguments):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()
        return self

    def __exit__(self, *exception):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def text(self, service):
        lines = []
        for metric in metrics():
            if metric.shown_by in SERVICES[service]:
                for labels in _labels(metric, service):
                    lines += self._samples(metric, labels)
        return "\n".join(lines) + "\n"

    def _samples(self, metric, labels):
        seconds = time.monotonic() - self._since
        grown = RATE * seconds
        if metric.type == "histogram":
            buckets = {"0.1": grown / 2, "1": grown, "+Inf": grown}
            return [*(_line(f"{metric.name}_bucket", labels | {"le": le}, count) for le, count in buckets.items()),
                    _line(f"{metric.name}_sum", labels, grown / 10), _line(f"{metric.name}_count", labels, grown)]
        if metric.name == "causeway_workflow_status":
            value = labels["status"] == "RUNNING"
        elif metric.name == "causeway_backlog_records":
            value = 1e6 - grown
        else:
            value = grown if metric.type == "counter" else 1
        return [_line(metric.name, labels, value)]


def _labels(metric, service):
    """Every combination of the labels' values."""
    found = [{}]
    for label in metric.labels:
        found = [labels | {label: value} for labels in found for value in _values(metric, label, service)]
    return found


def _values(metric, label, service):
    if label == "status":
        return STATUSES[metric.name]
    if label == "service":
        return [service]
    if label == "workflow":
        return ["ingress", "egress"] if service == "causeway-controller" else [service.removeprefix("causeway-")]
    return VALUES[label]


def _line(name, labels, value):
    inside = ",".join(f'{label}="{text}"' for label, text in labels.items())
    return f"{name}{{{inside}}} {float(value)}"
