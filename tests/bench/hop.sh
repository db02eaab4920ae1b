#!/usr/bin/env bash
# The hop: a 2 KB JSON referral is checked, mapped to XML, routed by catchment to one of three receivers,
# delivered by HTTP, and the delivery recorded. Load generator, gateway and sinks share this machine.
#   hop.sh BUILD [plain|tls] [SENDERS…]
source "$(dirname "$0")/../support/network.sh" "$1"
shift
wires=(plain tls)
case ${1:-} in plain | tls) wires=("$1"); shift ;; esac
senders_list=("${@:-}")
[[ -n ${senders_list[0]} ]] || senders_list=(1 8 64)
seconds=${PORTAGE_BENCH_SECONDS:-8}

file_system=$(stat -f -c %T "$net_build")
if [[ $file_system == tmpfs ]]; then
  echo "The build folder is on tmpfs, where a sync costs nothing: put it on a disk." >&2
  exit 2
fi
echo "file system $file_system, $(nproc) cores, $(uname -m), a record is $(wc -c <"$net_top/tests/bench/referral.json") bytes"
number() { grep -oE "\"$2\":[0-9.]+" <<<"$1" | head -n 1 | grep -oE '[0-9.]+$'; }
printf '%-5s %7s %6s | %10s %11s | %9s %9s | %9s %9s | %7s %7s | %6s %6s %5s %6s\n' wire senders disk/s accepted/s \
  delivered/s acc50-ms acc99-ms e2e50-ms e2e99-ms us/rec syncs/s load-us sink-us MB check
failed=0

one() {  # WIRE SENDERS RATE SECONDS: prints nothing; sets the figures
  local wire=$1 senders=$2 rate=$3 took=$4 tls=()
  net_begin "bench-$wire"
  if [[ $wire == tls ]]; then
    for name in gateway sink prov-intake; do net_certificate "$name"; done
    tls=(--tls "$net/tls/prov-intake.pem" "$net/tls/prov-intake.key" "$net/tls/ca.pem")
  fi
  net_sink "$wire"
  net_config "$wire" "${net_sink_ports[@]}"
  net_gateway
  local began cpu_before syncs_before
  syncs_before=$(net_status | net_number syncs)
  cpu_before=$(net_cpu "$net_gateway_pid")
  began=$(date +%s%N)
  load=$("$net_build/portage-load" send --port "$net_port" --party prov-intake --senders "$senders" \
    --seconds "$took" --rate "$rate" --template "$net_top/tests/bench/referral.json" --out "$net/sent" "${tls[@]}")
  net_drained 60 || :
  local elapsed=$((($(date +%s%N) - began) / 1000000))
  gateway_cpu=$(awk -v a="$(net_cpu "$net_gateway_pid")" -v b="$cpu_before" 'BEGIN { print a - b }')
  syncs=$(($(net_status | net_number syncs) - syncs_before))
  peak=$(net_peak_mb "$net_gateway_pid")
  kill -TERM "$net_gateway_pid" && wait "$net_gateway_pid" || :
  kill -TERM "$net_sink_pid" && wait "$net_sink_pid" || :
  sink=$(cat "$net/sink.json")
  verdict=$("$net_build/portage-load" check --sent "$net/sent" --got "$net/got") && checked=ok || checked=BAD
  delivered=$(number "$verdict" delivered)
  delivered_per_s=$((delivered * 1000 / elapsed))
  per_record() { awk -v cpu="$1" -v n="$delivered" 'BEGIN { printf "%.0f", n ? cpu * 1e6 / n : 0 }'; }
  gateway_us=$(per_record "$gateway_cpu")
  load_us=$(per_record "$(number "$load" cpu_s)")
  sink_us=$(per_record "$(number "$sink" cpu_s)")
  net_end
  net_pids=()
}

for wire in "${wires[@]}"; do
  for senders in "${senders_list[@]}"; do
    disk=$(number "$("$net_build/portage-load" disk "$net_build")" per_second)
    one "$wire" "$senders" 0 "$seconds"
    full=$(number "$load" per_second)
    row=$(printf '%-5s %7s %6s | %10s %11s' "$wire" "$senders" "$disk" "$full" "$delivered_per_s")
    cost=$(printf '%7s %7s | %6s %6s %5s %6s' "$gateway_us" "$((syncs / seconds))" "$load_us" "$sink_us" "$peak" "$checked")
    [[ $checked == ok ]] || failed=1
    # Latencies are taken at half that load, where nothing queues because it must.
    one "$wire" "$senders" "$((full / 2))" "$((seconds / 2))"
    [[ $checked == ok ]] || failed=1
    printf '%s | %9s %9s | %9s %9s | %s\n' "$row" "$(number "$load" accept_p50_ms)" "$(number "$load" accept_p99_ms)" \
      "$(number "$verdict" end_to_end_p50_ms)" "$(number "$verdict" end_to_end_p99_ms)" "$cost"
  done
done
echo "disk/s: writes of 32 KB, each synced, by a bare loop just before: what one sender cannot pass"
echo "us/rec: CPU of the gateway for a delivered record; latencies at half load; check: nothing lost, doubled or out of order"
exit $failed
