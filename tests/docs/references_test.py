"""Whatever a document or a comment refers to is in the repository."""

import pathlib
import unittest

import references

HERE = pathlib.Path(__file__).resolve().parent


class ReferencesTest(unittest.TestCase):
    maxDiff = None

    def wrong(self, paths, find):
        return "\n".join(f"{path.relative_to(references.CHECKOUT)}: {what}" for path in paths for what in find(path, references.text_of(path)))

    def test_links_of_documents_lead_somewhere(self):
        self.assertGreater(len(references.documents()), 50)
        self.assertEqual(self.wrong(references.documents(), references.wrong_links), "")

    def test_documents_that_are_named_are_there_with_the_headings_that_are_named(self):
        named = [path for path in references.documents() + references.code() if path.parent != HERE]
        self.assertGreater(len(named), 500)
        self.assertEqual(self.wrong(named, references.wrong_names), "")

    def test_a_link_to_nothing_is_found(self):
        page = references.CHECKOUT / "docs" / "page.md"
        for text in ("[a](nowhere.md)", "[a](../nowhere/)", "[a](errors.md#nothing)", "[a](#nothing)", "[a]: nowhere.md", "[`a[0]`](nowhere.md)"):
            self.assertEqual(len(list(references.wrong_links(page, text))), 1, text)
        for text in ("[a](errors.md)", "[a](errors.md#conditions)", "[a](../deploy)", "[a](https://nowhere/x.md)", "`[a](nowhere.md)`", "```\n[a](nowhere.md)\n```"):
            self.assertEqual(list(references.wrong_links(page, text)), [], text)

    def test_a_name_of_nothing_is_found(self):
        source = references.CHECKOUT / "common" / "engine" / "index.h"
        for text in ("// See docs/nowhere.md.", "// (docs/errors.md#nothing)", '// docs/errors.md "Nothing"', '// docs/errors.md "Conditions",\n// "Nothing"', "// design/nowhere.md", "// spec/other.md"):
            self.assertEqual(len(list(references.wrong_names(source, text))), 1, text)
        for text in ("// README.md", "// common/async/README.md", "// docs/errors.md", '// docs/errors.md\n// "Conditions"', "// docs/errors.md#conditions", "# https://nowhere/x.md", '// design.md "Errors"'):
            self.assertEqual(list(references.wrong_names(source, text)), [], text)

    def test_anchors_are_those_that_are_shown(self):
        for heading, anchor in (("`deploy/local/up`", "deploylocalup"), ("Is a key absent in Campaign?", "is-a-key-absent-in-campaign"), ("I/O Events journal", "io-events-journal"), ("[a](b) – c", "a--c")):
            self.assertEqual(references.slug(heading), anchor)


if __name__ == "__main__":
    unittest.main(verbosity=2)
