"""What the images hold, and what they say of themselves (product.md K1)."""

import re
import unittest

from images import IMAGES, SERVICES, Image

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
        for name, image in self.images.items():
            labels = image.config["Labels"]
            for label in ("title", "description", "version", "revision", "created", "vendor"):
                self.assertTrue(labels[f"org.opencontainers.image.{label}"], f"{name}: {label}")

    def test_K1_programs_and_labels_name_the_same_commit(self):
        for name, programs in PROGRAMS.items():
            revision = self.images[name].config["Labels"]["org.opencontainers.image.revision"]
            self.assertEqual([path for path in self.images[name].files if path.startswith("usr/bin/")], [f"usr/bin/{one}" for one in programs])
            self.assertTrue(revision.encode() + b"\0" in self.images[name].read(f"usr/bin/causeway-{name}"), f"causeway-{name} isn't of {revision}")


if __name__ == "__main__":
    unittest.main()
