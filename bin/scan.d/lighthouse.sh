# shellcheck shell=bash
# lighthouse: accessibility and best practices, 100 each, on the pages most people see.

scan_lighthouse() {
  local receipt reference count=0 out=$reports/lighthouse.txt
  install_node
  control_up
  house_up 12
  receipt=$(inquiry)
  reference=$(newest_lead)
  if SCAN_NODE=$node node bin/scan.d/lighthouse.mjs '' "$bad/" > "$out.control" 2>&1; then blind 'lighthouse passed the bad page'; fi
  grep -q '^[a-z-]* [0-9]' "$out.control" || blind 'lighthouse did not even look at the bad page'
  SCAN_NODE=$node node bin/scan.d/lighthouse.mjs "$cookie" "$base/" "$base/es" "$base/receipts/$receipt" > "$out" 2>&1 || count=1
  SCAN_NODE=$node node bin/scan.d/lighthouse.mjs '' "$base/staff/login" >> "$out" 2>&1 || count=1
  SCAN_NODE=$node node bin/scan.d/lighthouse.mjs "$cookie" "$base/staff/leads" "$base/staff/leads/$reference" >> "$out" 2>&1 || count=1
  [ "$count" = 0 ] || { cat "$out" >&2; found lighthouse "$out"; }
  row lighthouse "$(grep -c '^accessibility' "$out") pages" - - - "$count" itself
  house_down
}
