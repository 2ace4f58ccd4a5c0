"""An upstream that lists one file, and gives it when it may."""
import contextlib
import http.server
import threading

PAGE = ('<html><head><title>Index of /</title></head><body><pre><a href="file">file</a>  2020-01-01 00:00  {}\n'
        "</pre></body></html>")


class SlowUpstream:
    def __init__(self, size=4):
        self.page = PAGE.format(size).encode()

    def __enter__(self):
        self.may_give = threading.Event()
        self.is_asked = threading.Event()  # for the file
        self.most_at_once, at_once, lock = 0, 0, threading.Lock()  # of requests
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                nonlocal at_once
                with lock:
                    at_once += 1
                    outer.most_at_once = max(outer.most_at_once, at_once)
                self.answer()
                with lock:
                    at_once -= 1

            def answer(self):
                is_page = self.path.endswith("/")
                body = outer.page if is_page else b"text"
                if not is_page:
                    outer.is_asked.set()
                    outer.may_give.wait(60)
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if is_page else "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # whoever asked was stopped
                    self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.may_give.set()
        self.server.shutdown()
