# shellcheck shell=bash
# What a run says of itself: rows of one table, findings, and tools that saw nothing.

# row TOOL TARGET REQUESTS ACCEPTED REFUSED% FINDINGS ENDED
row() {
  printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$@" "$((SECONDS - row_started))" >> "$reports/table.tsv"
  row_started=$SECONDS
}

found() { findings=$((findings + 1)); say "FOUND by $1: see $2"; }

# A tool that cannot find a planted weakness, or that nearly nothing of it arrived, has looked at nothing.
blind() { say "BLIND: $*"; row "$tool" "blind: $*" - - - - blind; findings=$((findings + 1)); }

table() {
  printf 'tool\tlooked at\trequests\taccepted\trefused %%\tfindings\tended by\tseconds\n' | cat - "$reports/table.tsv" | column -t -s "$(printf '\t')"
}
