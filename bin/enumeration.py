#!/usr/bin/env python3
"""Does the sign-in, or the page for a forgotten password, tell whether an address has an account? Four kinds of address, asked in turn.

  bin/enumeration.py [SAMPLES [SAMPLES OF THE FORGOTTEN PAGE]]     500 each unless said, 0 for none; one of the latter takes 0.4 s

Starts target/release/intake on a folder of its own and removes it afterwards. Exit code 1 where status or bytes differ, where medians lie
2 ms or more apart, or where the Mann-Whitney test says p <= 0.01 of any kind against the unknown address. What would answer first is
taken away between samples: the records of failures, and links asked for a moment ago."""

import http.client
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INTAKE = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release", "intake")
PASSWORD = "seven lanterns over a quiet harbor"
# All of one length: the page gives back what was typed.
KINDS = {"known": "known@example.org", "unknown": "never@example.org", "shut": "leave@example.org", "failed before": "tried@example.org"}
# A record of failures from another network, as after a night of guessing; under the number at which all strangers are refused.
FAILED = "INSERT INTO sign_in_throttles SELECT account_digest, sha256('elsewhere'), 400, now(), now() FROM tried"


def p_value(ones, others):
    """Mann-Whitney, two-sided, by the normal approximation; no ties among times in nanoseconds."""
    ranked = sorted([(value, 0) for value in ones] + [(value, 1) for value in others])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(ones), len(others)
    u = ranks - n * (n + 1) / 2
    z = (u - n * m / 2) / math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(z) / math.sqrt(2))


class House:
    def __init__(self, data):
        self.variables = dict(os.environ, INTAKE__DATA_DIR=data, INTAKE__HTTP__BIND="127.0.0.1:0")
        for name in ("DATABASE_URL", "INTAKE_ENV"):
            self.variables.pop(name, None)
        self.log = open(os.path.join(data, "log.txt"), "w")
        self.server = subprocess.Popen([INTAKE, "serve"], env=self.variables, stdout=subprocess.PIPE, stderr=self.log, text=True)
        for line in self.server.stdout:
            if line.startswith("data "):
                socket = line.split()[1]
            if line.startswith("listening on "):
                self.address = line.split("http://")[1].strip()
                break
        self.sql = subprocess.Popen(["psql", "-qAt", "-v", "ON_ERROR_STOP=1", "-h", socket, "-U", "intake", "intake"],
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def intake(self, *words, given=""):
        subprocess.run([INTAKE, *words], env=self.variables, input=given, text=True, check=True, stdout=subprocess.DEVNULL)

    def run(self, sql):
        self.sql.stdin.write(sql + ";\n\\echo done\n")
        self.sql.stdin.flush()
        while True:
            line = self.sql.stdout.readline()
            assert line, "psql ended"
            if line.strip() == "done":
                return

    def post(self, path, fields):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        connection.connect()
        head = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        start = time.perf_counter_ns()
        connection.request("POST", path, urllib.parse.urlencode(fields), head)
        answer = connection.getresponse()
        body = answer.read()
        took = time.perf_counter_ns() - start
        connection.close()
        headers = sorted((name.lower(), value) for name, value in answer.getheaders() if name.lower() not in ("date", "x-request-id"))
        return took / 1e6, (answer.status, re.sub(r"[a-z]+@example\.org", "ADDRESS", body.decode()), str(headers))

    def end(self):
        self.sql.stdin.close()
        self.sql.wait()
        self.server.terminate()
        self.server.wait()


# After a stranger's password its thread rests; who waits for that would not see what else took longer.
REST = 0.15


def measure(house, path, samples, more):
    if samples == 0:
        return True
    times, answers = {kind: [] for kind in KINDS}, {kind: set() for kind in KINDS}
    for at in range(samples + 5):
        order = list(KINDS)
        random.shuffle(order)
        for kind in order:
            house.run("DELETE FROM sign_in_throttles; DELETE FROM one_time_links; DELETE FROM outbox_messages; " + FAILED)
            time.sleep(REST)
            took, answer = house.post(path, {"email": KINDS[kind], **more})
            if at >= 5:  # the first ones warm up
                times[kind].append(took)
                answers[kind].add(answer)
    same = all(found == answers["unknown"] and len(found) == 1 for found in answers.values())
    base, good = times["unknown"], same
    print(f"{path}: {samples} samples of each; status {next(iter(answers['unknown']))[0]}; bytes {'identical' if same else 'DIFFER'}")
    for kind, mine in times.items():
        apart, p = statistics.median(mine) - statistics.median(base), p_value(mine, base)
        fits = kind == "unknown" or (abs(apart) < 2 and p > 0.01)
        good = good and fits
        print(f"  {kind:14} median {statistics.median(mine):7.2f} ms, {apart:+.3f} ms against unknown, p = {p:.3f}{'' if fits else '   FAILS'}", flush=True)
    return good


def main():
    samples = [int(word) for word in sys.argv[1:]] or [500]
    data = tempfile.mkdtemp(prefix="intake-enumeration-")
    os.chmod(data, 0o755)
    house = House(data)
    try:
        for kind in ("known", "shut", "failed before"):
            house.intake("staff", "add", "--email", KINDS[kind], "--name", "Tess Tester", "--role", "coordinator", "--password-stdin",
                         given=PASSWORD)
        house.intake("staff", "disable", "--email", KINDS["shut"])
        wrong = {"password": "not the right one at all"}
        # The digest of an address is the program's own secret; a real failure shows it.
        house.post("/staff/login", {"email": KINDS["failed before"], **wrong})
        house.run("CREATE TABLE tried AS SELECT account_digest FROM sign_in_throttles")
        good = measure(house, "/staff/login", samples[0], wrong)
        good = measure(house, "/staff/forgotten", samples[-1], {}) and good
    finally:
        house.end()
        shutil.rmtree(data, ignore_errors=True)
    sys.exit(0 if good else 1)


main()
