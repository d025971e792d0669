"""What Intake answered between two readings of its own metrics, as one line for the shell.

  tally.py BEFORE AFTER [--route ROUTE] [--method METHOD] [--refusals 429,503]     prints: REQUESTS ACCEPTED REFUSED-PER-CENT CODES
  tally.py BEFORE AFTER --silent SRC/ROUTES.RS PATTERN                             prints the doors like PATTERN that nobody tried"""

import argparse
import collections
import re

LINE = re.compile(r'^intake_http_requests_total\{(.*)\} (\d+)')


def read(name):
    counts = collections.Counter()
    for line in open(name):
        found = LINE.match(line)
        if found:
            labels = dict(re.findall(r'(\w+)="([^"]*)"', found[1]))
            counts[labels["method"], labels["route"], int(labels["status"])] += int(found[2])
    return counts


words = argparse.ArgumentParser()
words.add_argument("before")
words.add_argument("after")
words.add_argument("--route")
words.add_argument("--method")
words.add_argument("--refusals", default="")
words.add_argument("--silent", nargs=2)
asked = words.parse_args()
counts = read(asked.after)
counts.subtract(read(asked.before))

if asked.silent:
    table, wanted = asked.silent
    doors = [(method.upper(), path) for method, path in re.findall(r'^ +(get|post) "([^"]+)"', open(table).read(), re.M)]
    tried = {(method, route) for (method, route, _), count in counts.items() if count > 0}
    print(" ".join(f"{method}:{path}" for method, path in doors if re.match(wanted, path) and (method, path) not in tried))
else:
    codes = collections.Counter()
    for (method, route, status), count in counts.items():
        if count > 0 and asked.route in (None, route) and asked.method in (None, method):
            codes[status] += count
    total = sum(codes.values())
    refusals = {int(code) for code in asked.refusals.split(",") if code}
    refused = sum(count for code, count in codes.items() if code in refusals)
    accepted = sum(count for code, count in codes.items() if code < 400)
    share = 100 * refused / total if total else 100
    print(total, accepted, f"{share:.1f}", ",".join(f"{code}x{count}" for code, count in sorted(codes.items())) or "none")
