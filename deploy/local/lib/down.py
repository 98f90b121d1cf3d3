"""deploy/local/down: stops what `up` started, in the opposite order."""

import argparse

import terminal
from installation import Installation, locked


def main():
    parser = argparse.ArgumentParser(prog="down", description="Stops this checkout's installation. Its data stays.")
    parser.add_argument("--wipe", action="store_true", help="delete its data too, and forget its ports")
    arguments = parser.parse_args()
    with locked():
        installation = Installation.open()
        if installation is None:
            print("Nothing is installed here.")
            return 0
        killed = False
        for daemon in reversed(installation.daemons):
            how = daemon.stop()
            killed = killed or how.startswith("killed")
            terminal.done(f"{daemon.name} {how}")
        if arguments.wipe:
            installation.wipe()
            terminal.done("its data is deleted")
        else:
            print(f"Go on where it stopped: {terminal.bold('deploy/local/up')}")
        return 1 if killed else 0


terminal.run(main)
