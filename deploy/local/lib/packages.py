"""Python packages from PyPI, pinned by version and hash, kept in the user's cache."""

import hashlib
import os
import pathlib
import subprocess
import sys
import tempfile


def use(requirements):
    """Makes what the requirements file names importable; instant when it is in the cache. Safe to run at the same time elsewhere."""
    cache = os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache"
    version = f"{sys.implementation.cache_tag}-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"
    target = pathlib.Path(cache) / "causeway" / f"python-{version}"
    if not target.exists():
        _install(requirements, target)
    sys.path.insert(0, str(target))


def _install(requirements, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        fresh = pathlib.Path(folder) / "packages"
        subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", fresh, "--disable-pip-version-check",
             "--root-user-action=ignore", "--require-hashes", "-r", requirements], check=True)
        try:
            fresh.rename(target)
        except OSError:  # Another one was faster.
            if not target.exists():
                raise
