"""Images, as `deploy/images/build --archives` leaves them: docker archives, read without a container engine."""

import functools
import json
import os
import pathlib
import subprocess
import tarfile

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ("controller", "ingress", "egress", "sandbox")
IMAGES = (*SERVICES, "kafka")


@functools.cache
def archives():
    """The folder of CAUSEWAY_IMAGES, or one that is made from the programs in build/bin."""
    if named := os.environ.get("CAUSEWAY_IMAGES"):
        return pathlib.Path(named)
    folder = CHECKOUT / "build" / "images"
    subprocess.run([CHECKOUT / "deploy" / "images" / "build", "--prebuilt", "--archives", folder], check=True, timeout=3600)
    return folder


class Image:
    """config: OCI's. files: {path: size} of what a container sees."""

    def __init__(self, name):
        self._archive = archives() / f"{name}.tar"
        self.files = {}
        for member, _ in self._members():
            self.files[member.name.removeprefix("./")] = member.size
        with tarfile.open(self._archive) as archive:
            self.config = json.load(archive.extractfile(self._manifest(archive)["Config"]))["config"]

    def unpacked_megabytes(self):
        return sum(self.files.values()) / 1e6

    def read(self, path):
        """A file's bytes."""
        return next(read() for member, read in self._members() if member.name.removeprefix("./") == path)

    def _members(self):
        """(what is in the layers, how to read it)."""
        with tarfile.open(self._archive) as archive:
            for layer in self._manifest(archive)["Layers"]:
                with tarfile.open(fileobj=archive.extractfile(layer)) as content:
                    for member in content:
                        yield member, lambda: content.extractfile(member).read()

    @staticmethod
    def _manifest(archive):
        manifest, = json.load(archive.extractfile("manifest.json"))
        return manifest
