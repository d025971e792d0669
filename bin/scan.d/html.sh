# shellcheck shell=bash
# Is every page HTML as the standard has it? The Nu checker where Java is there, else html-validate.

check_html() { # check_html FOLDER REPORT: true if nothing is wrong
  if command -v java > /dev/null; then
    java -jar "$node/node_modules/vnu-jar/build/dist/vnu.jar" --skip-non-html --errors-only --format gnu "$1"/*.html > "$2" 2>&1
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
  inquiry name=Held phone=8315550118 reference_note=filled > /dev/null
  python3 bin/scan.d/pages.py "$base" "$cookie" "$receipt" > "$data/pages.txt" 2> "$reports/html-pages.txt"
  sed 's/^/scan: html: /' "$reports/html-pages.txt" >&2
  while read -r path; do
    at=$((at + 1))
    curl -sS -H "Cookie: $cookie" "$base$path" > "$data/pages/$at$(tr / - <<< "$path").html"
  done < "$data/pages.txt"
  # Those that only a mistake shows.
  curl -sS "$base/nowhere" > "$data/pages/not-found.html"
  curl -sS --data 'who_for=cat' "$base/inquiries" > "$data/pages/form-errors.html"
  curl -sS "$base/staff/login" > "$data/pages/sign-in.html"
  curl -sS "$base/staff/forgotten" > "$data/pages/forgotten.html"
  check_html "$data/pages" "$reports/html.txt" || count=$(grep -c . "$reports/html.txt")
  [ "$count" = 0 ] || found html "$reports/html.txt"
  row html "$(find "$data/pages" -name '*.html' | wc -l) pages" - - - "$count" itself
  house_down
}
