"""A disk that fills up: a small file system of its own, where this machine lets us mount one."""

import subprocess

BYTES = 64 << 20
WITHOUT = "this machine lets nobody mount a file system: no disk can be filled"


class Disk:
    """`folder` lies on it, or beside it where nothing can be mounted. Full, it takes nothing until it is freed."""

    def __init__(self, mount):
        mount.mkdir(parents=True, exist_ok=True)
        self._mount = mount
        self._filler = mount / "filler"
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={BYTES}", "tmpfs", mount], capture_output=True)
        self.can_be_filled = mounted.returncode == 0
        # Not the mount itself: a store that is begun anew empties its folder.
        self.folder = mount / "state"

    def fill(self):
        with open(self._filler, "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(bytes(4096))
            except OSError:
                pass  # Full.

    def free(self):
        self._filler.unlink(missing_ok=True)

    def close(self):
        if self.can_be_filled:
            subprocess.run(["umount", "--lazy", self._mount], capture_output=True)
