"""The API as a stranger with reflection finds it: list, start, stop, watch, edit, and errors that help (product.md C9, W10, W11)."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from cases import RigCase
from rig import GrpcError, wait_for

INSTANCE = "organizations/contoso/instances/stage"
WORKFLOW = f"{INSTANCE}/workflows/ingress"
MAPPING = f"{WORKFLOW}/tableMappings/contact"


class ApiTest(RigCase):
    def call(self, method, request):
        """The first answer of causeway.v1's `method`."""
        return self.rig.grpc(f"causeway.v1.{method}", request)[0]

    def refused(self, method, request):
        with self.assertRaises(GrpcError) as refused:
            self.call(method, request)
        self.assertTrue(refused.exception.message)
        self.assertTrue(refused.exception.remedy, refused.exception)
        return refused.exception

    def ingress(self):
        return self.call("WorkflowService/GetWorkflow", {"name": WORKFLOW})

    def test_C9_every_service_tells_what_it_offers(self):
        offered = self.rig.grpc("list")
        for service in ("Organization", "Instance", "Connection", "TableMapping", "Workflow", "DeadLetter", "Audit"):
            self.assertIn(f"causeway.v1.{service}Service", offered)
        for program in ("controller", "ingress-1"):
            self.assertIn("grpc.health.v1.Health", self.rig.grpc("list", program=program))

    def test_W1_list_shows_the_three_workflows(self):
        for parent in (INSTANCE, "organizations/-/instances/-"):
            listed = self.call("WorkflowService/ListWorkflows", {"parent": parent})["workflows"]
            self.assertEqual([workflow["name"].rsplit("/", 1)[1] for workflow in listed], ["egress", "ingress", "opt-in-out"])

    def test_C9_pages_follow_their_tokens(self):
        names, token = [], ""
        while True:
            page = self.call("WorkflowService/ListWorkflows", {"parent": INSTANCE, "pageSize": 1, "pageToken": token})
            names += [workflow["name"] for workflow in page["workflows"]]
            token = page["nextPageToken"]
            if not token:
                break
        self.assertEqual(len(set(names)), 3)
        self.assertEqual(len(names), 3)
        self.assertEqual(self.refused("WorkflowService/ListWorkflows", {"parent": INSTANCE, "pageToken": "made-up"}).status,
                         "INVALID_ARGUMENT")

    def test_W2_W3_start_and_stop(self):
        self.call("WorkflowService/StopWorkflow", {"name": WORKFLOW})
        self.rig.wait_for_status("STOPPED")
        self.assertEqual(self.ingress()["pinnedRevision"], "0")
        started = self.call("WorkflowService/StartWorkflow", {"name": WORKFLOW})
        self.assertEqual(started["status"], "STATUS_STARTING")
        self.rig.wait_for_status("RUNNING")
        now = self.ingress()
        self.assertEqual(now["pinnedRevision"], now["revision"])

    def test_W10_watch_goes_on_sending(self):
        told = self.rig.grpc("causeway.v1.WorkflowService/WatchWorkflows", {"parent": WORKFLOW, "interval": "0.2s"})
        self.assertGreaterEqual(len(told), 5)
        for answer in told:
            self.assertEqual(answer["workflow"]["name"], WORKFLOW)
            self.assertEqual(answer["workflow"]["status"], "STATUS_RUNNING")

    def test_C9_an_edit_through_a_mask_changes_that_and_nothing_else(self):
        before = self.ingress()
        edited = self.call("WorkflowService/UpdateWorkflow", {
            "workflow": {"name": WORKFLOW, "etag": before["etag"], "settings": {"pageSize": 1234, "dispatchWindow": 99}},
            "updateMask": "settings.pageSize"})
        self.addCleanup(self.call, "WorkflowService/UpdateWorkflow", {
            "workflow": {"name": WORKFLOW, "settings": before["settings"]}, "updateMask": "settings"})
        self.assertEqual(edited["settings"], before["settings"] | {"pageSize": 1234})
        self.assertNotEqual(edited["etag"], before["etag"])
        self.assertTrue(edited["pendingChanges"])

    def test_C9_a_stale_etag_is_refused(self):
        before = self.call("TableMappingService/GetTableMapping", {"name": MAPPING})
        edit = {"tableMapping": {"name": MAPPING, "etag": before["etag"], "deletes": "DELETES_IGNORE"}, "updateMask": "deletes"}
        self.call("TableMappingService/UpdateTableMapping", edit)
        self.addCleanup(self.call, "TableMappingService/UpdateTableMapping", {
            "tableMapping": {"name": MAPPING, "deletes": before["deletes"]}, "updateMask": "deletes"})
        refused = self.refused("TableMappingService/UpdateTableMapping", edit)
        self.assertEqual((refused.status, refused.code), ("ABORTED", "CW-API-ETAG"))
        self.assertEqual(refused.subject, MAPPING)

    def test_C9_wrong_names_are_told(self):
        missing = self.refused("WorkflowService/GetWorkflow", {"name": "organizations/contoso/instances/prod/workflows/ingress"})
        self.assertEqual((missing.status, missing.code), ("NOT_FOUND", "CW-API-NOT-FOUND"))
        for method, request in (("WorkflowService/GetWorkflow", {"name": "ingress"}),
                                ("WorkflowService/StartWorkflow", {"name": "organizations/contoso"}),
                                ("InstanceService/GetInstance", {"name": "x\u0000y"})):
            refused = self.refused(method, request)
            self.assertEqual(refused.status, "INVALID_ARGUMENT", method)
            self.assertIn("name", refused.violations)

    def test_C9_every_bad_field_is_named_at_once(self):
        refused = self.refused("WorkflowService/UpdateWorkflow", {
            "workflow": {"name": WORKFLOW, "settings": {"pollInterval": "0.001s", "pageSize": 5001, "maxDeadLetterPercent": 101}}})
        self.assertEqual((refused.status, refused.code), ("INVALID_ARGUMENT", "CW-API-INVALID"))
        self.assertEqual(set(refused.violations), {
            "settings.poll_interval", "settings.page_size", "settings.max_dead_letter_percent"})

    def test_I5_I6_a_mapping_keeps_its_key_and_maps_a_field_once(self):
        before = self.call("TableMappingService/GetTableMapping", {"name": MAPPING})
        rekeyed = {"tableMapping": {"name": MAPPING, "targetKey": "email"}, "updateMask": "targetKey"}
        self.assertIn("target_key", self.refused("TableMappingService/UpdateTableMapping", rekeyed).violations)
        twice = before["fields"] + [{"sourceColumn": "nickname", "targetField": "lastName"}]
        doubled = {"tableMapping": {"name": MAPPING, "fields": twice}, "updateMask": "fields"}
        violations = self.refused("TableMappingService/UpdateTableMapping", doubled).violations
        self.assertIn(f"fields[{len(twice) - 1}].target_field", violations)
        again = {"parent": WORKFLOW, "tableMappingId": "again", "tableMapping": {
            name: before[name] for name in ("sourceTable", "targetResource", "targetKey", "fields")}}
        self.assertEqual(self.refused("TableMappingService/CreateTableMapping", again).status, "ALREADY_EXISTS")

    def test_R5_secrets_are_taken_and_never_given(self):
        for connection in self.call("ConnectionService/ListConnections", {"parent": INSTANCE})["connections"]:
            system = connection.get("dynamics365") or connection.get("campaign")
            self.assertEqual(system["clientSecret"], "")
            self.assertTrue(system["clientSecretSet"])

    def test_W11_audit_tells_an_edit_s_difference(self):
        before = self.call("InstanceService/GetInstance", {"name": INSTANCE})
        self.addCleanup(self.call, "InstanceService/UpdateInstance", {"instance": {"name": INSTANCE, "displayName": before["displayName"]}})
        self.call("InstanceService/UpdateInstance", {"instance": {"name": INSTANCE, "displayName": "Renamed"}})
        entry = self.call("AuditService/ListAuditEntries", {"parent": INSTANCE, "pageSize": 1})["auditEntries"][0]
        self.assertEqual((entry["action"], entry["resource"]), ("update", INSTANCE))
        self.assertEqual(entry["changes"], [{"path": "display_name", "before": before["displayName"], "after": "Renamed"}])

    def test_R2_the_controller_bears_whatever_it_is_sent(self):
        for name in ("", "/", "organizations/" + "x" * 100_000, "organizations/\u202e/instances/\u0000", "organizations/../instances/.."):
            self.refused("WorkflowService/GetWorkflow", {"name": name})
        wait_for(self.rig.answers, "the controller answers")
        self.assertTrue(self.rig.controller.running())


if __name__ == "__main__":
    unittest.main(verbosity=2)
