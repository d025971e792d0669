"""A deliberately bad page on a free port of the loopback address: the positive control of bin/scan. Prints its address."""

import html
import http.server
import sqlite3
import sys
import urllib.parse

DATABASE = sqlite3.connect(":memory:", check_same_thread=False)
DATABASE.execute("CREATE TABLE items (id INTEGER, name TEXT)")
DATABASE.executemany("INSERT INTO items VALUES (?, ?)", [(1, "one"), (2, "two")])


class Bad(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, text):
        body = text.encode("utf-8", "replace")
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        path, _, query = self.path.partition("?")
        values = dict(urllib.parse.parse_qsl(query))
        if path == "/item":
            try:
                rows = DATABASE.execute(f"SELECT name FROM items WHERE id = {values.get('id', '0')}").fetchall()
                self.answer(200, "<p>" + html.escape(repr(rows)) + "</p>")
            except sqlite3.Error as error:
                self.answer(500, f"SQLite error: {html.escape(str(error))}")
            return
        self.answer(200, f"<html><body><a href='/?q=1'>a</a><a href='/item?id=1'>b</a><p>{values.get('q', '')}</p></body></html>")

    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.answer(500, "broken")

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Bad)
print(f"http://127.0.0.1:{server.server_port}", flush=True)
sys.stdout.flush()
server.serve_forever()
