"""What the commands say: steps, failures and one line of progress. Colour and redrawing only on a terminal."""

import errno
import os
import sys
import time

# What a shell reports of a program that SIGPIPE ended.
_END_OF_PIPE = 141
_BOLD, _DIM, _GREEN, _RED, _PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[0m"


class Failure(Exception):
    """Something that a person must act on: what failed, what it said, what to do."""

    def __init__(self, what, said="", remedy=""):
        super().__init__(what)
        self.what, self.said, self.remedy = what, said, remedy


def _paint(style, text, stream=sys.stdout):
    return f"{style}{text}{_PLAIN}" if stream.isatty() else text


def bold(text):
    return _paint(_BOLD, text)


def step(text):
    """What is being done now."""
    print(_paint(_DIM, f"· {text}"), flush=True)


def done(text):
    """What is now so."""
    print(f"{_paint(_GREEN, '✓')} {text}", flush=True)


def report(failure):
    """Tells a Failure on standard error."""
    print(f"{_paint(_RED, '✗', sys.stderr)} {failure.what}", file=sys.stderr)
    for line in failure.said.splitlines():
        print(f"    {line}", file=sys.stderr)
    if failure.remedy:
        print(f"  {failure.remedy}", file=sys.stderr)


def run(main):
    """Runs a command's main function and exits as its end demands."""
    try:
        code = main()
        sys.stdout.flush()
    except Failure as failure:
        report(failure)
        code = 1
    except KeyboardInterrupt:
        print(file=sys.stderr)
        code = 130
    except BrokenPipeError:
        code = _END_OF_PIPE  # Whoever read has read enough, as head does.
    except OSError as error:
        if error.filename is not None or error.errno not in (errno.ENOSPC, errno.EIO):
            raise
        print(f"What was to be printed can't be written to standard output ({os.strerror(error.errno)}).", file=sys.stderr)
        code = 1
    _leave(code)


def _leave(code):
    """Exits without another attempt to print what couldn't be printed."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


class Progress:
    """One line that is redrawn in place; where there is no terminal, a line every few seconds."""

    _PAUSE_WITHOUT_TERMINAL = 5.0

    def __init__(self):
        self._drawn = False
        self._last = float("-inf")

    def show(self, text):
        if sys.stdout.isatty():
            print(f"\r\033[K{text}", end="", flush=True)
            self._drawn = True
        elif time.monotonic() - self._last >= self._PAUSE_WITHOUT_TERMINAL:
            print(text, flush=True)
            self._last = time.monotonic()

    def clear(self):
        if self._drawn:
            print("\r\033[K", end="", flush=True)
            self._drawn = False
