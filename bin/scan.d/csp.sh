# shellcheck shell=bash
# csp_evaluator over the policy of each kind of page.

scan_csp() {
  local path policy count=0 out=$reports/csp.txt
  install_node
  house_up 0
  : > "$out"
  if SCAN_NODE=$node node bin/scan.d/csp.mjs "script-src 'unsafe-inline' *" > "$out.control"; then blind 'csp_evaluator passed a bad policy'; fi
  for path in / /embed /nowhere /staff/login /staff/leads; do
    policy=$(curl -sS -o /dev/null -D - -H "Cookie: $cookie" "$base$path" | tr -d '\r' | sed -n 's/^content-security-policy: //Ip')
    printf '%s\n' "$path" >> "$out"
    SCAN_NODE=$node node bin/scan.d/csp.mjs "$policy" >> "$out" || { count=$((count + 1)); found "csp_evaluator, $path" "$out"; }
  done
  row csp_evaluator 'policy of 5 pages' - - - "$count" itself
  house_down
}
