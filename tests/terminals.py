"""A program on a pseudo-terminal of its own, as a person has it."""

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from pathlib import Path

PMKIT = Path(sys.executable).with_name("pmkit")


def environment(run, **more):
    path = f"{PMKIT.parent}{os.pathsep}{os.environ['PATH']}"
    return {**os.environ, "PMKIT_TODAY": run.today or "", "PATH": path, "TERM": "dumb", **more}


class Terminal:
    """A program on a terminal of its own."""

    def __init__(self, run, arguments, **more):
        self.pid, self.descriptor = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 200, 0, 0))
            os.chdir(run.folder)
            os.execvpe(arguments[0], arguments, environment(run, **more))
        self.said = ""

    def wait_for(self, text):
        deadline = time.monotonic() + 20
        while text not in self.said:
            assert self._read(deadline), self.said
        return self

    def type(self, text):
        os.write(self.descriptor, text.encode())
        return self

    def end(self):
        """Everything it said, and how it ended."""
        deadline = time.monotonic() + 20
        while self._read(deadline):
            pass
        return self.said, os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def _read(self, deadline):
        if not select.select([self.descriptor], [], [], max(0, deadline - time.monotonic()))[0]:
            return False
        try:
            data = os.read(self.descriptor, 4096)
        except OSError:  # the other end is closed
            return False
        self.said += data.decode(errors="replace")
        return bool(data)
