"""A web server for a folder that gives as much of its large files as it may just now."""
import contextlib
import http.server
import re
import threading

LARGE = 1 << 20


class Faucet:
    def __init__(self, folder):
        self.may_give = LARGE  # of each file, in bytes
        self.breaks = 0  # how often it ends there, rather than waiting for more
        self.mark = "a"  # in ETags
        self.asked = []  # (path, range) of large files
        self.is_over = False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                file = folder / self.path.lstrip("/")
                if not file.is_file():
                    return self.send_error(404)
                content = file.read_bytes()
                mark = f'"{outer.mark}{len(content)}"'
                ranged = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
                if self.headers.get("If-Range", mark) != mark:
                    ranged = None
                begin = int(ranged.group(1)) if ranged else 0
                self.send_response(206 if ranged else 200)
                if ranged:
                    self.send_header("Content-Range", f"bytes {begin}-{len(content) - 1}/{len(content)}")
                self.send_header("ETag", mark)
                self.send_header("Content-Length", str(len(content) - begin))
                self.end_headers()
                if len(content) > LARGE:
                    outer.asked.append((self.path, begin))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                    self.give(content, begin)

            do_HEAD = do_GET

            def give(self, content, at):
                while at < len(content) and not outer.is_over and self.command == "GET":
                    end = min(len(content), at + LARGE)
                    if len(content) > LARGE:
                        end = min(end, outer.may_give)
                    if end > at:
                        self.wfile.write(content[at:end])
                        at = end
                    elif outer.breaks > 0:
                        outer.breaks -= 1
                        self.close_connection = True
                        return
                    else:
                        threading.Event().wait(0.02)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.is_over = True
        self.server.shutdown()
        self.server.server_close()
