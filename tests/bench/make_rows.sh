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
      { rest = substr($0, index($0, ",")); long = length(rest) + 3
        for (n = 1; written < most; ++n) {
          written += long + length(n); printf "H-%d%s\n", n, rest } }'
    ;;
  xml)
    printf '<?xml version="1.0" encoding="UTF-8"?>\n<Referrals xmlns="urn:portage:sample:ssm:1">\n'
    tail -n +2 "$top/mappings/ssm/cases/full.xml" | head -n 1 | awk -v most="$bytes" '
      { sub(/ xmlns="[^"]*"/, ""); match($0, /<SenderCase>[^<]*/)
        before = substr($0, 1, RSTART + 11); rest = substr($0, RSTART + RLENGTH)
        long = length(before) + length(rest) + 3
        for (n = 1; written < most; ++n) {
          written += long + length(n); printf "%sA-%d%s\n", before, n, rest } }'
    echo '</Referrals>'
    ;;
  *)
    echo "usage: make_rows.sh csv|xml SIZE-MB" >&2
    exit 2
    ;;
esac
