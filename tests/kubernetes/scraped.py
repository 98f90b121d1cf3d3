"""A real Prometheus that scrapes an installation in the cluster of one's own, from the node, with the shipped rules."""

import contextlib
import json
import pathlib
import re
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

    def targets(self):
        """The labels of each, in no order."""
        return {frozenset(target["labels"].items()) for target in self._get("targets?state=active")["activeTargets"]}

    def rules(self):
        return [rule for group in self._get("rules")["groups"] for rule in group["rules"]]

    def _get(self, path):
        answer = json.loads(run([*IN_NODE, "curl", "--silent", "--show-error", f"http://127.0.0.1:{PORT}/api/v1/{path}"]))
        assert answer["status"] == "success", answer
        return answer["data"]


def documented_job():
    """What docs/kubernetes.md gives to whoever has no Prometheus operator."""
    job, = yaml.safe_load(re.search(r"```yaml\n(scrape_configs:.*?)```", (CHECKOUT / "docs" / "kubernetes.md").read_text(), re.DOTALL)[1])["scrape_configs"]
    return job


def meta_label(label):
    return f"__meta_kubernetes_pod_label_{re.sub('[^a-zA-Z0-9_]', '_', label)}"


def job_of(monitor):
    """What the Prometheus operator makes of a PodMonitor: its own labels first, then the monitor's relabelings."""
    endpoint, = monitor["spec"]["podMetricsEndpoints"]
    selector = monitor["spec"]["selector"]
    kept = {**{label: [value] for label, value in selector["matchLabels"].items()}, **{one["key"]: one["values"] for one in selector["matchExpressions"]}}
    relabelings = [
        {"source_labels": ["__meta_kubernetes_pod_phase"], "regex": "(Failed|Succeeded)", "action": "drop"},
        *({"source_labels": [meta_label(label)], "regex": "|".join(values), "action": "keep"} for label, values in kept.items()),
        {"source_labels": ["__meta_kubernetes_pod_container_port_name"], "regex": endpoint["port"], "action": "keep"},
        {"source_labels": ["__meta_kubernetes_namespace"], "target_label": "namespace"},
        {"source_labels": ["__meta_kubernetes_pod_container_name"], "target_label": "container"},
        {"source_labels": ["__meta_kubernetes_pod_name"], "target_label": "pod"},
        {"target_label": "job", "replacement": f"{monitor['metadata']['namespace']}/{monitor['metadata']['name']}"},
        {"target_label": "endpoint", "replacement": endpoint["port"]},
        *({re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", name): value for name, value in one.items()} for one in endpoint["relabelings"])]
    return {"job_name": "podMonitor", "honor_labels": endpoint["honorLabels"], "kubernetes_sd_configs": [{"role": "pod"}], "relabel_configs": relabelings}


def discovered(job, installation):
    """The job with the targets that Kubernetes' service discovery would find, for Debian's Prometheus was built without it."""
    discovery = job.pop("kubernetes_sd_configs")[0]
    labels = [selector["label"] for selector in discovery.get("selectors", [])]
    pods = json.loads(installation.kubectl("get", "pods", "-o", "json", *(word for label in labels for word in ("-l", label))))["items"]
    return {**job, "static_configs": [
        {"targets": [f"{pod['status'].get('podIP')}:{port['containerPort']}"], "labels": {
            "__meta_kubernetes_namespace": pod["metadata"]["namespace"], "__meta_kubernetes_pod_name": pod["metadata"]["name"],
            "__meta_kubernetes_pod_phase": pod["status"]["phase"], "__meta_kubernetes_pod_container_name": container["name"],
            "__meta_kubernetes_pod_container_port_name": port.get("name", ""),
            **{meta_label(name): value for name, value in pod["metadata"]["labels"].items()}}}
        for pod in pods for container in pod["spec"]["containers"] for port in container.get("ports", [])]}


@contextlib.contextmanager
def scraping(job, installation):
    """The installation's pods of now."""
    job = discovered(job, installation)
    configuration = {"global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
                     "rule_files": [str(CHECKOUT / "deploy" / "prometheus" / "rules" / "*.yaml")], "scrape_configs": [job]}
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
