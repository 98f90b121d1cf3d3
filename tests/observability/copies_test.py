"""The chart's copies of dashboards, rules and definitions are those of the repository (product.md K2, K5)."""

import pathlib
import subprocess
import tempfile
import unittest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class CopiesTest(unittest.TestCase):
    def test_K2_the_copies_of_the_repositorys_files_are_the_same(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([CHECKOUT / "helm" / "copy-files", folder], check=True)
            made = files(pathlib.Path(folder))
        kept = files(CHECKOUT / "helm" / "causeway" / "files")
        self.assertEqual(made.keys(), kept.keys(), "run helm/copy-files")
        for name, content in made.items():
            with self.subTest(name):
                self.assertTrue(content == kept[name], "run helm/copy-files")


if __name__ == "__main__":
    unittest.main()
