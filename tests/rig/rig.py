"""A whole installation of one's own for a test: a real Kafka, the sandbox, the controller, replicas of the workflow services.

Free ports, a temporary folder, real programs (CAUSEWAY_BIN names their folder). Everything that was started ends with the rig;
when a test failed, the ends of the logs are printed. A rig that ends well was held to what a right client leaves at zero (`Rig.check`).
"""

import datetime
import json
import os
import pathlib
import random
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(CHECKOUT / "deploy" / "local" / "lib"))
import kafka
from disk import Disk
from wire import Wire

BIN = pathlib.Path(os.environ.get("CAUSEWAY_BIN", CHECKOUT / "build" / "bin"))
EXAMPLE = CHECKOUT / "deploy" / "local" / "example.yaml"
INGRESS = "contoso/stage/ingress"
EGRESS = "contoso/stage/egress"
LOG_TAIL = 15


def free_port():
    """Below the ports of outgoing connections: one of those could take it while its program is down."""
    while True:
        port = random.randrange(12_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def balances(books):
    """Of one table, as the API shows it, with nothing in the backlog."""
    count = lambda *fields: sum(int(books.get(field, 0)) for field in fields)
    return (count("read") == count("queued", "leftOut", "rejected")
            and count("queued") == count("written", "unchanged", "skipped", "deadLettered"))


def wait_for(condition, what, seconds=60.0, every=0.1):
    """The condition's first true value; what it said last is told when the time is up."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"{what}: not within {seconds} s")
        time.sleep(every)


class Program:
    """One process: start, kill, stop, pause; its output in a log file."""

    def __init__(self, name, command, log, environment=None):
        self.name = name
        self._command = [str(part) for part in command]
        self._log = log
        self._environment = dict(os.environ, **(environment or {}))
        self._process = None

    def start(self):
        assert not self.running(), f"{self.name} runs already"
        with open(self._log, "ab") as log:
            self._process = subprocess.Popen(self._command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self._log.parent,
                                             env=self._environment, start_new_session=True)
        return self

    def running(self):
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self):
        return self._process.pid

    def kill(self):
        if self.running():
            self._process.kill()
        self._wait(10)

    def stop(self, seconds=30):
        """SIGTERM; the exit code."""
        self._process.terminate()
        return self._wait(seconds)

    def pause(self):
        self._process.send_signal(signal.SIGSTOP)

    def resume(self):
        self._process.send_signal(signal.SIGCONT)

    def log(self):
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def resident_mib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        return 0.0

    def _wait(self, seconds):
        if self._process is None:
            return None
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise AssertionError(f"{self.name} did not end within {seconds} s")


class CtlError(Exception):
    def __init__(self, code, text):
        super().__init__(f"causewayctl ended with {code}: {text}")
        self.code = code
        self.text = text


class GrpcError(Exception):
    """What a refused call said: status, code, message, remedy, subject, violations (field → what is wrong)."""

    def __init__(self, said):
        super().__init__(str(said))
        for name, value in said.items():
            setattr(self, name, value)


class Wires:
    """A program's ways to the broker and, of a replica, to the controller."""

    def __init__(self, broker, controller=None):
        self.broker = broker
        self.controller = controller

    def all(self):
        return [wire for wire in (self.broker, self.controller) if wire]


class Rig:
    """`wired`: names of programs that reach the broker and the controller by wires that can be cut (`wires`). `on_disks`: names of replicas that
    keep their copy of the index on a disk of its own that can be filled (`disks`)."""

    def __init__(self, contacts=0, replicas=1, poll_interval="0.3s", seed=1, wired=(), on_disks=()):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="causeway-rig-"))
        self.poll_interval = poll_interval
        # {workflow: dead letters that are known}; {system: [least, most] inserts of what was there that it may have refused}.
        self._known_dead_letters = {}
        self._known_duplicates = {}
        self._ports = {}
        self._programs = []
        self.disks = {name: Disk(self.folder / f"disk-{name}") for name in on_disks}
        self.wires = {}
        key = self.folder / "master-key"
        key.touch(0o600)
        key.write_text(secrets.token_hex(32) + "\n")
        self._key = key
        for name in wired:
            to_controller = None if name.startswith("controller") else Wire(self.port(f"{name}_to_controller"), self.port("controller"))
            self.wires[name] = Wires(Wire(self.port(f"{name}_to_kafka"), self.port(f"kafka_for_{name}")), to_controller)
        self.kafka = self._program("kafka", [
            CHECKOUT / "deploy/local/kafka/broker", "run", "--dir", self.folder / "kafka", "--port", self.port("kafka"),
            "--controller-port", self.port("kafka_controller"), *self._listeners()])
        self.sandbox = self._program("sandbox", [
            BIN / "causeway-sandbox", "--port", self.port("sandbox"), "--addresses-file", self.folder / "addresses.json",
            "--state-file", self.folder / "sandbox-state", "--seed", seed])
        self.controller = self.another_controller("controller")
        self.ingress = [self.replica("ingress", number) for number in range(1, replicas + 1)]
        try:
            self._start(contacts)
        except BaseException:
            self.close(failed=True)
            raise

    def _start(self, contacts):
        self.kafka.start()
        self.sandbox.start()
        wait_for(lambda: "Kafka Server started" in self.kafka.log(), "Kafka's start")
        wait_for(self.sandbox_answers, "the sandbox's start")
        if contacts:
            self.control("seed", contacts=contacts)
        self.controller.start()
        wait_for(lambda: "definitions_read" in self.controller.log(), "the controller's start")
        for replica in self.ingress:
            replica.start()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        failed = True
        try:
            if kind is None:
                self.check()
                failed = False
        finally:
            self.close(failed)

    def replica(self, service, number, *flags, calls_itself=None):
        """A replica of a workflow service, not started; `flags` are further ones."""
        name = f"{service}-{number}"
        to_controller = self.address(f"{name}_to_controller" if name in self.wires else "controller")
        state = self.disks[name].folder if name in self.disks else self.folder / f"state-{name}"
        return self._program(name, [
            BIN / f"causeway-{service}", "--listen", self.address(name), "--metrics", self.address(f"{name}_metrics"),
            "--controller", to_controller, "--kafka", self._broker_of(name), "--replica", calls_itself or name,
            "--state-dir", state, *flags])

    def another_controller(self, name):
        """One that takes over from whichever there is when it is started."""
        return self._program(name, [
            BIN / "causeway-controller", "--listen", self.address(name), "--metrics", self.address(f"{name}_metrics"),
            "--kafka", self._broker_of(name), "--master-key-file", self._key])

    def _broker_of(self, name):
        return self.address(f"{name}_to_kafka" if name in self.wires else "kafka")

    def _listeners(self):
        """Kafka tells its clients where to connect: those behind a wire are told the wire."""
        if not self.wires:
            return []
        names = {name: "FOR_" + name.upper().replace("-", "_") for name in self.wires}
        listeners = {"PLAINTEXT": self.address("kafka"), "CONTROLLER": self.address("kafka_controller"),
                     **{names[name]: self.address(f"kafka_for_{name}") for name in self.wires}}
        told = {"PLAINTEXT": self.address("kafka"), **{names[name]: self.address(f"{name}_to_kafka") for name in self.wires}}
        settings = {"listeners": ",".join(f"{name}://{address}" for name, address in listeners.items()),
                    "advertised.listeners": ",".join(f"{name}://{address}" for name, address in told.items()),
                    "listener.security.protocol.map": ",".join(f"{name}:PLAINTEXT" for name in listeners)}
        return [word for name, value in settings.items() for word in ("--setting", f"{name}={value}")]

    def close(self, failed=False):
        for program in reversed(self._programs):
            if program.running():
                program.resume()
                program.kill()
        for wire in (wire for wires in self.wires.values() for wire in wires.all()):
            wire.close()
        for disk in self.disks.values():
            disk.close()
        if failed:
            for program in self._programs:
                lines = program.log().splitlines()[-LOG_TAIL:]
                print(f"-- {program.name}", *lines, sep="\n   ", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def port(self, name):
        while name not in self._ports:
            port = free_port()
            if port not in self._ports.values():
                self._ports[name] = port
        return self._ports[name]

    def address(self, name):
        return f"127.0.0.1:{self.port(name)}"

    def programs(self):
        return list(self._programs)

    # What people do.

    def define(self, source=EXAMPLE, edit=lambda text: text):
        """Applies a definition file, edited, with this rig's poll interval; None: without any, so that the defaults count."""
        text = edit(source.read_text())
        if self.poll_interval is None:
            text = re.sub(r"settings:\n +poll_interval: 1s\n( +)", r"settings:\n\1", text)
        else:
            text = text.replace("poll_interval: 1s", f"poll_interval: {self.poll_interval}")
        path = self.folder / "definition.yaml"
        path.write_text(text)
        return self.ctl("definitions", "apply", "-f", path)

    def ctl(self, *arguments):
        """causewayctl's output; CtlError for any exit code but 0."""
        done = subprocess.run([str(part) for part in (BIN / "causewayctl", *arguments)], env=self._ctl_environment(),
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise CtlError(done.returncode, done.stdout + done.stderr)
        return done.stdout

    def ctl_json(self, *arguments):
        return json.loads(self.ctl(*arguments, "-o", "json"))

    def start(self, workflow=INGRESS):
        self.ctl("workflows", "start", workflow)

    def stop(self, workflow=INGRESS):
        self.ctl("workflows", "stop", workflow)
        self.wait_for_status("STOPPED", workflow)

    def grpc(self, method, request=None, program="controller"):
        """The answers of a method, called by reflection alone; GrpcError when it is refused. method "list": the services."""
        words = [json.dumps(request)] if request is not None else []
        done = subprocess.run([str(BIN / "grpc_call"), self.address(program), method, *words], capture_output=True, text=True, timeout=60)
        assert not done.stderr, done.stderr
        lines = done.stdout.splitlines()
        if done.returncode != 0:
            raise GrpcError(json.loads(lines[-1]))
        return lines if method == "list" else [json.loads(line) for line in lines]

    def health(self, program, probe):
        """What a program's health says to Kubernetes' probe: SERVING or NOT_SERVING."""
        done = subprocess.run([str(BIN / "grpc_call"), self.address(program), "health", probe], capture_output=True, text=True, timeout=60)
        return done.stdout.strip()

    def set_topic(self, topic, setting):
        """Changes a topic's setting behind Causeway's back, "name=value"."""
        command = ["java", "-cp", f"{kafka.home()}/lib/*", "kafka.admin.ConfigCommand", "--bootstrap-server", self.address("kafka"),
                   "--entity-type", "topics", "--entity-name", topic, "--alter", "--add-config", setting]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    def delete_records(self, topic):
        """Deletes all that a topic holds behind Causeway's back, as an operator's mistake does."""
        partitions = [{"topic": topic, "partition": number, "offset": -1} for number in range(self.partitions_of(topic))]
        path = self.folder / "offsets.json"
        path.write_text(json.dumps({"partitions": partitions, "version": 1}))
        self._kafka_tool("org.apache.kafka.tools.DeleteRecordsCommand", "--offset-json-file", path)

    def delete_topic(self, topic):
        self._kafka_tool("org.apache.kafka.tools.TopicCommand", "--delete", "--topic", topic)
        wait_for(lambda: topic not in self.topic_names(), f"{topic} is gone")

    def _kafka_tool(self, name, *arguments):
        command = ["java", "-cp", f"{kafka.home()}/lib/*", name, "--bootstrap-server", self.address("kafka"), *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)

    # What they see.

    def workflow(self, name=INGRESS):
        return self.ctl_json("workflows", "get", name)

    def workflow_names(self):
        answer = self.ctl_json("workflows", "list")
        workflows = answer if isinstance(answer, list) else answer.get("workflows", [])
        return ["/".join(workflow["name"].split("/")[1::2]) for workflow in workflows]

    def topic(self, kind, name=INGRESS):
        """Of a workflow, not reset: kind is backlog, index or dead-letters."""
        organization, instance, workflow = name.split("/")
        full_name = f"organizations/{organization}/instances/{instance}"
        uid = json.loads(self.ctl("call", "InstanceService.GetInstance", json.dumps({"name": full_name})))["uid"]
        return f"causeway.{instance}.{uid}.{workflow}.{kind}"

    def status(self, name=INGRESS):
        return self.workflow(name)["status"].removeprefix("STATUS_")

    def answers(self):
        """Whether the controller can be asked."""
        try:
            return self.status() is not None
        except CtlError:
            return False

    def backlog(self, name=INGRESS):
        return int(self.workflow(name).get("backlog", {}).get("records", 0))

    def summary(self, name=INGRESS):
        """What a person would look at first."""
        return self.ctl("workflows", "get", name)

    def conditions(self, name=INGRESS):
        return [condition["type"] for condition in self.workflow(name).get("conditions", [])]

    def wait_for_status(self, status, name=INGRESS, seconds=60.0):
        return wait_for(lambda: self.status(name) == status, f"{name} {status}", seconds)

    def wait_until_following(self, name=INGRESS):
        """Until its reader has found the source's end."""
        return wait_for(lambda: "following" in str(self.workflow(name).get("tables")), f"{name} follows its source")

    def wait_until_equal(self, seconds=60.0):
        """Until both sides are equal in every mapped table and nothing is queued; the comparison."""
        mappings = self.mappings()
        return self.wait_until_crossed(lambda: self.control("compare", mappings=mappings), seconds=seconds)

    def mappings(self):
        """The table mappings, as they were defined."""
        answer = self.ctl_json("mappings", "list")
        return answer if isinstance(answer, list) else answer.get("tableMappings", [])

    def wait_until_crossed(self, compare, name=INGRESS, seconds=60.0):
        """Until `compare` finds nothing different and, as was observed after that, nothing is queued; the comparison."""
        last = {}
        equal_since = None

        def crossed():
            nonlocal equal_since
            last.update(compare())
            if last["different"] != 0:
                equal_since = None
                return False
            equal_since = equal_since or datetime.datetime.now(datetime.timezone.utc)
            backlog = self.workflow(name)["backlog"]
            # Nothing queued, says an older observation too, from before any of it was queued.
            observed = "observeTime" in backlog and datetime.datetime.fromisoformat(backlog["observeTime"]) >= equal_since
            return observed and int(backlog["records"]) == 0
        try:
            wait_for(crossed, "nothing is different, nothing queued", seconds, every=0.3)
        except AssertionError:
            raise AssertionError(f"{last}\n{self.summary(name)}") from None
        self.check_dead_letters(name)
        self.check_books(name)
        return last

    def dead_letters(self, name=INGRESS):
        answer = self.ctl_json("dead-letters", "list", name, "--limit", 1000)
        return answer if isinstance(answer, list) else answer.get("deadLetters", [])

    def expect_dead_letters(self, number, name=INGRESS):
        """So many are made on purpose from now on until the next check."""
        self._known_dead_letters[name] = self._known_dead_letters.get(name, 0) + number

    def forget_dead_letters(self, name=INGRESS):
        """It begins anew, without those that it had."""
        self._known_dead_letters.pop(name, None)

    def expect_duplicates(self, system, least, most):
        """So many inserts of what is there already are refused, on purpose, until the next check."""
        self._known_duplicates[system] = (least, most)

    def check_dead_letters(self, name=INGRESS, exactly=False):
        """What is equal in the end may have been refused on the way: that is a fault too, unless the test expects it."""
        known = self._known_dead_letters.get(name, 0)
        letters = self.dead_letters(name)
        right = len(letters) == known if exactly else len(letters) <= known
        assert right, f"{len(letters)} dead letters of {name} instead of {known}: {letters[:3]}"

    def check(self):
        """What a client that is right leaves at zero since the last check, but for what the test said it makes: inserts of what was there,
        requests asked again before the time that was told, dead letters of any workflow."""
        stats = self.control("stats", reset=True)
        for system, refused in stats["duplicates"].items():
            least, most = self._known_duplicates.get(system, (0, 0))
            assert least <= refused <= most, f"{refused} inserts of what was there in {system}, instead of {least} to {most}: {stats}"
        self._known_duplicates.clear()
        assert all(early["repeated"] == 0 for early in stats["early"].values()), f"asked again too early: {stats}"
        for name in self.workflow_names():
            self.check_dead_letters(name, exactly=True)

    def check_books(self, name=INGRESS):
        """That each row that was read is queued, left out or rejected, and each that was queued written, unchanged, skipped or a dead
        letter: when nothing is queued."""
        unbalanced = []

        def balanced():
            unbalanced[:] = [books for books in self.workflow(name).get("totals", []) if not balances(books)]
            return not unbalanced and self.backlog(name) == 0
        try:
            wait_for(balanced, "the books balance", 15)
        except AssertionError:
            raise AssertionError(f"the books don't balance: {unbalanced}\n{self.summary(name)}") from None

    def metrics(self, name):
        """{'causeway_x{a="b"}': value} of a program."""
        with urllib.request.urlopen(f"http://{self.address(name + '_metrics')}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if line and not line.startswith("#")}

    def topics(self):
        """{topic: all that its records hold, uncompressed}."""
        return {name: self._kcat("-C", "-t", name, "-o", "beginning", "-e", "-q", "-f", "%k %s\n") for name in self.topic_names()}

    def topic_names(self):
        return set(self._partitions())

    def partitions_of(self, topic):
        return self._partitions()[topic]

    def records(self, topic):
        """{key: size of its latest committed value, 0 for a tombstone}."""
        lines = self._kcat("-C", "-t", topic, "-o", "beginning", "-e", "-q", "-f", "%k %S\n", isolation="read_committed").decode().splitlines()
        return {key: max(0, int(size)) for key, size in (line.rsplit(" ", 1) for line in lines)}

    def _partitions(self):
        topics = json.loads(self._kcat("-L", "-J"))["topics"]
        return {topic["topic"]: len(topic["partitions"]) for topic in topics if not topic["topic"].startswith("__")}

    def _kcat(self, *arguments, isolation="read_uncommitted"):
        # The end of a topic shows in a fetch that brings nothing: it mustn't wait for the next record.
        command = ["kcat", "-b", self.address("kafka"), "-X", f"isolation.level={isolation}", "-X", "fetch.wait.max.ms=10", *arguments]
        return subprocess.run(command, check=True, capture_output=True, timeout=60).stdout

    # The sandbox's own control (services/sandbox/README.md).

    def control(self, verb, **arguments):
        request = urllib.request.Request(f"http://{self.address('sandbox')}/control/{verb}", data=json.dumps(arguments).encode(),
                                         headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.loads(answer.read() or "{}")
        except urllib.error.HTTPError as refused:
            raise AssertionError(f"the sandbox refused {verb}: {refused.read().decode()}")

    def campaign_writes(self):
        """All that were made in Campaign, of the newest 100,000."""
        since = 0
        while True:
            page = self.control("journal", since=since, limit=10_000)
            yield from page["writes"]
            since = page["next"]
            if since == page["end"]:
                return

    def sandbox_answers(self):
        try:
            self.control("counts")
            return True
        except OSError:
            return False

    def calls(self):
        return self.control("calls")

    def addresses(self):
        """Where the sandbox's systems are, and the credentials they take."""
        return json.loads((self.folder / "addresses.json").read_text())

    def campaign_headers(self):
        """What a client of Campaign sends, with a new token."""
        at = self.addresses()
        form = urllib.parse.urlencode({"grant_type": "client_credentials", "client_id": at["campaign_client_id"],
                                       "client_secret": at["campaign_client_secret"], "scope": "campaign_sdk"})
        with urllib.request.urlopen(at["ims_url"] + "/ims/token/v3", data=form.encode(), timeout=10) as answer:
            token = json.loads(answer.read())["access_token"]
        return {"Authorization": f"Bearer {token}", "X-Api-Key": at["campaign_client_id"], "Content-Type": "application/json",
                "Cache-Control": "no-cache"}

    def profiles_url(self):
        at = self.addresses()
        return f"{at['campaign_url']}/{at['campaign_tenant']}/campaign/profileAndServicesExt/profile"

    def campaign(self, method, url, body=None):
        """Somebody else's call of Campaign's API; the answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data=data, headers=self.campaign_headers(), method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or "{}")

    def _program(self, name, command):
        program = Program(name, command, self.folder / f"{name}.log")
        self._programs.append(program)
        return program

    def _ctl_environment(self):
        environment = dict(os.environ, CAUSEWAY_SERVER=self.address(self.controller.name), NO_COLOR="1")
        if (self.folder / "addresses.json").exists():
            environment.update({f"SANDBOX_{name.upper()}": value for name, value in self.addresses().items()})
        return environment
