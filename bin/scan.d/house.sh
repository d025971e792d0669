# shellcheck shell=bash
# An Intake of its own on the loopback address for one tool, with somebody who may see everything; and what it counted itself.

password=$(printf '%s ' maple orbit canvas thirty)

# house_up LEADS: sets data, base, cookie.
house_up() {
  house_down
  data=$(mktemp -d)
  chmod 755 "$data"
  unset DATABASE_URL INTAKE_ENV
  export INTAKE__DATA_DIR=$data INTAKE__HTTP__BIND=127.0.0.1:0 INTAKE__HTTP__METRICS_BIND=127.0.0.1:0
  export INTAKE__LIMITS__INQUIRIES_PER_MINUTE=0 INTAKE__EMBED__ALLOWED_ORIGINS=https://www.example.org
  : > "$data/said.txt"
  "$program" serve > "$data/said.txt" 2> "$data/log.txt" &
  server=$!
  for _ in $(seq 300); do
    base=$(sed -n 's/^listening on //p' "$data/said.txt")
    [ -n "$base" ] && break
    kill -0 "$server" 2> /dev/null || { cat "$data/log.txt" >&2; exit 1; }
    sleep 0.2
  done
  metrics=$(sed -n 's/^metrics *//p' "$data/said.txt")
  printf '%s' "$password" | "$program" staff add --email scan@example.org --name 'Sam Scan' --role coordinator --role manager \
    --role administrator --clinical-review --password-stdin > /dev/null
  "$program" seed --leads "$1" > /dev/null
  cookie=$(curl -sS -o /dev/null -D - -H 'Sec-Fetch-Site: same-origin' --data-urlencode email=scan@example.org \
    --data-urlencode "password=$password" "$base/staff/login" | sed -n 's/^[Ss]et-[Cc]ookie: \(intake=[^;]*\).*/\1/p' | head -1)
  [ -n "$cookie" ] || { say 'could not sign in'; exit 1; }
}

house_down() {
  [ -n "${server:-}" ] || return 0
  kill -TERM "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true
  server=
  # Not `grep -q`, which with pipefail misses what it finds early.
  if grep -v 'actix_http::h1' "$data/log.txt" | grep ' ERROR ' > "$data/errors.txt"; then
    cp "$data/log.txt" "$reports/log-$tool.txt"
    row "log" "errors of Intake during $tool" - - - "$(wc -l < "$data/errors.txt")" itself
    found "the log, during $tool" "$reports/log-$tool.txt"
  fi
  rm -rf "$data"
}

# inquiry [FIELD=VALUE]...: takes one, prints its receipt code.
inquiry() {
  local fields=(who_for=me "name=June Hollis" phone=8315550117 program=not_sure message=hello language=en)
  local words=() field
  for field in "${fields[@]}" "$@"; do words+=(--data-urlencode "$field"); done
  curl -sS -o /dev/null -w '%{redirect_url}' "${words[@]}" "$base/inquiries" | sed 's|.*/receipts/||; s|?.*||'
}

# newest_lead: the reference of the lead that came last.
newest_lead() {
  curl -sS -H "Cookie: $cookie" "$base/staff/leads?view=all" | grep -o 'data-reference="[^"]*"' | head -1 | cut -d'"' -f2
}

# counted NAME: what Intake has answered so far, kept under that name.
counted() { curl -sS "$metrics" | grep '^intake_http_requests_total' > "$data/counted-$1.txt" || true; }

# tally NAME [WORD]...: what was answered since; see tally.py.
tally() {
  counted now
  python3 bin/scan.d/tally.py "$data/counted-$1.txt" "$data/counted-now.txt" "${@:2}"
}

# The bad page.
control_up() {
  [ -z "${control:-}" ] || return 0
  bad_file=$(mktemp)
  python3 bin/scan.d/control.py > "$bad_file" &
  control=$!
  for _ in $(seq 50); do bad=$(cat "$bad_file"); [ -n "$bad" ] && break; sleep 0.1; done
  [ -n "$bad" ] || { say 'the bad page did not start'; exit 1; }
}

tidy() {
  for child in ${jobs_of_ours:-} ${control:-} ${server:-}; do kill -TERM "$child" 2> /dev/null || true; done
  [ -z "${server:-}" ] || wait "$server" 2> /dev/null || true
  rm -rf "${data:-}" "${bad_file:-}"
}
