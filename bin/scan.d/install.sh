# shellcheck shell=bash
# The tools, into target/scan (Python) and target/scan-node (Node). Versions of what nobody here wrote stand in one place: this one.

install_python() {
  [ -x "$tools/bin/sqlmap" ] && [ -x "$tools/bin/squawk" ] && return
  say 'installing the tools written in Python'
  python3 -m venv "$tools"
  "$tools/bin/pip" install --quiet 'schemathesis>=4,<5' 'wapiti3>=3.1.8,<4' greenlet sqlmap 'detect-secrets>=1.5,<2' 'squawk-cli>=2,<3'
}

install_node() {
  [ -d "$node/node_modules/lighthouse" ] && return
  command -v npm > /dev/null || { say 'Node is missing: bin/setup --test installs it'; exit 1; }
  say 'installing the tools written for Node'
  mkdir -p "$node"
  [ -f "$node/package.json" ] || printf '{ "private": true }\n' > "$node/package.json"
  # Without scripts: one of them would fetch a Java of its own.
  npm install --prefix "$node" --no-audit --no-fund --ignore-scripts --loglevel=error vnu-jar html-validate csp_evaluator lighthouse@12 > /dev/null
}
