"""known.py KNOWN FOUND: prints what was found and is not known. A line of KNOWN is `FILE-PATTERN | RULE | reason`, the pattern as a shell has
it; a line of FOUND is file, rule, place, with tabs between. A known line that fits nothing any more is printed as well: take it out."""

import fnmatch
import sys

known = []
for line in open(sys.argv[1]):
    if line.strip() and not line.startswith("#"):
        pattern, rule, reason = (part.strip() for part in line.split("|", 2))
        assert reason, f"{line!r} gives no reason"
        known.append((pattern, rule))
used = set()
for line in open(sys.argv[2]):
    name, rule, place = line.rstrip("\n").split("\t")
    fits = {entry for entry in known if fnmatch.fnmatch(name, entry[0]) and rule == entry[1]}
    used |= fits
    if not fits:
        print(f"{name}:{place}: {rule}")
for entry in known:
    if entry not in used:
        print(f"{sys.argv[1]}: nothing fits {' | '.join(entry)}")
