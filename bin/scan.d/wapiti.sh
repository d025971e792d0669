# shellcheck shell=bash
# wapiti: each kind of page and each form on it. It starts at one page behind every door and follows one link from there: left to itself
# it walks query strings for ever. What a limit ended is named.

# Modules that ask hosts elsewhere are not among them.
modules='sql timesql xss permanentxss exec file crlf redirect csp http_headers cookieflags methods backup htaccess'

# run_wapiti TARGET URL SECONDS-OF-A-MODULE EXTRA...: findings into wapiti-TARGET.found, what a limit ended into `limits`. It looks round once,
# then each module goes over what was found there in a run of its own, so that a slow one takes nothing of the next.
run_wapiti() {
  local name=$1 url=$2 each=$3 all=$reports/wapiti-$1 module report most
  shift 3
  rm -rf "$all".* "$all"-*.json* "$data/wapiti"
  limits=
  : > "$all.found"
  for module in '' $modules; do
    report=$all-${module:-crawl}.json
    most=$seconds
    [ -z "$module" ] || most=$each
    # It asks what to do when it is stopped: make a (r)eport.
    # shellcheck disable=SC2046
    timeout -s INT -k "$most" "$((most * 2))" "$tools/bin/wapiti" -u "$url" --scope folder -d 1 --max-links-per-page 60 -S polite --no-bugreport \
      $([ -n "$module" ] && echo --skip-crawl || echo --flush-session) --store-session "$data/wapiti" --max-scan-time "$seconds" \
      --max-attack-time "$each" -m "$module" -f json -o "$report" -v 1 "$@" < <(yes r 2> /dev/null) > "$report.txt" 2>&1 || true
    if grep -q 'Max [a-z]* time was reached\|Attack process was interrupted' "$report.txt" || [ ! -f "$report" ]; then limits+=" ${module:-crawl}"; fi
    # One that was ended by force leaves what it found in its words alone.
    [ -f "$report" ] || { grep -i 'vulnerability in\|injection in' "$report.txt" || true; } >> "$all.found"
    [ ! -f "$report" ] || wapiti_findings "$report" >> "$all.found"
  done
}

wapiti_findings() {
  python3 - "$1" << 'PY'
import json, sys
report = json.load(open(sys.argv[1]))
quiet = {  # over plain http on the loopback address these cannot hold; bin/test holds them under https
    "HTTP Strict Transport Security (HSTS)", "Secure Flag cookie", "Unencrypted Channels",
}
for kind in ("vulnerabilities", "anomalies"):
    for name, items in report[kind].items():
        for item in items:
            if name not in quiet:
                print(kind, name, item["method"], item["path"], item.get("parameter"), item["info"], sep=" | ")
PY
}

# looked TARGET DOORS: the row, from what Intake counted.
looked() {
  local requests accepted share codes count silent ended=itself
  read -r requests accepted share codes < <(tally before --refusals 429,500,502,503)
  silent=$(tally before --silent src/routes.rs "$2")
  count=$(wc -l < "$reports/wapiti-$1.found")
  [ "$count" = 0 ] || { cat "$reports/wapiti-$1.found" >&2; found "wapiti, $1" "$reports/wapiti-$1.found"; }
  say "wapiti, $1: $requests requests ($codes)"
  [ -z "$limits" ] || { ended="limit: $(wc -w <<< "$limits") of 15"; say "wapiti, $1: cut short by its limit of time:$limits"; }
  [ -z "$silent" ] || say "wapiti, $1: nothing was sent to $silent"
  row wapiti "$1 (doors not tried: $(wc -w <<< "$silent"))" "$requests" "$accepted" "$share" "$count" "$ended"
}

scan_wapiti() {
  local starts=() path receipt
  control_up
  house_up 2
  modules="sql xss" run_wapiti control "$bad/" 20
  case "$(cat "$reports/wapiti-control.found")" in *'SQL Injection'* | *XSS* | *'Cross Site Scripting'*) ;; *) blind 'wapiti passed the bad page' ;; esac
  row wapiti 'the bad page' - - - 'found, as wanted' itself
  receipt=$(inquiry)
  inquiry message=again > /dev/null
  inquiry name=Held phone=8315550118 reference_note=filled > /dev/null
  python3 bin/scan.d/pages.py "$base" "$cookie" "$receipt" > "$data/pages.txt" 2> "$reports/wapiti-pages.txt"

  counted before
  starts=()
  while read -r path; do starts+=(-s "$base$path"); done < <(grep -v '^/staff' "$data/pages.txt")
  run_wapiti public "$base/" "$((seconds / 3))" "${starts[@]}" -H 'Sec-Fetch-Site: same-origin' -x "$base/staff*" -x "$base/assets/*"
  looked public '^/(?!staff)'

  counted before
  starts=()
  # Two doors of one path each are enough: `/staff/leads` with a query is one of the pages the crawl would otherwise walk for ever.
  while read -r path; do starts+=(-s "$base$path"); done < <(grep '^/staff' "$data/pages.txt" | grep -v '^/staff/login')
  starts+=(-s "$base/staff/leads?view=all&stage=new&language=en" -s "$base/staff/audit?who=public&what=&from=&to=")
  starts+=(-s "$base/staff/reports?period=custom&from=2026-01-01&to=2026-12-31")
  # What would end the session, shut the account or answer for ever.
  run_wapiti staff "$base/staff" "$((seconds / 3))" "${starts[@]}" -H 'Sec-Fetch-Site: same-origin' -H "Cookie: $cookie" \
    -x "$base/staff/logout" -x "$base/staff/events*" -x "$base/staff/account/password" -x "$base/staff/account/sessions/*" \
    -x "$base/staff/account/second-factor*" -x "$base/staff/people/*/disable" -x "$base/staff/people/*/roles" \
    -x "$base/staff/people/*/sessions/*" -x "$base/staff/people/*/second-factor/*" -x "$base/staff/shift/end"
  looked staff '^/staff'
  house_down
}
