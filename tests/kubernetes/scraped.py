"""A real Prometheus that scrapes an installation in the cluster of one's own, from the node, with the shipped rules."""

import contextlib
import json
import pathlib
import subprocess
import sys
import tempfile
import urllib.parse

import yaml

from chart import CHECKOUT, HERE
from cluster import run

sys.path[:0] = [str(CHECKOUT / "tests" / "observability")]
from queries import queries

PORT = 19090
IN_NODE = [str(HERE / "cluster" / "in-node"), "--net-only"]


class Prometheus:
    """Asked from within the node's network."""

    def series(self, promql):
        query = urllib.parse.urlencode({"query": promql})
        return self._get(f"query?{query}")["result"]

    def rules(self):
        return [rule for group in self._get("rules")["groups"] for rule in group["rules"]]

    def _get(self, path):
        answer = json.loads(run([*IN_NODE, "curl", "--silent", "--show-error", f"http://127.0.0.1:{PORT}/api/v1/{path}"]))
        assert answer["status"] == "success", answer
        return answer["data"]


@contextlib.contextmanager
def scraping(pods):
    """`pods`: (component, pod's name, its address). Labels are those of the chart's PodMonitor."""
    jobs = [{"job_name": f"{component}/{name}", "honor_labels": True,
             "static_configs": [{"targets": [f"{address}:9100"], "labels": {"job": f"causeway-{component}", "replica": name}}]}
            for component, name, address in pods]
    configuration = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                     "rule_files": [str(CHECKOUT / "deploy" / "prometheus" / "rules" / "*.yaml")], "scrape_configs": jobs}
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "prometheus.yml"
        file.write_text(yaml.safe_dump(configuration))
        process = subprocess.Popen([*IN_NODE, "prometheus", f"--config.file={file}", f"--storage.tsdb.path={folder}/data",
                                    f"--web.listen-address=127.0.0.1:{PORT}", "--log.level=error"])
        try:
            yield Prometheus()
        finally:
            process.terminate()
            process.wait()
