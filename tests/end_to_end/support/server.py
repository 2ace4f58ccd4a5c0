"""A server that a test has started."""
import json
import os
import re
import signal
import subprocess
import urllib.error
import urllib.request

from support.program import PROGRAM
from support.waiting import wait_for


class Server:
    """A `serve` or `run` that was started, and where it listens."""

    def __init__(self, *arguments, prefix=(), env=None):
        self.process = subprocess.Popen([*prefix, PROGRAM, *map(str, arguments)], stderr=subprocess.PIPE, env=env,
                                        start_new_session=True)
        self.log = b""
        os.set_blocking(self.process.stderr.fileno(), False)
        self.url = wait_for(self._listening, "listening")

    def read_log(self):
        if not self.process.stderr.closed:
            self.log += self.process.stderr.read() or b""
        return self.log.decode(errors="replace")

    def _listening(self):
        found = re.search(r"serving on (127\.0\.0\.1:\d+)", self.read_log())
        assert found or self.process.poll() is None, self.log
        return found and "http://" + found.group(1)

    def get(self, path, **headers):
        """Status, headers and body, whatever the status is."""
        request = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    def json(self, path):
        status, _, body = self.get(path)
        assert status == 200, (path, status, body)
        return json.loads(body)

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=60)
        self.read_log()
        self.process.stderr.close()
        assert b"Sanitizer" not in self.log, self.log.decode(errors="replace")
        return status
