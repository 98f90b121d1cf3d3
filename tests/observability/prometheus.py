"""A real Prometheus with the shipped configuration and rules, in a folder of its own."""

import contextlib
import json
import pathlib
import subprocess
import tempfile
import urllib.error
import urllib.parse
import urllib.request

from rules import CHECKOUT, RULE_FILES, yaml
import ports

SHIPPED = CHECKOUT / "deploy" / "prometheus" / "prometheus.yml"


class Prometheus:
    """Asks one that listens on `port` of this machine."""

    def __init__(self, port):
        self._api = f"http://127.0.0.1:{port}/api/v1"

    def ready(self):
        with contextlib.suppress(OSError):
            return bool(self._get("/status/buildinfo"))
        return False

    def series(self, promql):
        """What the query gives now."""
        return self._get("/query", query=promql)["result"]

    def rules(self):
        return [rule for group in self._get("/rules")["groups"] for rule in group["rules"]]

    def _get(self, path, **parameters):
        try:
            with urllib.request.urlopen(f"{self._api}{path}?{urllib.parse.urlencode(parameters)}", timeout=10) as answer:
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
            yield Prometheus(port)
        finally:
            process.terminate()
            process.wait()


def _configuration(targets):
    configuration = yaml.safe_load(SHIPPED.read_text())
    configuration["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    configuration["rule_files"] = [str(path) for path in RULE_FILES]
    for scraped in configuration["scrape_configs"]:
        addresses, path = targets[scraped["job_name"]]
        scraped["metrics_path"] = path
        scraped["static_configs"] = [{"targets": addresses}]
    return configuration
