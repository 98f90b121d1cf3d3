"""deploy/local/up: from a bare machine to a running installation with data in it. Run again, it goes on where it was."""

import argparse
import os
import subprocess

import kafka
import load
import terminal
from causewayctl import EGRESS, INGRESS, Causewayctl
from installation import CHECKOUT, STATE, Installation, locked
from sandbox_control import SandboxControl
from terminal import Failure

LOCAL = CHECKOUT / "deploy" / "local"
DEFAULT_ROWS = 100_000
INACTIVE_SHARE = 0.1


def main():
    arguments = parse()
    with locked():
        installation = Installation.open_or_create(arguments.port_base)
        prepare()
        start(installation)
        sandbox, ctl = SandboxControl(installation), Causewayctl(installation)
        seed(installation, sandbox, arguments.rows)
        define(installation, ctl)
        load.follow_contacts(ctl, sandbox)
        load.compare(sandbox)
        farewell(installation)
    return 0


def parse():
    parser = argparse.ArgumentParser(prog="up", description="Builds and starts everything on this machine, with data to look at.")
    parser.add_argument("--rows", type=int, metavar="N",
                        help=f"contacts to begin with, a tenth of them inactive (default: {DEFAULT_ROWS:,})")
    parser.add_argument("--port-base", type=int, metavar="N",
                        help="the first of a dozen loopback ports; chosen once (default: 17000)")
    arguments = parser.parse_args()
    if arguments.rows is not None and arguments.rows < 1:
        parser.error("--rows must be at least 1")
    if arguments.port_base is not None and not 1024 <= arguments.port_base <= 32000:
        parser.error("--port-base must be within 1024 and 32000, below the ports of outgoing connections")
    return arguments


def prepare():
    terminal.step("installing what is missing")
    run_script("install", "build", "run")
    terminal.step("building")
    run_script("build")
    kafka.fetch()


def run_script(name, *arguments):
    if subprocess.run([LOCAL / name, *arguments]).returncode != 0:
        raise Failure(f"deploy/local/{name} failed", remedy="Its words are above. Then: deploy/local/up")


def start(installation):
    installation.make_master_key()
    for daemon in reversed(installation.daemons):
        if daemon.outdated():
            terminal.step(f"stopping {daemon.name}: it was built anew")
            daemon.stop()
    for daemon in installation.daemons:
        if daemon.pid() is None:
            terminal.step(f"starting {daemon.name}")
            daemon.start()
    terminal.done("broker, sandbox, controller, ingress and egress run")


def seed(installation, sandbox, rows):
    """Fills the sandbox once. It lives in memory and writes its contents to a file when it is stopped, so only a kill empties it."""
    if sandbox.counts()["contacts"] > 0:
        if rows not in (None, installation.rows):
            print(f"The sandbox was seeded with {installation.rows:,} contacts; --rows counts for a new one (deploy/local/down --wipe).")
        return
    if installation.rows is not None:
        raise Failure("the sandbox was killed, and with it both systems' data are gone",
                      remedy="Begin anew: deploy/local/down --wipe && deploy/local/up")
    rows = rows or DEFAULT_ROWS
    terminal.step(f"seeding the sandbox with {rows:,} contacts")
    sandbox.seed(rows, INACTIVE_SHARE)
    installation.remember(rows=rows)


def define(installation, ctl):
    """Applies the example once, and starts its workflows unless they are started."""
    if not installation.defined:
        ctl.apply(LOCAL / "example.yaml")
        installation.remember(defined=True)
    for workflow in (INGRESS, EGRESS):
        if ctl.workflow(workflow)["status"] in ("STATUS_STOPPED", "STATUS_FAILED"):
            ctl.start(workflow)
    terminal.done("the example is defined, and its workflows are started")


def farewell(installation):
    print()
    for what, where in (
            ("controller, gRPC", installation.address("controller")),
            ("controller, metrics", f"http://{installation.address('controller_metrics')}/metrics"),
            ("ingress, metrics", f"http://{installation.address('ingress_metrics')}/metrics"),
            ("egress, metrics", f"http://{installation.address('egress_metrics')}/metrics"),
            ("sandbox", f"http://{installation.address('sandbox')}"),
            ("Kafka", installation.address("kafka")),
            ("state and logs", STATE)):
        print(f"  {what:20} {where}")
    print("\nTry next:")
    for command, what in (
            ("sandbox change --rate 500", "change contacts in Dynamics 365"),
            ("ctl workflows watch", "see them cross"),
            ("sandbox emit --rate 50", "let e-mail events happen in Campaign; they become activities"),
            ("down", "stop everything")):
        print(f"  {terminal.bold(f'{os.path.relpath(LOCAL)}/{command}')}\n      {what}")


terminal.run(main)
