# shellcheck shell=bash
# Is every page HTML as the standard has it? The Nu checker where Java is there, else html-validate.
# Left out, with reasons. The roles of rows and cells are said again because narrow screens show these tables as blocks, and browsers then
# forget that they are tables. `pathLength` on a circle is in SVG 2, which the checker does not know yet.
quiet='.*“role” attribute must not be used on a “t[rdh]” element which has a “table” ancestor.*|.*“pathLength” not allowed on element “circle”.*'

check_html() { # check_html FOLDER REPORT: true if nothing is wrong
  if command -v java > /dev/null; then
    java -jar "$node/node_modules/vnu-jar/build/dist/vnu.jar" --skip-non-html --errors-only --filterpattern "$quiet" --format gnu "$1"/*.html > "$2" 2>&1
  else
    "$node/node_modules/.bin/html-validate" --preset standard "$1"/*.html > "$2" 2>&1
  fi
}

scan_html() {
  local receipt path at=0 count=0
  install_node
  control_up
  house_up 12
  mkdir "$data/bad" "$data/pages"
  curl -sS "$bad/" > "$data/bad/bad.html"
  if check_html "$data/bad" "$reports/html-control.txt"; then blind 'the checker of HTML passed the bad page'; fi
  receipt=$(inquiry)
  inquiry message=again > /dev/null
  inquiry name=Held phone=8315550118 reference_note=filled > /dev/null
  python3 bin/scan.d/pages.py "$base" "$cookie" "$receipt" > "$data/pages.txt" 2> "$reports/html-pages.txt"
  sed 's/^/scan: html: /' "$reports/html-pages.txt" >&2
  while read -r path; do
    at=$((at + 1))
    curl -sS -H "Cookie: $cookie" "$base$path" > "$data/pages/$at$(tr / - <<< "$path").html"
  done < "$data/pages.txt"
  # Leads of every stage, and those pages that only a mistake shows.
  for path in $(curl -sS -H "Cookie: $cookie" "$base/staff/leads?view=all" | grep -o 'data-reference="[^"]*"' | cut -d'"' -f2 | sort -u); do
    curl -sS -H "Cookie: $cookie" "$base/staff/leads/$path" > "$data/pages/lead-$path.html"
  done
  curl -sS "$base/nowhere" > "$data/pages/not-found.html"
  curl -sS --data 'who_for=cat' "$base/inquiries" > "$data/pages/form-errors.html"
  curl -sS "$base/staff/login" > "$data/pages/sign-in.html"
  curl -sS "$base/staff/forgotten" > "$data/pages/forgotten.html"
  check_html "$data/pages" "$reports/html.txt" || count=$(grep -c . "$reports/html.txt")
  [ "$count" = 0 ] || found html "$reports/html.txt"
  row html "$(find "$data/pages" -name '*.html' | wc -l) pages" - - - "$count" itself
  house_down
}
