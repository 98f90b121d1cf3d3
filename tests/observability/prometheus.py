"""A real Prometheus with the shipped configuration and rules, in a folder of its own."""

import contextlib
import json
import pathlib
import subprocess
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

from rules import CHECKOUT, RULE_FILES, yaml
import ports

SHIPPED = CHECKOUT / "deploy" / "prometheus" / "prometheus.yml"
SECONDS_TO_START = 60


class Prometheus:
    """Asks one that listens on `port` of this machine."""

    def __init__(self, port):
        self._address = f"http://127.0.0.1:{port}"

    def ready(self):
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{self._address}/-/ready", timeout=10):
            return True
        return False

    def series(self, promql):
        """What the query gives now."""
        return self._get("/query", query=promql)["result"]

    def rules(self):
        return [rule for group in self._get("/rules")["groups"] for rule in group["rules"]]

    def _get(self, path, **parameters):
        try:
            with urllib.request.urlopen(f"{self._address}/api/v1{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
                return json.load(answer)["data"]
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{parameters}: {error.read().decode()}") from error


@contextlib.contextmanager
def running(targets):
    """`targets`: job → (addresses, path). It scrapes and evaluates every second."""
    with tempfile.TemporaryDirectory() as folder:
        port = ports.free()
        configuration = pathlib.Path(folder) / "prometheus.yml"
        configuration.write_text(yaml.safe_dump(_configuration(targets)))
        process = subprocess.Popen(
            ["prometheus", f"--config.file={configuration}", f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{port}",
             "--log.level=error"])
        try:
            prometheus = Prometheus(port)
            _wait_until_ready(prometheus, process)
            yield prometheus
        finally:
            process.terminate()
            process.wait()


def _wait_until_ready(prometheus, process):
    deadline = time.monotonic() + SECONDS_TO_START
    while not prometheus.ready():
        if process.poll() is not None:
            raise AssertionError(f"prometheus ended with {process.returncode}")
        if time.monotonic() > deadline:
            raise AssertionError(f"prometheus was not ready within {SECONDS_TO_START} s")
        time.sleep(0.1)


def _configuration(targets):
    configuration = yaml.safe_load(SHIPPED.read_text())
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    configuration["rule_files"] = [str(path) for path in RULE_FILES]
    for scraped in configuration["scrape_configs"]:
        addresses, path = targets[scraped["job_name"]]
        scraped["metrics_path"] = path
        scraped["static_configs"] = [{"targets": addresses}]
    return configuration
