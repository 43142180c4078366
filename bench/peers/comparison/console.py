"""Progress and subprocesses. Figures go to files and stdout; everything said along the way goes to stderr."""

import os
import shlex
import subprocess
import sys


class CompareError(Exception):
    """Something the user can act on; the message says what was found, expected, and what to do."""


def say(message):
    print(message, file=sys.stderr, flush=True)


def shown(command, environment=None):
    """A command line as a person would type it."""
    settings = [f"{name}={value}" for name, value in (environment or {}).items()]
    return " ".join(settings + [shlex.quote(str(word)) for word in command])


def run(command, environment=None, timeout=600, cwd=None):
    """Runs to the end and returns stdout and stderr; a failure carries the last lines of both."""
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=timeout, cwd=cwd,
            stdin=subprocess.DEVNULL)
    except FileNotFoundError as missing:
        raise CompareError(f"{words[0]}: not found; install it or run compare --prepare") from missing
    except subprocess.TimeoutExpired as late:
        raise CompareError(f"{shown(words)}: found no end after {timeout} s") from late
    if done.returncode != 0:
        tail = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise CompareError(f"{shown(words, environment)}: exit status {done.returncode}\n{tail}")
    return done.stdout, done.stderr
