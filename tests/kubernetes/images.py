"""Images, as `deploy/images/build --archives` leaves them: docker archives, read without a container engine. `images.py FOLDER` makes them there."""

import functools
import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tarfile

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
SERVICES = ("controller", "ingress", "egress", "sandbox")
IMAGES = (*SERVICES, "kafka")

# What a label says; a checkout may have no origin that it could name.
SOURCE = "https://git.example.com/causeway"


def build(folder, *options):
    """Archives of images with the programs in build/bin."""
    subprocess.run([CHECKOUT / "deploy" / "images" / "build", "--prebuilt", "--source", SOURCE, "--archives", folder, *options], check=True, timeout=3600)


@functools.cache
def archives():
    """The folder of CAUSEWAY_IMAGES, or one that is made from the programs in build/bin."""
    if named := os.environ.get("CAUSEWAY_IMAGES"):
        return pathlib.Path(named)
    folder = CHECKOUT / "build" / "images"
    build(folder)
    return folder


class Image:
    """config: OCI's. layers: their digests, unpacked. files: {path: size} of what a container sees."""

    def __init__(self, name, folder=None):
        self._archive = (folder or archives()) / f"{name}.tar"
        self.files = {}
        for member, _ in self._members():
            self.files[member.name.removeprefix("./")] = member.size
        with tarfile.open(self._archive) as archive:
            description = json.load(archive.extractfile(self._manifest(archive)["Config"]))
        self.config, self.layers = description["config"], description["rootfs"]["diff_ids"]

    def unpacked_megabytes(self):
        return sum(self.files.values()) / 1e6

    def read(self, path):
        """A file's bytes."""
        return next(read() for member, read in self._members() if member.name.removeprefix("./") == path)

    def differences(self, other):
        """Paths of what isn't in both in the same way, for people."""
        mine, others = ({member.name: (*member.get_info().values(), hashlib.sha256(read()).digest() if member.isfile() else b"")
                         for member, read in image._members()} for image in (self, other))
        return sorted(path for path in mine.keys() | others.keys() if mine.get(path) != others.get(path))

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


if __name__ == "__main__":
    build(pathlib.Path(sys.argv[1]))
