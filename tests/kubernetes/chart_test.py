"""What the chart renders, for many values; and what it refuses (product.md K2, K3)."""

import itertools
import json
import pathlib
import re
import shlex
import subprocess
import tempfile
import unittest

import yaml

from chart import CHART, CHECKOUT, KUBERNETES, Refused, conform, render, tool

RULES = sorted((CHECKOUT / "deploy" / "prometheus" / "rules").glob("*.yaml"))
EXTERNAL = {"kafka.bootstrapServers": "a.example:9092,b.example:9093"}
SANDBOX = {"sandbox.enabled": True}
SECURED = {
    "kafka.bootstrapServers": "a.example:9093", "kafka.properties": {"security.protocol": "SASL_SSL", "sasl.username": "causeway"},
    "kafka.secretProperties": {"sasl.password": {"secret": "kafka-credentials", "key": "password"}},
    "kafka.ca": {"configMap": "kafka-ca", "key": "ca.crt"}, "kafka.clientCertificateSecret": "kafka-client"}
FORGETFUL = {**SECURED, "kafka.deleteTopicsOnUninstall": True}
HTTPS = {"https.ca": {"secret": "company-ca", "key": "ca.pem"}, "https.proxy": "http://proxy.example:3128", "networkPolicy.httpsPorts": [3128]}
PODS = {
    "pod.annotations": {"a": "1"}, "pod.labels": {"team": "x"}, "pod.nodeSelector": {"disk": "fast"}, "pod.priorityClassName": "high",
    "pod.tolerations": [{"key": "dedicated", "operator": "Exists"}], "pod.extraEnv": [{"name": "A", "value": "b"}],
    "pod.affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [
        {"matchExpressions": [{"key": "arch", "operator": "In", "values": ["amd64"]}]}]}}},
    "ingress.pod": {"nodeSelector": {"disk": "faster"}, "annotations": {"b": "2"}, "tolerations": []}, "ingress.replicas": 3, "imagePullSecrets": [{"name": "registry"}],
    "pod.securityContext": {"runAsUser": None, "runAsGroup": None, "fsGroup": None}}
MONITORED = {"metrics.podMonitor.enabled": True, "metrics.prometheusRule.enabled": True, "metrics.dashboards.enabled": True}
PERSISTENT = {"kafka.bundled.persistence": {"enabled": True, "storageClass": "fast"}, "sandbox.persistence.enabled": True}
LEAN = {"podDisruptionBudget.enabled": False, "networkPolicy.enabled": False, "serviceAccount.create": False, "metrics.annotations": False,
        "ingress.replicas": None, "egress.replicas": None, "masterKey": {"existingSecret": "own", "keys": ["new", "old"]}}
COMBINATIONS = [{**base, **more, **further} for base in (EXTERNAL, SANDBOX, FORGETFUL)
                for more, further in itertools.combinations_with_replacement((HTTPS, PODS, MONITORED, LEAN, {}), 2)]
COMBINATIONS += [{**SANDBOX, **PERSISTENT}, {**EXTERNAL, **SANDBOX}, {**EXTERNAL, "egress.enabled": False}, {"kafka.bundled.enabled": True}]


def objects(values, kind=None):
    found = [one for one in yaml.safe_load_all(render(values)) if one]
    return [one for one in found if kind in (None, one["kind"])]


def pod_of(one):
    """The spec of the pods that an object makes, and their metadata; None when it makes none."""
    if one["kind"] == "Pod":
        return one
    return one.get("spec", {}).get("template") if isinstance(one.get("spec"), dict) else None


def pods(values):
    return {one["metadata"]["name"]: pod_of(one) for one in objects(values) if pod_of(one)}


def containers(pod):
    return pod["spec"].get("initContainers", []) + pod["spec"]["containers"]


def rule_files(values=None):
    """{PrometheusRule: its spec, which is what a rule file holds}."""
    return {one["metadata"]["name"]: one["spec"] for one in objects({**EXTERNAL, "metrics.prometheusRule.enabled": True, **(values or {})}, "PrometheusRule")}


def every_rule(files):
    return [rule for content in files.values() for group in content["groups"] for rule in group["rules"]]


class ChartTest(unittest.TestCase):
    def test_K2_every_combination_is_what_kubernetes_takes(self):
        for values in COMBINATIONS:
            with self.subTest(values=values):
                self.assertEqual(conform(render(values)), "")

    def test_K2_wrong_values_are_refused_with_the_field(self):
        for values, field in (
                ({"logLevel": "loud"}, "/logLevel"), ({"ingress.replica": 3}, "'replica'"), ({"ingress.replicas": -1}, "/ingress/replicas"),
                ({"ingress.replicas": "3"}, "/ingress/replicas"), ({"kafka.bootstrapServers": "a.example"}, "/kafka/bootstrapServers"),
                ({"kafka.properties": {"sasl.username": "a,b"}}, "/kafka/properties"), ({"kafka.ca": {"configMap": "a"}}, "/kafka/ca"),
                ({"kafka.secretProperties": {"sasl.password": "secret"}}, "/kafka/secretProperties"), ({"https.proxy": "proxy"}, "/https/proxy"),
                ({"controller.partitions": 0}, "/controller/partitions"), ({"controller.replicas": 2}, "'replicas'"),
                ({"masterKey.keys": []}, "/masterKey/keys"), ({"sandbox.contacts": 1.5}, "/sandbox/contacts"),
                ({"pod.extraEnv": [{"value": "b"}]}, "/pod/extraEnv/0"), ({"image.pullPolicy": "Sometimes"}, "/image/pullPolicy"),
                ({"kafka.bundled.persistence.size": "much"}, "/kafka/bundled/persistence/size"), ({"unheard": 1}, "'unheard'"),
                ({"ingress.resources.limits": {"memory": "1 GB"}}, "/ingress/resources/limits/memory"), ({"stopDeadlineSeconds": 0}, "/stopDeadlineSeconds"),
                ({"metrics.prometheusRule.runbookBase": "docs"}, "/metrics/prometheusRule/runbookBase"),
                ({"metrics.prometheusRule.disabled": "CausewayBacklogOld"}, "/metrics/prometheusRule/disabled"),
                ({"fullnameOverride": "a.b"}, "/fullnameOverride"), ({"pod.labels": {"app.kubernetes.io/component": "x"}}, "/pod/labels/app.kubernetes.io~1component")):
            with self.subTest(values=values), self.assertRaises(Refused) as refused:
                render({**EXTERNAL, **values})
            self.assertIn(field, str(refused.exception))

    def test_K2_values_that_do_not_go_together_are_refused_with_a_sentence(self):
        for values, said in (
                ({}, "kafka.bootstrapServers is missing"), ({**EXTERNAL, "kafka.bundled.enabled": True}, "exclude each other"),
                ({**SANDBOX, "egress.enabled": False}, "leave ingress.enabled and egress.enabled true"),
                ({**SANDBOX, "kafka.deleteTopicsOnUninstall": True}, "for brokers of yours"),
                ({**EXTERNAL, "controller.minInsyncReplicas": 2}, "more than controller.replicationFactor"),
                ({**EXTERNAL, **MONITORED, "metrics.prometheusRule.disabled": ["CausewayBacklogOdd"]}, "there is no alert CausewayBacklogOdd"),
                ({**EXTERNAL, "masterKey.keys": ["new", "old"]}, "there is no key old in the Secret demo-master-key")):
            with self.subTest(values=values), self.assertRaises(Refused) as refused:
                render(values)
            self.assertIn(said, str(refused.exception))

    def test_K3_no_variable_is_there_twice(self):
        for values in (SANDBOX, {**SECURED, **HTTPS}):
            for pod in pods({**values, **PODS}).values():
                for container in pod["spec"]["containers"]:
                    names = [one["name"] for one in container.get("env", [])]
                    self.assertEqual(len(names), len(set(names)), names)
                    for name in set(names) - {"A"}:
                        with self.subTest(name=name), self.assertRaises(Refused) as refused:
                            render({**values, "pod.extraEnv": [{"name": name, "value": "b"}]})
                        self.assertIn(f"{name} is set by the chart", str(refused.exception))

    def test_K3_kubernetes_waits_longer_than_a_service(self):
        spec = pods({**EXTERNAL, "stopDeadlineSeconds": 40})["demo-ingress"]["spec"]
        self.assertIn({"name": "CAUSEWAY_STOP_DEADLINE", "value": "40s"}, spec["containers"][0]["env"])
        self.assertGreater(spec["terminationGracePeriodSeconds"], 40)

    def test_K2_a_release_may_have_a_dot_in_its_name(self):
        self.assertIn("name: my-release-controller\n", render(EXTERNAL, release="my.release"))

    def test_K2_the_commands_of_the_documents_are_taken(self):
        """Each `helm install` that is written down, as helm template."""
        commands = [line.partition("#")[0] for document in CHECKOUT.rglob("*.md") if "build" not in document.relative_to(CHECKOUT).parts[0]
                    for line in document.read_text().splitlines() if line.startswith("helm install ")]
        self.assertGreater(len(commands), 1)
        for command in commands:
            with self.subTest(command=command):
                words = [word for word in shlex.split(command)[2:] if "…" not in word]
                done = subprocess.run([tool("helm"), "template", "--kube-version", KUBERNETES, *words], cwd=CHECKOUT, capture_output=True, text=True)
                self.assertEqual(done.returncode, 0, done.stderr)

    def test_K2_topics_are_deleted_only_when_told(self):
        self.assertEqual(objects(SECURED, "Job"), [])
        job, = objects(FORGETFUL, "Job")
        self.assertEqual(job["metadata"]["annotations"]["helm.sh/hook"], "post-delete")
        # What is gone by then.
        mentioned = yaml.safe_dump(job["spec"]["template"]["spec"])
        for one in objects(FORGETFUL):
            if one["kind"] in ("ServiceAccount", "ConfigMap", "Secret"):
                self.assertNotRegex(mentioned, rf"[nN]ame: {one['metadata']['name']}\n")

    def test_K1_every_pod_is_restricted(self):
        for values in COMBINATIONS:
            for name, pod in pods(values).items():
                with self.subTest(values=values, pod=name):
                    spec = pod["spec"]
                    self.assertIs(spec["securityContext"]["runAsNonRoot"], True)
                    self.assertEqual(spec["securityContext"]["seccompProfile"], {"type": "RuntimeDefault"})
                    self.assertIs(spec["automountServiceAccountToken"], False)
                    self.assertLessEqual({key for volume in spec.get("volumes", []) for key in volume},
                                         {"name", "configMap", "secret", "emptyDir"})
                    for container in containers(pod):
                        security = container["securityContext"]
                        self.assertIs(security["allowPrivilegeEscalation"], False)
                        self.assertIs(security["readOnlyRootFilesystem"], True)
                        self.assertEqual(security["capabilities"], {"drop": ["ALL"]})
                        self.assertIn("memory", container["resources"]["limits"])

    def test_R5_no_secret_is_in_a_config_map_or_a_pod(self):
        for values in COMBINATIONS:
            for one in objects(values):
                if one["kind"] == "Secret":
                    continue
                for secret in ("sandbox-dynamics-secret", "sandbox-campaign-secret"):
                    self.assertNotIn(secret, yaml.safe_dump(one), one["metadata"]["name"])
        environment = {one["name"]: one for one in containers(pods(SECURED)["demo-ingress"])[0]["env"]}
        self.assertEqual(environment["KAFKA_SASL_PASSWORD"]["valueFrom"]["secretKeyRef"], {"name": "kafka-credentials", "key": "password"})
        # Kubernetes expands what stands before.
        self.assertLess(list(environment).index("KAFKA_SASL_PASSWORD"), list(environment).index("CAUSEWAY_KAFKA_PROPERTY"))
        self.assertIn("sasl.password=$(KAFKA_SASL_PASSWORD)", environment["CAUSEWAY_KAFKA_PROPERTY"]["value"].split(","))

    def test_K3_settings_roll_the_pods_and_the_log_level_does_not(self):
        def templates(values):
            return {one["metadata"]["name"]: one["spec"]["template"] for one in objects({**EXTERNAL, **values}, "Deployment")}
        self.assertEqual(templates({}), templates({"logLevel": "debug"}))
        self.assertNotEqual(templates({})["demo-controller"], templates({"controller.maxColumns": 60})["demo-controller"])
        self.assertNotEqual(templates({})["demo-ingress"], templates({"https.proxy": "http://p:1"})["demo-ingress"])
        self.assertEqual(templates({})["demo-egress"], templates({"controller.maxColumns": 60})["demo-egress"])

    def test_K3_a_parts_own_pod_settings_win(self):
        own, other = (pods({**EXTERNAL, **PODS})[name] for name in ("demo-ingress", "demo-egress"))
        self.assertEqual(own["spec"]["nodeSelector"], {"disk": "faster"})
        self.assertNotIn("tolerations", own["spec"])
        self.assertEqual(other["spec"]["nodeSelector"], {"disk": "fast"})
        self.assertLessEqual({"a": "1", "b": "2", "prometheus.io/scrape": "true"}.items(), own["metadata"]["annotations"].items())
        self.assertNotIn("runAsUser", own["spec"]["securityContext"])

    def test_K3_kubectl_scale_is_left_alone_when_it_is_told(self):
        replicas = {one["metadata"]["name"]: one["spec"].get("replicas") for one in objects({**EXTERNAL, "ingress.replicas": None}, "Deployment")}
        self.assertEqual(replicas, {"demo-controller": 1, "demo-ingress": None, "demo-egress": 1})

    def test_K2_idle_services_ask_for_little(self):
        cpu = memory = 0
        for deployment in objects(EXTERNAL, "Deployment"):
            requests = deployment["spec"]["template"]["spec"]["containers"][0]["resources"]["requests"]
            cpu += int(requests["cpu"].removesuffix("m"))
            memory += int(requests["memory"].removesuffix("Mi"))
        self.assertLessEqual(cpu, 50)
        self.assertLessEqual(memory, 250)

    def test_K5_monitoring_of_the_prometheus_operator(self):
        monitored = objects({**EXTERNAL, **MONITORED})
        monitor = next(one for one in monitored if one["kind"] == "PodMonitor")
        endpoint = monitor["spec"]["podMetricsEndpoints"][0]
        # What deploy/prometheus/README.md asks of whoever scrapes.
        self.assertEqual((endpoint["port"], endpoint["honorLabels"]), ("metrics", True))
        self.assertEqual([rule["targetLabel"] for rule in endpoint["relabelings"]], ["job", "replica"])
        dashboards = [one for one in monitored if one["metadata"].get("labels", {}).get("grafana_dashboard") == "1"]
        for dashboard in dashboards:
            self.assertTrue(all(json.loads(text)["title"] for text in dashboard["data"].values()))
        self.assertEqual(len(dashboards), len(list((CHART / "files" / "grafana").iterdir())))

    def test_K5_the_prometheus_operator_gets_the_shipped_rules(self):
        rules = rule_files()
        self.assertEqual(rules, {f"demo-{path.stem}": yaml.safe_load(path.read_text()) for path in RULES})
        with tempfile.TemporaryDirectory() as folder:
            for name, content in rules.items():
                (pathlib.Path(folder) / f"{name}.yaml").write_text(yaml.safe_dump(content))
            done = subprocess.run(["promtool", "check", "rules", "--lint-fatal", *pathlib.Path(folder).iterdir()], capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_K5_alerts_can_be_left_out_and_nothing_else_goes(self):
        shipped = every_rule(rule_files())
        left_out = sorted({rule["alert"] for rule in shipped if "alert" in rule})[0]
        self.assertEqual(every_rule(rule_files({"metrics.prometheusRule.disabled": [left_out]})), [rule for rule in shipped if rule.get("alert") != left_out])

    def test_K5_a_group_whose_alerts_are_all_left_out_goes_too(self):
        everything = sorted({rule["alert"] for rule in every_rule(rule_files()) if "alert" in rule})
        groups = [group for content in rule_files({"metrics.prometheusRule.disabled": everything}).values() for group in content["groups"]]
        self.assertEqual([rule for group in groups for rule in group["rules"] if "alert" in rule], [])
        self.assertEqual([group["name"] for group in groups if not group["rules"]], [])

    def test_K5_runbooks_are_where_people_can_read_them(self):
        for base in ("https://git.example.com/causeway/blob/main", "https://git.example.com/causeway/blob/main/"):
            for shipped, rule in zip(every_rule(rule_files()), every_rule(rule_files({"metrics.prometheusRule.runbookBase": base})), strict=True):
                if "alert" in rule:
                    self.assertEqual(rule["annotations"].pop("runbook_url"), f"{base.rstrip('/')}/{shipped['annotations'].pop('runbook_url')}")
                self.assertEqual(rule, shipped)

    def test_K2_every_value_is_in_the_readme(self):
        # `a.b`, `.c` in a row's first cell stand for a.b and a.c.
        told = set()
        for line in (CHART / "README.md").read_text().splitlines():
            group = ""
            for name in re.findall(r"`([\w.]+)`", line.split("|")[1] if line.startswith("| `") else ""):
                group = group if name.startswith(".") else name.rpartition(".")[0]
                told.add(group + name if name.startswith(".") else name)
        for group, value in yaml.safe_load((CHART / "values.yaml").read_text()).items():
            for name in [f"{group}.{key}" for key in value] if isinstance(value, dict) else [group]:
                self.assertTrue(any(one == name or one.startswith(name + ".") for one in told), name)


if __name__ == "__main__":
    unittest.main()
