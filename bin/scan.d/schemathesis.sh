# shellcheck shell=bash
# schemathesis: requests made from the OpenAPI document, good ones and bad ones, against all its checks.

scan_schemathesis() {
  local out=$reports/schemathesis.txt started=$SECONDS ended=itself rc=0 requests accepted share codes
  control_up
  "$program" openapi > "$reports/openapi.json"
  if "$tools/bin/schemathesis" run "$reports/openapi.json" --url "$bad" --max-examples 20 > "$out.control" 2>&1; then
    blind 'schemathesis passed the bad page'
  fi
  house_up 0
  counted before
  # Nothing is left out but what hooks.py says.
  HYPOTHESIS_STORAGE_DIRECTORY=$data/hypothesis SCAN_DOCUMENT=$reports/openapi.json SCHEMATHESIS_HOOKS=hooks PYTHONPATH=bin/scan.d PYTHONDONTWRITEBYTECODE=1 timeout "$((seconds * 5))" \
    "$tools/bin/schemathesis" run "$reports/openapi.json" --url "$base" --mode all --max-examples "${INTAKE_SCAN_EXAMPLES:-1000}" \
    --continue-on-failure > "$out" 2>&1 || rc=$?
  [ "$rc" != 124 ] || { ended='limit'; found 'schemathesis, which did not end in time' "$out"; }
  read -r requests accepted share codes < <(tally before --route /api/v1/inquiries)
  say "schemathesis: $requests requests to POST /api/v1/inquiries ($codes), $accepted of them accepted with 201"
  [ "$accepted" -ge 300 ] || blind "schemathesis: only $accepted inquiries were accepted"
  case "$rc" in
    0 | 124) row schemathesis 'POST /api/v1/inquiries' "$requests" "$accepted" "$share" 0 "$ended" ;;
    *) row schemathesis 'POST /api/v1/inquiries' "$requests" "$accepted" "$share" 'see report' "$ended"; found schemathesis "$out" ;;
  esac
  say "schemathesis: $((SECONDS - started)) s"
  house_down
}
