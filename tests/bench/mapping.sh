#!/usr/bin/env bash
# The mapping bench: mapping.sh BUILD [RECORDS]. Needs jq, xsltproc and node (./dev bench mapping installs
# them); JSONata comes from npm, at one version, into the build folder.
set -euo pipefail
build=$(cd "$1" && pwd)
jsonata=2.2.2
work=$build/bench-mapping
mkdir -p "$work"
if [[ ! -f $work/node_modules/jsonata/package.json ]] ||
   ! grep -q "\"version\": \"$jsonata\"" "$work/node_modules/jsonata/package.json"; then
  npm install --loglevel=error --no-audit --no-fund --prefix "$work" "jsonata@$jsonata"
fi
echo "jq $(jq --version), $(xsltproc --version | head -n 1), node $(node --version), jsonata $jsonata"
exec "$build/tests/mapping_bench" "$work" "${2:-5000}"
