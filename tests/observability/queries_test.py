"""A real Prometheus answers every query of the dashboards and rules (product.md K5)."""

import contextlib
import time
import unittest

import prometheus
from queries import NOT_FIRING, queries
from shown_metrics import SERVICES, ShownMetrics

SECONDS = 90


class QueriesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as resources:
            shown = resources.enter_context(ShownMetrics())
            # Two names of one address are two replicas of the workflows' services.
            hosts = {"causeway-controller": ["127.0.0.1"], "causeway-ingress": ["127.0.0.1", "localhost"], "causeway-egress": ["127.0.0.1", "localhost"]}
            cls.prometheus = resources.enter_context(prometheus.running(
                {service: ([f"{host}:{shown.port}" for host in hosts[service]], f"/{service}") for service in SERVICES}))
            cls.queries = queries(instance="contoso/stage", workflow="ingress", __rate_interval="1m")
            cls.wait_for_data()
            cls.addClassCleanup(resources.pop_all().close)

    @classmethod
    def wait_for_data(cls):
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            if all(cls.prometheus.series(query.promql) for query in cls.queries if query.may_be_empty != NOT_FIRING):
                return
            time.sleep(1)

    def test_K5_every_query_is_understood_and_gives_data(self):
        for query in self.queries:
            with self.subTest(query.place):
                self.assertTrue(self.prometheus.series(query.promql) or query.may_be_empty, query.promql)

    def test_K5_what_may_be_empty_is_not_when_there_is_something_to_show(self):
        for query in self.queries:
            if query.may_be_empty not in ("", NOT_FIRING):
                with self.subTest(query.place):
                    self.assertTrue(self.prometheus.series(query.promql), query.promql)

    def test_K5_columns_of_a_table_have_its_labels_and_no_others(self):
        for query in self.queries:
            if query.labels is not None and len([other for other in self.queries if other.place == query.place]) > 1:
                with self.subTest(query.place, query=query.promql):
                    self.assertEqual({frozenset(series["metric"]) for series in self.prometheus.series(query.promql)}, {query.labels})

    def test_K5_every_rule_is_evaluated_without_an_error(self):
        rules = self.prometheus.rules()
        self.assertTrue(rules)
        for rule in rules:
            with self.subTest(rule["name"]):
                self.assertEqual(rule["health"], "ok", rule.get("lastError"))

    def test_K5_replicas_of_a_service_are_told_apart(self):
        for series in ("causeway_records_written_total", "process_resident_memory_bytes"):
            replicas = self.prometheus.series(f'count by (replica) ({series}{{job="causeway-ingress", replica!=""}})')
            self.assertEqual([replica["value"][1] for replica in replicas], ["1", "1"], series)

    def test_K5_an_instance_is_the_customers(self):
        self.assertEqual(self.prometheus.series('causeway_records_written_total{exported_instance!=""}'), [])
        self.assertTrue(self.prometheus.series('causeway_records_written_total{instance="contoso/stage"}'))


if __name__ == "__main__":
    unittest.main()
