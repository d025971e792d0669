# shellcheck shell=bash
# detect-secrets over every file of the repository. It asks nobody whether what it found is real. What is known is in secrets-known.txt.

# secrets FILE...: one line of what was found for each: file, kind.
secrets() {
  "$tools/bin/detect-secrets" scan --no-verify "$@" 2> /dev/null |
    python3 -c 'import json, sys; [print(name, one["type"], one["line_number"], sep="\t") for name, all in json.load(sys.stdin)["results"].items() for one in all]'
}

scan_secrets() {
  local out=$reports/secrets.txt count kept
  kept=$(mktemp -d)
  # Put together here, or this file would be found itself.
  printf 'aws_access_key_id = "%s%s"\n' AKIA IOSFODNN7EXAMPLF > "$kept/planted.py"
  [ -n "$(cd "$kept" && "$tools/bin/detect-secrets" scan --no-verify --all-files 2> /dev/null | grep '"AWS Access Key"')" ] ||
    blind 'detect-secrets passed a planted key'
  rm -rf "$kept"
  git ls-files -z | xargs -0 bash -c "$(declare -f secrets); tools=$tools; secrets \"\$@\"" _ > "$out.all"
  python3 bin/scan.d/known.py bin/scan.d/secrets-known.txt "$out.all" > "$out" || true
  count=$(grep -c . "$out" || true)
  [ "$count" = 0 ] || { cat "$out" >&2; found detect-secrets "$out"; }
  row detect-secrets "$(git ls-files | wc -l) files, $(wc -l < "$out.all") remarks known" - - - "$count" itself
}
