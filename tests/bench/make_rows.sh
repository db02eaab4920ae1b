#!/usr/bin/env bash
# A file of about SIZE MB made of one shipped case again and again, with a running number in its key:
#   make_rows.sh csv|xml SIZE-MB > FILE
# The people in it are invented (mappings/*/cases).
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
kind=$1
bytes=$(($2 * 1000000))
case $kind in
  csv)
    file=$top/mappings/halton/cases/full.csv
    head -n 1 "$file"
    tail -n +2 "$file" | head -n 1 | awk -v most="$bytes" '
      { row = $0; at = index(row, ","); rest = substr(row, at)
        for (n = 1; written < most; ++n) {
          line = "H-" n rest; written += length(line) + 1; print line } }'
    ;;
  xml)
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<Referrals xmlns="urn:portage:sample:ssm:1">\n'
    tail -n +2 "$top/mappings/ssm/cases/full.xml" | head -n 1 | awk -v most="$bytes" '
      { row = $0; sub(/ xmlns="[^"]*"/, "", row)
        for (n = 1; written < most; ++n) {
          line = row; sub(/<SenderCase>[^<]*/, "<SenderCase>A-" n, line)
          written += length(line) + 1; print line } }'
    echo '</Referrals>'
    ;;
  *)
    echo "usage: make_rows.sh csv|xml SIZE-MB" >&2
    exit 2
    ;;
esac
