"""Chromium, driven by the WebDriver protocol."""
import json
import subprocess
import urllib.request

from support.ports import free_port
from support.program import need
from support.waiting import wait_for


class Browser:
    def __init__(self, *switches, downloads=None):
        self.port = free_port()
        self.driver = subprocess.Popen([need("chromedriver"), f"--port={self.port}"], stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)
        try:
            wait_for(self._is_ready, "the start of chromedriver")
            options = {"args": ["--headless=new", "--no-sandbox", "--disable-gpu", *switches]}
            if downloads:
                options["prefs"] = {"download.default_directory": str(downloads)}
            made = self._post("/session", {"capabilities": {"alwaysMatch": {"goog:chromeOptions": options}}})
            self.session = f"/session/{made['sessionId']}"
        except BaseException:
            self.stop()
            raise

    def _is_ready(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/status", timeout=5) as answer:
                return json.load(answer)["value"]["ready"]
        except OSError:
            return False

    def _post(self, path, body):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, url):
        self._post(self.session + "/url", {"url": url})

    def set_cookie(self, name, value):
        self._post(self.session + "/cookie", {"cookie": {"name": name, "value": value}})

    def resize(self, width, height):
        self._post(self.session + "/window/rect", {"width": width, "height": height})

    def run(self, script, *arguments):
        """What the script returns in the page; a promise is waited for."""
        return self._post(self.session + "/execute/sync", {"script": script, "args": list(arguments)})

    def stop(self):
        if hasattr(self, "session"):
            request = urllib.request.Request(f"http://127.0.0.1:{self.port}{self.session}", method="DELETE")
            urllib.request.urlopen(request, timeout=60).close()
        self.driver.terminate()
        self.driver.wait()
