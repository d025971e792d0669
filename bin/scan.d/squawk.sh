# shellcheck shell=bash
# squawk over the migrations, which run in a transaction each. What released ones are known for is in squawk-known.txt; a new one is held to
# every rule but those left out here.

# No statement_timeout: it would bound COMMIT as well. No lock_timeout in each file: the program that carries them decides about waiting.
left_out=require-statement-timeout,require-lock-timeout

squawk() {
  "$tools/bin/squawk" --assume-in-transaction --pg-version 15 --exclude "$left_out" --reporter gcc "$@" 2> /dev/null |
    sed -nE 's/^([^:]+):([0-9]+):[0-9]+: (warning|error): ([a-z-]+).*/\1\t\4\t\2/p' || true
}

scan_squawk() {
  local out=$reports/squawk.txt count planted
  planted=$(mktemp --suffix=.sql)
  printf 'ALTER TABLE leads DROP COLUMN stage;\nALTER TABLE leads ADD COLUMN wish text NOT NULL;\n' > "$planted"
  [ -n "$(squawk "$planted")" ] || blind 'squawk passed a bad migration'
  rm -f "$planted"
  squawk migrations/*/up.sql > "$out.all"
  python3 bin/scan.d/known.py bin/scan.d/squawk-known.txt "$out.all" > "$out" || true
  count=$(grep -c . "$out" || true)
  [ "$count" = 0 ] || { cat "$out" >&2; found squawk "$out"; }
  row squawk "$(find migrations -name up.sql | wc -l) migrations, $(wc -l < "$out.all") remarks known" - - - "$count" itself
}
