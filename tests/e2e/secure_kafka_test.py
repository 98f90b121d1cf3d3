"""A Kafka that wants TLS and a password (product.md K2, K3)."""

import pathlib
import secrets
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "rig"))
from rig import BIN, CHECKOUT, Program, free_port, wait_for

PASSWORD = secrets.token_hex(8)


def openssl(*words):
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


class SecureKafkaTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="causeway-secure-kafka-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        for authority in ("ca", "another-ca"):
            openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", f"/CN={authority}", "-keyout", cls.folder / f"{authority}.key",
                    "-out", cls.folder / f"{authority}.crt")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=broker", "-keyout", cls.folder / "broker.key", "-out", cls.folder / "broker.csr")
        (cls.folder / "names").write_text("subjectAltName=IP:127.0.0.1")
        openssl("x509", "-req", "-in", cls.folder / "broker.csr", "-CA", cls.folder / "ca.crt", "-CAkey", cls.folder / "ca.key", "-CAcreateserial", "-days", 2,
                "-extfile", cls.folder / "names", "-out", cls.folder / "broker.crt")
        (cls.folder / "broker.pem").write_text((cls.folder / "broker.key").read_text() + (cls.folder / "broker.crt").read_text())
        cls.start_broker()

    @classmethod
    def start_broker(cls):
        plain, secure, itself = free_port(), free_port(), free_port()
        cls.kafka = f"127.0.0.1:{secure}"
        settings = {"listeners": f"PLAINTEXT://127.0.0.1:{plain},SASL_SSL://{cls.kafka},CONTROLLER://127.0.0.1:{itself}",
                    "advertised.listeners": f"PLAINTEXT://127.0.0.1:{plain},SASL_SSL://{cls.kafka}",
                    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT",
                    "ssl.keystore.type": "PEM", "ssl.keystore.location": cls.folder / "broker.pem", "sasl.enabled.mechanisms": "PLAIN",
                    "listener.name.sasl_ssl.plain.sasl.jaas.config":
                        f'org.apache.kafka.common.security.plain.PlainLoginModule required user_causeway="{PASSWORD}";'}
        words = [word for name, value in settings.items() for word in ("--setting", f"{name}={value}")]
        broker = Program("kafka", [CHECKOUT / "deploy/local/kafka/broker", "run", "--dir", cls.folder / "kafka", "--port", plain,
                                   "--controller-port", itself, *words], cls.folder / "kafka.log").start()
        cls.addClassCleanup(broker.kill)
        wait_for(lambda: "Kafka Server started" in broker.log(), "Kafka's start")

    def controller(self, name, ca="ca", password=PASSWORD, **environment):
        """Told as the chart tells it."""
        properties = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.username": "causeway", "sasl.password": password}
        if ca:
            properties["ssl.ca.location"] = self.folder / f"{ca}.crt"
        key = self.folder / f"{name}.key"
        key.touch(0o600)
        key.write_bytes(secrets.token_bytes(32))
        port = free_port()
        program = Program(name, [BIN / "causeway-controller", "--listen", f"127.0.0.1:{port}", "--kafka", self.kafka, "--master-key-file", key],
                          self.folder / f"{name}.log", {
                              "CAUSEWAY_KAFKA_PROPERTY": ",".join(f"{setting}={value}" for setting, value in properties.items()), **environment}).start()
        self.addCleanup(program.kill)
        program.readiness = lambda: subprocess.run([BIN / "grpc_call", f"127.0.0.1:{port}", "health", "readiness"], capture_output=True,
                                                   text=True).stdout.strip()
        return program

    def test_K2_tls_and_a_password(self):
        controller = self.controller("right")
        wait_for(lambda: controller.readiness() == "SERVING", "ready")
        self.assertEqual(controller.stop(), 0)
        self.assertNotIn(PASSWORD, controller.log())

    def test_K2_the_systems_authorities_are_trusted_unless_told_otherwise(self):
        controller = self.controller("system", ca=None, SSL_CERT_FILE=str(self.folder / "ca.crt"))
        wait_for(lambda: controller.readiness() == "SERVING", "ready")

    def test_K3_a_wrong_password_or_authority_makes_it_unready_says_why_and_ends_nothing(self):
        for name, options, said in (("wrong-password", {"password": "wrong"}, "Authentication failed"),
                                    ("wrong-authority", {"ca": "another-ca"}, "certificate verify failed")):
            with self.subTest(name):
                controller = self.controller(name, **options)
                wait_for(lambda: said in controller.log(), said)
                self.assertEqual(controller.readiness(), "NOT_SERVING")
                self.assertTrue(controller.running())
                self.assertEqual(controller.stop(), 0)


if __name__ == "__main__":
    unittest.main()
