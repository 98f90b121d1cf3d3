"""What the images hold, and what they say of themselves (product.md K1)."""

import pathlib
import re
import tempfile
import unittest

from images import CHECKOUT, IMAGES, SERVICES, Image, build

SHELLS_AND_PACKAGERS = re.compile(r"(^|/)(sh|bash|dash|ash|busybox|apt|apt-get|dpkg|perl|python3?)$")
PROGRAMS = {"controller": ["causeway-controller", "causewayctl"], "ingress": ["causeway-ingress"], "egress": ["causeway-egress"],
            "sandbox": ["causeway-sandbox"]}


class ImagesTest(unittest.TestCase):
    def setUp(self):
        self.images = {name: Image(name) for name in IMAGES}

    def test_K1_a_service_is_small(self):
        # Not so the broker for evaluation, which is a Java with Kafka's jars.
        for name in SERVICES:
            self.assertLessEqual(self.images[name].unpacked_megabytes(), 80, name)

    def test_K1_no_image_has_a_shell(self):
        for name, image in self.images.items():
            self.assertEqual([path for path in image.files if SHELLS_AND_PACKAGERS.search(path)], [], name)

    def test_K1_every_image_runs_as_somebody_by_number(self):
        for name, image in self.images.items():
            self.assertRegex(image.config["User"], r"^[1-9]\d*:[1-9]\d*$", name)

    def test_K1_every_image_has_authorities_and_time_zones(self):
        for name, image in self.images.items():
            environment = dict(one.split("=", 1) for one in image.config["Env"])
            self.assertIn(environment["SSL_CERT_FILE"].removeprefix("/"), image.files, name)
            self.assertIn("usr/share/zoneinfo/Europe/Berlin", image.files, name)

    def test_K1_every_image_says_what_it_is(self):
        version = re.search(r"^project\(causeway VERSION ([\d.]+)", (CHECKOUT / "CMakeLists.txt").read_text(), re.MULTILINE)[1]
        for name in IMAGES:
            self.assertEqual((self.label(name, "title"), self.label(name, "version")), (f"causeway-{name}", version))
            self.assertRegex(self.label(name, "source"), r"^[\w+]+://|^[\w-]+@", "deploy/images/build --source")
            self.assertRegex(self.label(name, "created"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
            for label in ("description", "vendor", "licenses"):
                self.assertTrue(self.label(name, label), f"{name}: {label}")

    def label(self, image, name):
        return self.images[image].config["Labels"].get(f"org.opencontainers.image.{name}", "")

    def test_K1_programs_and_labels_name_the_same_commit(self):
        for name, programs in PROGRAMS.items():
            revision = self.label(name, "revision")
            self.assertEqual([path for path in self.images[name].files if path.startswith("usr/bin/")], [f"usr/bin/{one}" for one in programs])
            self.assertTrue(revision.encode() + b"\0" in self.images[name].read(f"usr/bin/causeway-{name}"), f"causeway-{name} isn't of {revision}")
        self.assertEqual(self.label("kafka", "revision"), self.label("controller", "revision"))

    def test_K1_the_same_programs_give_the_same_layers(self):
        """Built again with nothing of earlier builds."""
        with tempfile.TemporaryDirectory() as folder:
            first, again = self.images, self.built_afresh(pathlib.Path(folder, "1"))
            # Those that are there may be of older packages of Debian.
            if any(first[name].layers != again[name].layers for name in IMAGES):
                first, again = again, self.built_afresh(pathlib.Path(folder, "2"))
            for name in IMAGES:
                with self.subTest(name):
                    self.assertEqual(first[name].differences(again[name]), [])
                    self.assertEqual(first[name].layers, again[name].layers)

    def built_afresh(self, folder):
        build(folder, "--fresh")
        return {name: Image(name, folder) for name in IMAGES}


if __name__ == "__main__":
    unittest.main()
