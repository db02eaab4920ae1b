#!/usr/bin/env bash
# Files of a size through `portage map run`: records, time, MB/s and the most memory that was resident.
# Fails when a record is refused or lost, when the peak passes 64 MB, or when it grows with the file.
# CPU time is user and system, sampled; it includes the start (all mappings are compiled).
#   stream.sh BUILD [csv|xml] [SIZE-MB…]        (both, 100 and 1000 without)
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
build=$(cd "$1" && pwd)
shift
kinds=(csv xml)
case ${1:-} in csv | xml) kinds=("$1"); shift ;; esac
sizes=("$@")
((${#sizes[@]})) || sizes=(100 1000)
most_kb=$((64 * 1024))
growth_kb=$((4 * 1024))  # the allocator's own comings and goings
work=$(mktemp -d "$build/stream.XXXXXX")
trap 'rm -rf "$work"' EXIT
cd "$top"
ticks=$(getconf CLK_TCK)
printf '%-5s %8s %10s %9s %9s %9s %9s %9s %9s\n' kind MB records seconds MB/s rows/s CPU-s MB/CPU-s peak-MB
failed=0
fail() { echo "FAIL: $*"; failed=1; }
for kind in "${kinds[@]}"; do
  case $kind in csv) mapping=halton/referral ;; xml) mapping=ssm/referral ;; esac
  first=0
  for size in "${sizes[@]}"; do
    file=$work/in.$kind
    LC_ALL=C bash tests/bench/make_rows.sh "$kind" "$size" >"$file"
    read_bytes=$(stat -c %s "$file")
    made=$(grep -c 'H-\|<SenderCase>' "$file")
    mkfifo "$work/out"
    wc -l <"$work/out" >"$work/records" &
    counting=$!
    began=$(date +%s%N)
    "$build/portage" map run "$mapping" "$file" >"$work/out" 2>"$work/err" &
    pid=$!
    peak=0 used=0
    while kill -0 "$pid" 2>/dev/null; do
      while read -r name value _; do
        [[ $name != VmHWM: ]] || peak=$value
      done 2>/dev/null <"/proc/$pid/status" || :
      read -r -a stat 2>/dev/null <"/proc/$pid/stat" || stat=()
      ((${#stat[@]} < 15)) || used=$((stat[13] + stat[14]))
      sleep 0.1
    done
    wait "$pid" || { fail "portage map run gave $?"; tail -n 3 "$work/err"; }
    took=$(($(date +%s%N) - began))
    wait "$counting"
    records=$(<"$work/records")
    awk -v kind="$kind" -v b="$read_bytes" -v n="$records" -v t="$took" -v peak="$peak" \
      -v cpu="$used" -v ticks="$ticks" 'BEGIN {
      s = t / 1e9; c = cpu / ticks
      printf "%-5s %8.1f %10d %9.2f %9.1f %9.0f %9.2f %9.1f %9.1f\n", kind, b / 1e6, n, s, b / 1e6 / s, n / s, c,
        (c > 0 ? b / 1e6 / c : 0), peak / 1024 }'
    ((records == made)) || fail "$made records went in, $records came out"
    ((peak > 0)) || fail "the peak was not seen"
    ((peak <= most_kb)) || fail "the peak of $peak kB is over $most_kb kB"
    if ((first == 0)); then first=$peak; elif ((peak > first + growth_kb)); then
      fail "the peak grew from $first kB to $peak kB"
    fi
    rm -f "$work"/*
  done
done
exit $failed
