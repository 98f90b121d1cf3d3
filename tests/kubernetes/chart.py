"""The chart as helm renders it."""

import functools
import json
import os
import pathlib
import shutil
import subprocess

HERE = pathlib.Path(__file__).resolve().parent
CHECKOUT = HERE.parents[1]
CHART = CHECKOUT / "helm" / "causeway"
# Where cluster/prepare puts what it builds.
CLUSTER_DIR = pathlib.Path(os.environ.get("CLUSTER_DIR") or pathlib.Path(
    os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "causeway-cluster")
KUBERNETES = "1.34.4"


class Refused(Exception):
    """helm said no."""


@functools.cache
def tool(name):
    prepared = CLUSTER_DIR / "bin" / name
    return str(prepared) if prepared.exists() else shutil.which(name)


def arguments(values):
    """--set-json of {"a.b": value}."""
    return [part for name, value in values.items() for part in ("--set-json", f"{name}={json.dumps(value)}")]


def render(values, release="demo"):
    """The manifests as helm prints them; Refused with its words."""
    return _render(release, tuple(arguments(values)))


@functools.cache
def _render(release, values):
    done = subprocess.run([tool("helm"), "template", release, str(CHART), "--namespace", "demo", "--kube-version", KUBERNETES, *values],
                          capture_output=True, text=True)
    if done.returncode != 0:
        raise Refused(done.stderr)
    return done.stdout


def conform(manifests):
    """kubeconform's complaints, of the Prometheus operator's custom resources too."""
    done = subprocess.run([tool("kubeconform"), "-strict", "-schema-location", str(CLUSTER_DIR / "schemas" / "{{.ResourceKind}}{{.KindSuffix}}.json")],
                          input=manifests, capture_output=True, text=True)
    return "" if done.returncode == 0 else done.stdout + done.stderr
