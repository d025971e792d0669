# shellcheck shell=bash
# sqlmap: whatever takes words that reach the database, two targets at a time, each bounded in time. Intake's own count says how many of
# the requests were refused before they got there; a target that was mostly refused fails the run.

# sqlmap_target NAME METHOD ROUTE REFUSALS URL EXTRA...: runs in the background, writes its row to $data/sqlmap-NAME.row.
sqlmap_target() {
  local name=$1 method=$2 route=$3 refusals=$4 url=$5 out=$reports/sqlmap-$1.txt rc=0 ended=itself begun=$SECONDS counts
  shift 5
  counted "$name"
  SQLMAP_UNSAFE_EVAL=1 timeout "$((seconds * 3 / 2))" "$tools/bin/sqlmap" -u "$url" --batch --flush-session --disable-coloring --level 3 --risk 2 --dbms PostgreSQL \
    --output-dir "$data/sqlmap-$name" --threads 2 --timeout 15 --retries 1 --ignore-code '*' --skip-waf -H 'Sec-Fetch-Site: same-origin' \
    "$@" < /dev/null > "$out" 2>&1 || rc=$?
  [ "$rc" != 124 ] || ended="limit, at $(grep -o "testing '[^']*'" "$out" | tail -1 | cut -c10-45 | tr -d "'")"
  curl -sS "$metrics" | grep '^intake_http_requests_total' > "$data/counted-$name-after.txt"
  counts=$(python3 bin/scan.d/tally.py "$data/counted-$name.txt" "$data/counted-$name-after.txt" --method "$method" --route "$route" --refusals "$refusals")
  grep -q 'following injection point' "$out" && count=1 || count=0
  printf '%s\t%s\t%s\t%s\t%s\n' "$counts" "$count" "$ended" "$((SECONDS - begun))" "$method $route" > "$data/sqlmap-$name.row"
}

# settle NAME...: waits, then tells.
settle() {
  local name counts count ended took door requests accepted share codes
  for child in $jobs_of_ours; do wait "$child" || true; done
  jobs_of_ours=
  for name in "$@"; do
    IFS=$'\t' read -r counts count ended took door < "$data/sqlmap-$name.row"
    read -r requests accepted share codes <<< "$counts"
    say "sqlmap, $name: $requests requests ($codes), $share % refused, ended by $ended, $took s"
    [ "$count" = 0 ] || found "sqlmap, $name" "$reports/sqlmap-$name.txt"
    # Words are refused at the sign-in whatever they are; anywhere else some must have got through.
    case "$name" in address | password) ;; *) [ "$accepted" -gt 0 ] || blind "sqlmap, $name: none of its requests was accepted" ;; esac
    [ "$requests" -ge 20 ] || blind "sqlmap, $name: only $requests requests"
    [ "${share%.*}" -lt 50 ] || blind "sqlmap, $name: $share % of its requests were refused"
    row_started=$((SECONDS - took))
    row sqlmap "$door, $name" "$requests" "$accepted" "$share" "$count" "$ended"
  done
}

start() { sqlmap_target "$@" & jobs_of_ours="${jobs_of_ours:-} $!"; }

scan_sqlmap() {
  local receipt reference lead version
  control_up
  house_up 12
  if timeout 120 "$tools/bin/sqlmap" -u "$bad/item?id=1" -p id --batch --flush-session --dbms SQLite --output-dir "$data/sqlmap" \
    < /dev/null > "$reports/sqlmap-control.txt" 2>&1 && grep -q 'following injection point' "$reports/sqlmap-control.txt"; then
    row sqlmap 'the bad page' - - - 'found, as wanted' itself
  else
    blind 'sqlmap passed the bad page'
  fi
  receipt=$(inquiry)
  reference=$(newest_lead)
  lead=$base/staff/leads/$reference
  # sqlmap runs the words of --eval only where it is told that they may be trusted: they are ours.
  # Each form of a lead carries the version of the moment, or a stale one would be all that is ever tested.
  version="import re,urllib.request as u;version=re.search('data-version=\"(\\d+)\"',u.urlopen(u.Request('$lead',headers={'Cookie':'$cookie'})).read().decode()).group(1)"
  local json='{"who_for":"me","name":"June","phone":"8315550117","program":"not_sure","state":"CA","language":"en","submission_key":"k1","utm_source":"web"}'
  local form='who_for=me&name=June&phone=8315550117&email=june@example.org&message=hello&language=en&submission_key=k1&utm_source=web'
  # 404 is what the doors of a receipt and of a lead say to anything that has not the shape of a code: their own answer, before the
  # database. Nothing else may be refused.
  local refusals=404,429,500,502,503

  start form POST /inquiries "$refusals" "$base/inquiries" --data "$form" -p name,phone,email,submission_key,utm_source
  start json POST /api/v1/inquiries "$refusals" "$base/api/v1/inquiries" --data "$json" -H 'Content-Type: application/json' \
    -p name,phone,submission_key,utm_source
  settle form json
  # Another address each time, as nobody's failures may slow the next.
  start address POST /staff/login "$refusals" "$base/staff/login" --data 'email=abcdefgh@example.org&password=wrong&next=/staff' -p email
  start password POST /staff/login "$refusals" "$base/staff/login" --data 'email=abcdefgh@example.org&password=wrong&next=/staff' \
    -p password,next --randomize email
  settle address password
  start receipt GET '/receipts/{code}' 429,500,502,503 "$base/receipts/$receipt*"
  start search POST /staff/searches "$refusals" "$base/staff/searches" --data 'q=june' -p q --cookie "$cookie"
  settle receipt search
  start queue GET /staff/leads "$refusals" "$base/staff/leads?view=all&stage=new&owner=me&program=x&language=en&after=1" \
    -p view,stage,owner,program,after --cookie "$cookie"
  start reports GET /staff/reports "$refusals" "$base/staff/reports?period=custom&from=2026-01-01&to=2026-12-31&program=x&source=web" \
    -p from,to,program,source --cookie "$cookie"
  settle queue reports
  start audit GET /staff/audit "$refusals" "$base/staff/audit?who=public&what=inquiry.received&record=$reference&from=2026-01-01&to=2026-12-31&before=9" \
    -p who,what,record,from,before --cookie "$cookie"
  start lead GET '/staff/leads/{reference}' 429,500,502,503 "$lead*" --cookie "$cookie"
  settle audit lead
  # Thirty exports an hour are the most a person may take; those of the scan are made older.
  older="import subprocess as s;s.run(['psql','-qX','-h','$(sed -n 's/^data *//p' "$data/said.txt")','-U','intake','-c','UPDATE exports SET asked_at = asked_at - make_interval(hours => 2)','intake'])"
  start note POST '/staff/leads/{reference}/notes' "$refusals" "$lead/notes" --data 'version=1&body=hello' -p body,version --cookie "$cookie" \
    --eval "$version"
  start exports POST /staff/exports "$refusals" "$base/staff/exports" \
    --data 'format=csv&columns=deidentified&purpose=Figures&from=2026-01-01&to=2026-12-31&stage=new&language=en&owner=&program=' \
    -p from,stage,language,owner,program --cookie "$cookie" --eval "$older"
  settle note exports
  start attempt POST '/staff/leads/{reference}/contact-attempts' "$refusals" "$lead/contact-attempts" \
    --data 'version=1&channel=call&disposition=no_answer&note=hello' -p channel,disposition,note --cookie "$cookie" --eval "$version"
  settle attempt
  house_down
}
