"""What measurements share: a rig that ends with them, and the table that they print."""

from rig import Rig


class Measured:
    """A rig that ends when the measurement does."""

    def __init__(self, **options):
        self._options = options

    def __enter__(self):
        self._rig = Rig(**self._options)
        return self._rig

    def __exit__(self, kind, *_):
        self._rig.close(failed=kind is not None)


def print_table(rows):
    """[(what, measured, aim)] as Markdown."""
    width = max(len(what) for what, _, _ in rows)
    print(f"| {'what':{width}} | measured | aim |\n| {'-' * width} | --- | --- |")
    for what, measured, aim in rows:
        print(f"| {what:{width}} | {measured} | {aim} |")
