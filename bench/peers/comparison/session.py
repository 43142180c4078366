"""A measuring process that lives on between rounds: one command a line in, one answer a line out.

Between its commands it is stopped. An idle engine may spin (OpenMP with active waiting does, for minutes), and two
spinning threads on two cores would make every other contender several times slower.
"""

import ctypes
import os
import selectors
import signal
import subprocess

from .console import CompareError, shown


class Session:
    """Talks with a driver over its standard input and output; its other output goes to a log file."""

    def __init__(self, name, command, log, environment=None, patience=600):
        self.name = name
        self.command = [str(word) for word in command]
        self.environment = environment or {}
        self.log = log
        self.patience = patience
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as errors:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, bufsize=0,
                env={**os.environ, **self.environment}, start_new_session=True, preexec_fn=_die_with_parent)
        self.pending = b""

    def shown(self):
        return shown(self.command, self.environment)

    def ask(self, word, **fields):
        """Sends one command; returns the answer's fields. Underscores in names stand for dashes."""
        words = [word] + [f"{name.replace('_', '-')}={value}" for name, value in fields.items()]
        return self.send("\t".join(words))

    def send(self, line):
        self._signal(signal.SIGCONT)
        try:
            return self._exchange(line)
        finally:
            self._signal(signal.SIGSTOP)

    def _signal(self, number):
        """To the process and all that it started; one that has ended gets none."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def _exchange(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
        except BrokenPipeError:
            raise self._died(line) from None
        word, *fields = self._line(line).split("\t")
        answer = dict(field.split("=", 1) for field in fields if field)
        if word != "ok":
            raise CompareError(f"{self.name}: {line[:80]}: {answer.get('message', word)}")
        return answer

    def _line(self, asked):
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            while b"\n" not in self.pending:
                if not selector.select(self.patience):
                    self.close()
                    raise CompareError(f"{self.name}: {asked[:80]}: found no answer after {self.patience} s")
                block = self.process.stdout.read(65536)
                if not block:
                    raise self._died(asked)
                self.pending += block
        line, self.pending = self.pending.split(b"\n", 1)
        return line.decode("utf-8", "replace").rstrip("\r")

    def _died(self, asked):
        status = self.process.wait()
        return CompareError(f"{self.name}: {asked[:80]}: the process ended with status {status}; see {self.log.name}")

    def close(self):
        # The end of its input ends a driver.
        self._signal(signal.SIGCONT)
        self.process.stdin.close()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            self.process.wait()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def _die_with_parent():
    """Run in the new process: a stopped one would not see that its input ended, should this script be killed."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGKILL)
