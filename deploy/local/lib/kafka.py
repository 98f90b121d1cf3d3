"""A real Apache Kafka broker from its jars: fetched once into the user's cache, run as one process on loopback."""

import contextlib
import fcntl
import os
import pathlib
import shutil
import signal
import string
import subprocess
import tempfile
import time
import xml.etree.ElementTree

import ports
from terminal import Failure

HERE = pathlib.Path(__file__).resolve().parent.parent / "kafka"
# What the broker's log says once it serves requests.
STARTED = "Kafka Server started"
# Every broker has its own ports and directory, so one cluster id serves them all.
CLUSTER_ID = "Q2F1c2V3YXktbG9jYWwtMQ"


def version():
    project = xml.etree.ElementTree.parse(HERE / "pom.xml").getroot()
    return project.findtext(".//{*}kafka.version")


def home():
    """Where this version's jars live: <cache>/causeway/kafka-<version>."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    return pathlib.Path(cache) / "causeway" / f"kafka-{version()}"


def fetch():
    """Brings the jars and a class archive into the cache; instant when they are there. Safe to run at the same time elsewhere."""
    target = home()
    if _archive(target).exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with _locked(target.parent / f"{target.name}.lock"):
        if not (target / "lib").exists():
            _copy_jars(target)
        if not _archive(target).exists():
            _write_archive(target)
    return target


def run(directory, port, controller_port, settings=()):
    """Becomes the broker: formats `directory` at first, writes its configuration, and replaces this process by Kafka's. `settings` are
    name=value, and win over those of server.properties."""
    install = fetch()
    configuration = _configure(directory, port, controller_port, settings)
    _format(install, directory, configuration)
    command = _java(install, _use_archive(install)) + ["kafka.Kafka", str(configuration)]
    os.execvp(command[0], command)


def _archive(install):
    return install / "classes.jsa"


def _use_archive(install):
    return [f"-XX:SharedArchiveFile={_archive(install)}", "-Xshare:auto"]


def _java(install, options):
    # The serial collector has the fewest threads; a broker of this size needs no more. The optimizing compiler would take more time
    # than it saves: two thirds of what such a broker takes in its first minutes.
    return [
        "java", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError", *options,
        f"-Dlog4j2.configurationFile={HERE / 'log4j2.properties'}",
        "-cp", f"{install / 'lib'}/*",
    ]


def _configure(directory, port, controller_port, settings=()):
    directory.mkdir(parents=True, exist_ok=True)
    template = string.Template((HERE / "server.properties").read_text())
    configuration = directory / "server.properties"
    address = f"127.0.0.1:{port}"
    text = template.substitute(data=directory / "data", listen=address, advertised=address, controller_port=controller_port)
    configuration.write_text("\n".join([text, *settings, ""]))
    return configuration


def _format(install, directory, configuration):
    if (directory / "data" / "meta.properties").exists():
        return
    options = ["-XX:TieredStopAtLevel=1", *_use_archive(install)]
    command = _java(install, options) + [
        "kafka.tools.StorageTool", "format", "--ignore-formatted", "-t", CLUSTER_ID, "-c", str(configuration)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        raise Failure(f"Kafka could not format {directory}", done.stdout)


def _copy_jars(target):
    """Fetches beside the target and renames, so that a `lib` that exists is whole."""
    for program in ("mvn", "java"):
        if not shutil.which(program):
            raise Failure(f"{program} is not installed", remedy="Install it: deploy/local/install run")
    target.mkdir(exist_ok=True)
    staging = pathlib.Path(tempfile.mkdtemp(dir=target, prefix="fetching-"))
    try:
        command = ["mvn", "-q", "-B", "-f", str(HERE / "pom.xml"), "dependency:copy-dependencies",
                   f"-DoutputDirectory={staging}"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            raise Failure(f"Maven could not fetch Kafka {version()}", done.stdout, "Check the network, then try again.")
        staging.chmod(0o755)
        staging.rename(target / "lib")
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _write_archive(install):
    """Runs a broker once and lets Java keep its loaded classes: later starts take half the time and processor."""
    with tempfile.TemporaryDirectory(dir=install, prefix="archiving-") as name:
        directory = pathlib.Path(name)
        log = directory / "log"
        archive = directory / "classes.jsa"
        configuration = _configure(directory, ports.free(), ports.free())
        _format(install, directory, configuration)
        command = _java(install, [f"-XX:ArchiveClassesAtExit={archive}"]) + ["kafka.Kafka", str(configuration)]
        with log.open("w") as output:
            broker = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        try:
            deadline = time.monotonic() + 60
            while STARTED not in log.read_text():
                if broker.poll() is not None or time.monotonic() > deadline:
                    raise Failure("Kafka did not start", log.read_text()[-4000:])
                time.sleep(0.1)
            broker.send_signal(signal.SIGTERM)
            broker.wait(timeout=60)
        finally:
            if broker.poll() is None:
                broker.kill()
                broker.wait()
        archive.rename(_archive(install))


@contextlib.contextmanager
def _locked(path):
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
