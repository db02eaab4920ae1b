#!/usr/bin/env bash
# Files of a size through `portage map run`: records, time, MB/s and the most memory that was resident.
# CPU time is user and system, sampled; it includes the start (all mappings are compiled).
#   stream.sh BUILD [csv|xml] [SIZE-MB…]        (both, 10 and 1000 without)
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
shift
kinds=(csv xml)
case ${1:-} in csv | xml) kinds=("$1"); shift ;; esac
sizes=("${@:-}")
[[ -n ${sizes[0]} ]] || sizes=(10 1000)
work=$(mktemp -d "$build/stream.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$top"
ticks=$(getconf CLK_TCK)
printf '%-5s %8s %10s %9s %9s %9s %9s %9s %9s\n' kind MB records seconds MB/s rows/s CPU-s MB/CPU-s peak-MB
failed=0
for kind in "${kinds[@]}"; do
  case $kind in csv) mapping=halton/referral ;; xml) mapping=ssm/referral ;; esac
  first=0
  for size in "${sizes[@]}"; do
    file=$work/in.$kind
    LC_ALL=C bash tests/bench/make_rows.sh "$kind" "$size" >"$file"
    read_bytes=$(stat -c %s "$file")
    began=$(date +%s%N)
    "$build/portage" map run "$mapping" "$file" >"$work/out.ndjson" 2>"$work/err" &
    pid=$!
    peak=0 used=0
    while kill -0 "$pid" 2>/dev/null; do
      now=$(awk '/VmHWM/ { print $2 }' "/proc/$pid/status" 2>/dev/null || :)
      [[ -z $now ]] || peak=$now
      now=$(awk '{ print $14 + $15 }' "/proc/$pid/stat" 2>/dev/null || :)
      [[ -z $now ]] || used=$now
      sleep 0.05
    done
    wait "$pid" || { failed=1; tail -n 3 "$work/err"; }
    took=$(($(date +%s%N) - began))
    records=$(wc -l <"$work/out.ndjson")
    awk -v kind="$kind" -v b="$read_bytes" -v n="$records" -v t="$took" -v peak="$peak" \
      -v cpu="$used" -v ticks="$ticks" 'BEGIN {
      s = t / 1e9; c = cpu / ticks
      printf "%-5s %8.1f %10d %9.2f %9.1f %9.0f %9.2f %9.1f %9.1f\n", kind, b / 1e6, n, s, b / 1e6 / s, n / s, c,
        (c > 0 ? b / 1e6 / c : 0), peak / 1024 }'
    # Memory that grew with the file would show at a hundred times its size.
    if ((first == 0)); then first=$peak; elif ((peak > first + 32 * 1024)); then
      echo "FAIL: the peak grew from $first kB to $peak kB"
      failed=1
    fi
    rm -f "$work"/*
  done
done
exit $failed
