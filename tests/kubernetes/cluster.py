"""A cluster, and installations of the chart on it.

KUBECONFIG names any cluster that can pull the images (CAUSEWAY_IMAGE_REGISTRY: from where) and has a default storage class; without it the tests bring up one of their own
(cluster/README.md) and load images into it: those in CAUSEWAY_IMAGES (deploy/images/build --archives), or made from the programs in build/bin.
"""

import functools
import json
import os
import secrets
import subprocess
import sys
import time

import yaml

from chart import CHART, CLUSTER_DIR, HERE, arguments, render, tool
from images import IMAGES, archives

INGRESS = "contoso/stage/ingress"
EGRESS = "contoso/stage/egress"
OWN = not os.environ.get("KUBECONFIG")
# Where volumes lie in a cluster of one's own, which has no dynamic storage.
VOLUMES = "/var/lib/causeway-test"


class CommandError(Exception):
    def __init__(self, command, done):
        super().__init__(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def run(command, said=None, seconds=600):
    done = subprocess.run([str(part) for part in command], input=said, capture_output=True, text=True, timeout=seconds)
    if done.returncode != 0:
        raise CommandError([str(part) for part in command], done)
    return done.stdout


def kubectl(*words, said=None, seconds=600):
    return run([HERE / "cluster" / "kubectl" if OWN else tool("kubectl"), *words], said, seconds)


def helm(*words):
    return run([HERE / "cluster" / "helm" if OWN else tool("helm"), *words], seconds=900)


def wait_for(condition, what, seconds=120.0, every=0.5):
    """The condition's first true value. What fails meanwhile, as the controller that is being replaced, is asked again."""
    deadline = time.monotonic() + seconds
    while True:
        failed = None
        try:
            if value := condition():
                return value
        except CommandError as error:
            failed = error
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s") from failed
        time.sleep(every)


@functools.cache
def bring_up():
    """Once a process: the cluster is there, and has the images."""
    if not OWN:
        return
    run([HERE / "cluster" / "up"], seconds=3600)
    for image in IMAGES:
        run([HERE / "cluster" / "load-image", archives() / f"{image}.tar"])


class Installation:
    """A release "demo" in a namespace of its own that enforces PodSecurity "restricted"."""

    def __init__(self):
        bring_up()
        self.namespace = f"causeway-{secrets.token_hex(3)}"
        kubectl("create", "namespace", self.namespace)
        kubectl("label", "namespace", self.namespace, "pod-security.kubernetes.io/enforce=restricted")
        # Where images were loaded they are there; what a registry has under a tag may be another build than the node's.
        self._values = {"image.pullPolicy": "IfNotPresent" if OWN else "Always"}
        if registry := os.environ.get("CAUSEWAY_IMAGE_REGISTRY"):
            self._values["image.registry"] = registry

    def provide_volume(self, service):
        """For the claim of a StatefulSet's pod."""
        if not OWN:
            return
        folder = f"{VOLUMES}/{self.namespace}/{service}"
        run([HERE / "cluster" / "in-node", "install", "-d", "-o", "65532", "-g", "65532", folder])
        volume = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": f"{self.namespace}-{service}"}, "spec": {
            "capacity": {"storage": "8Gi"}, "accessModes": ["ReadWriteOnce"], "hostPath": {"path": folder},
            "claimRef": {"namespace": self.namespace, "name": f"data-demo-{service}-0"}}}
        kubectl("create", "-f", "-", said=json.dumps(volume))

    def provide_kinds(self, *plurals):
        """Custom resources of the Prometheus operator, without the operator."""
        for plural in plurals:
            kubectl("apply", "--server-side", "-f", CLUSTER_DIR / "crds" / f"monitoring.coreos.com_{plural}.yaml")
            kubectl("wait", "--for=condition=Established", f"crd/{plural}.monitoring.coreos.com")

    def provide_kafka(self, release):
        """A broker that isn't part of the release: the chart's bundled one by itself, as `<release>-kafka`."""
        rendered = [one for one in yaml.safe_load_all(render({**self._values, "kafka.bundled.enabled": True}, release)) if one]
        own = [one for one in rendered if one["kind"] in ("Service", "StatefulSet") and one["metadata"]["name"] == f"{release}-kafka"]
        for one in own:
            one["metadata"]["namespace"] = self.namespace
            # Whose ServiceAccount isn't there.
            one["spec"].get("template", {}).get("spec", {}).pop("serviceAccountName", None)
        self.kubectl("apply", "-f", "-", said=json.dumps({"apiVersion": "v1", "kind": "List", "items": own}))
        self.rollout(f"statefulset/{release}-kafka")

    def close(self, failed=False):
        if failed:
            self._show()
        kubectl("delete", "namespace", self.namespace)
        if OWN:
            kubectl("delete", "persistentvolume", "--ignore-not-found", *(f"{self.namespace}-{service}" for service in ("kafka", "sandbox")))
            run([HERE / "cluster" / "in-node", "rm", "-rf", f"{VOLUMES}/{self.namespace}"])

    # What people do.

    def install(self, values):
        self._values.update(values)
        helm("install", "demo", CHART, "-n", self.namespace, "--wait", "--timeout", "10m", *arguments(self._values))

    def upgrade(self, values):
        helm("upgrade", "demo", CHART, "-n", self.namespace, "--wait", "--timeout", "10m", *arguments({**self._values, **values}))

    def rollback(self):
        helm("rollback", "demo", "-n", self.namespace, "--wait", "--timeout", "10m")

    def test(self):
        return helm("test", "demo", "-n", self.namespace, "--timeout", "10m", "--logs")

    def uninstall(self):
        helm("uninstall", "demo", "-n", self.namespace, "--wait")

    def kubectl(self, *words, said=None):
        return kubectl("-n", self.namespace, *words, said=said)

    def rollout(self, what):
        """Until the new pods are there, and the old ones gone."""
        self.kubectl("rollout", "status", what, "--timeout=300s")

    def delete_pod(self, component, *words):
        """One of a component's pods; until another one is ready."""
        name = self.pods(component)[0]
        self.kubectl("delete", "pod", name, *words)
        self.rollout(self._owner(component))

    def end_pod(self, component):
        """Deletes one of a component's pods; until another one is ready. Its exit code, for which a finalizer keeps it so long."""
        name = self.pods(component)[0]
        self.kubectl("patch", "pod", name, "--patch", json.dumps({"metadata": {"finalizers": ["causeway.test/exit-code"]}}))
        self.kubectl("delete", "pod", name, "--wait=false")
        try:
            return int(wait_for(lambda: self.kubectl("get", "pod", name, "-o", "jsonpath={.status.containerStatuses[0].state.terminated.exitCode}"), f"{name} ends"))
        finally:
            self.kubectl("patch", "pod", name, "--patch", json.dumps({"metadata": {"finalizers": None}}))
            self.rollout(self._owner(component))

    def drain_and_uncordon(self, selector):
        """The node of the first pod; with one node its pods come back when it takes pods again."""
        node = self.kubectl("get", "pods", "-o", "jsonpath={.items[0].spec.nodeName}")
        try:
            kubectl("drain", node, "--ignore-daemonsets", "--delete-emptydir-data", f"--pod-selector={selector}", "--timeout=120s")
        finally:
            kubectl("uncordon", node)

    def kill_process(self, program):
        """The one of this name in the node, as a crash would end it."""
        run([HERE / "cluster" / "in-node", "kill", "-9", run([HERE / "cluster" / "in-node", "pidof", "-s", program]).strip()])

    def ctl(self, *words):
        return self.kubectl("exec", "deploy/demo-controller", "--", "causewayctl", *words)

    def control(self, verb, **options):
        """The sandbox's control API."""
        return json.loads(self.kubectl("exec", "demo-sandbox-0", "--", "causeway-sandbox", "call", verb, json.dumps(options)))

    # What they see.

    def pods(self, component):
        return self.kubectl("get", "pods", "-l", f"app.kubernetes.io/component={component}", "--field-selector=status.phase=Running",
                            "-o", "jsonpath={.items[*].metadata.name}").split()

    def restarts(self):
        """{pod: how often its container was started again}."""
        shown = json.loads(self.kubectl("get", "pods", "-o", "json"))["items"]
        return {pod["metadata"]["name"]: sum(one["restartCount"] for one in pod["status"].get("containerStatuses", [])) for pod in shown}

    def ready(self, component):
        """Whether a pod of it is."""
        return "True" in self.kubectl("get", "pods", "-l", f"app.kubernetes.io/component={component}", "-o",
                                      "jsonpath={.items[*].status.conditions[?(@.type=='Ready')].status}")

    def last_words(self, component):
        """The termination message of a container that ended."""
        return self.kubectl("get", "pods", "-l", f"app.kubernetes.io/component={component}", "-o",
                            "jsonpath={.items[*].status.containerStatuses[*].lastState.terminated.message}")

    def workflow(self, name=INGRESS):
        return json.loads(self.ctl("workflows", "get", name, "-o", "json"))

    def wait_for_replicas(self, number):
        wait_for(lambda: len(self.workflow()["replicas"]) == number, f"{number} replicas write")

    def wait_until_equal(self):
        """Until nothing changes any more, the backlog is 0 and both sides are equal."""
        last = {}

        def equal():
            last["counts"] = self.control("counts")
            if last["counts"]["running"]:
                return False
            last["workflow"] = self.workflow()
            last["contacts"], last["events"] = self.control("compare"), self.control("compare-events")
            return (last["workflow"]["status"] == "STATUS_RUNNING" and int(last["workflow"]["backlog"]["records"]) == 0
                    and last["contacts"]["different"] == 0 and last["events"]["different"] == 0)
        try:
            wait_for(equal, "both sides equal", seconds=300)
        except AssertionError:
            raise AssertionError(f"both sides differ: {json.dumps(last)}") from None
        return last

    @staticmethod
    def _owner(component):
        return f"{'statefulset' if component in ('kafka', 'sandbox') else 'deployment'}/demo-{component}"

    def _show(self):
        for words in (("get", "pods", "-o", "wide"), ("get", "events", "--sort-by=.lastTimestamp"),
                      ("logs", "-l", "app.kubernetes.io/instance=demo", "--all-containers", "--prefix", "--tail=15", "--ignore-errors")):
            try:
                print(self.kubectl(*words), file=sys.stderr)
            except CommandError as error:
                print(error, file=sys.stderr)
