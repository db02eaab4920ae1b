#!/usr/bin/env bash
# A live receiver that is slow slows the senders whose records go to it, and nobody else; its lag stays under
# two seconds. A dead one slows nobody at all.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
net_begin slow-receiver
net_slow_ms=50 net_sink plain
net_parallel=4 net_config plain "${net_sink_ports[@]}"   # so Halton's manager takes 80 a second
net_gateway
load() {  # NAME FIRST-SEQ RECEIVER SENDERS
  "$net_build/portage-load" send --port "$net_port" --party prov-intake --senders "$4" --seconds 8 --first "$2" \
    --only "$3" --template "$net_top/tests/bench/referral.json" --out "$net/sent.$1" >"$net/$1.json" &
}
number() { grep -oE "\"$2\":[0-9]+" "$net/$1.json" | grep -oE '[0-9]+$'; }

load slow 1 0 64
slow_pid=$!
load fast 1000000 1 8
fast_pid=$!
worst=0
for ((i = 0; i < 30; ++i)); do
  sleep 0.25
  oldest=$(net_status | grep -oE '"party":"ssm-halton"[^}]*' | grep -oE '"oldest_waiting":"[^"]+' | cut -d'"' -f4 || :)
  [[ -n $oldest ]] || continue
  age=$(( ($(date +%s%N) - $(date -d "$oldest" +%s%N)) / 1000000 ))
  ((age > worst)) && worst=$age
done
wait "$slow_pid" "$fast_pid"
net_drained 20
kill -TERM "$net_sink_pid" && wait "$net_sink_pid" || :
verdict=$("$net_build/portage-load" check --sent "$net/sent.slow" "$net/sent.fast" --got "$net/got" || :)
echo "slow $(number slow per_second)/s, fast $(number fast per_second)/s, oldest waiting for the slow one $worst ms"
check "the slow receiver's senders are slowed to what it takes" test "$(number slow per_second)" -lt 400
check "the others are not" test "$(number fast per_second)" -gt 800
check "its lag stays under 2 s" test "$worst" -lt 2000
check "nothing is lost" holds "$verdict" '"lost":0'
check "nothing enters twice" holds "$verdict" '"entered_twice":0'
check "nothing is out of order" holds "$verdict" '"out_of_order":0'

# Now all are dead: senders get their 202 as fast as the disk allows, and the backlog waits on disk.
load dead 2000000 0 64
wait $!
check "a dead receiver slows nobody" test "$(number dead per_second)" -gt 1500
check "its records wait" test "$(net_status | net_number waiting)" -ge "$(number dead acknowledged)"
check_end
