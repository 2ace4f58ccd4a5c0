"""A web server with folders of small files, of which each takes a while, that counts the connections to it."""
import http.server
import threading
import time

ROW = '<a href="f{0}">f{0}</a>  2020-01-01 00:00  4\n'


class CountingServer:
    def __init__(self, files, seconds_each=0.02):
        rows = "".join(ROW.format(number) for number in range(files))
        self.page = f"<html><head><title>Index of /</title></head><body><pre>{rows}</pre></body></html>".encode()
        self.seconds_each = seconds_each
        self.files_asked = []
        self.most_open = 0

    def __enter__(self):
        lock, outer = threading.Lock(), self
        now_open = 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self):
                nonlocal now_open
                with lock:
                    now_open += 1
                    outer.most_open = max(outer.most_open, now_open)
                try:
                    super().handle()
                finally:
                    with lock:
                        now_open -= 1

            def do_GET(self):
                is_page = self.path.endswith("/")
                if not is_page:
                    with lock:
                        outer.files_asked.append(self.path)
                    time.sleep(outer.seconds_each)
                body = outer.page if is_page else b"text"
                self.send_response(200)
                self.send_header("Content-Type", "text/html" if is_page else "application/octet-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()
