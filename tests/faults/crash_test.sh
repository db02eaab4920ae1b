#!/usr/bin/env bash
# kill -9 at random moments under load: nothing acknowledged is lost, nothing enters twice, order holds, and
# work resumes within two seconds. The sink counts and does not deduplicate. Then the same against a build
# that says yes before the commit, which must be caught.
#   crash_test.sh BUILD [KILLS] [KILLS-OF-THE-TWIN]
source "$(dirname "$0")/../support/network.sh" "$1"
kills=${2:-200}
twin_kills=${3:-25}
passed=0 failed=0
check() {  # TEXT CONDITION…
  local text=$1
  shift
  if "$@"; then passed=$((passed + 1)); echo "ok    $text"; else failed=$((failed + 1)); echo "FAIL  $text"; fi
}
field() { grep -oE "\"$2\":[0-9]+" <<<"$1" | grep -oE '[0-9]+$'; }

run() {  # PROGRAM KILLS: leaves the comparison in $result and the slowest resumption in $slowest_ms
  local program=$1 n=$2 i began took load_pid
  net_begin "crash-$program"
  net_sink plain
  net_config plain "${net_sink_ports[@]}"
  net_gateway "$program"
  "$net_build/portage-load" send --port "$net_port" --party prov-intake --senders 16 --until-killed \
    --template "$net_top/tests/bench/referral.json" --out "$net/sent" >"$net/load.json" &
  load_pid=$!
  net_pids+=("$load_pid")
  slowest_ms=0
  for ((i = 0; i < n; ++i)); do
    sleep "0.$((RANDOM % 4))$((RANDOM % 10))"
    kill -9 "$net_gateway_pid"
    wait "$net_gateway_pid" 2>/dev/null || :
    began=$(date +%s%N)
    net_gateway "$program"
    took=$((($(date +%s%N) - began) / 1000000))
    ((took > slowest_ms)) && slowest_ms=$took
  done
  kill -TERM "$load_pid"
  wait "$load_pid" || :
  net_drained 60 || echo "still waiting: $(net_status | net_number waiting)"
  kill -TERM "$net_gateway_pid"
  wait "$net_gateway_pid" || :
  kill -TERM "$net_sink_pid"
  wait "$net_sink_pid" || :
  result=$("$net_build/portage-load" check --sent "$net/sent" --got "$net/got" || :)
}

run portaged "$kills"
echo "kills $kills  acknowledged $(field "$result" acknowledged)  lost $(field "$result" lost)" \
  " entered twice $(field "$result" entered_twice)  marked repeats $(field "$result" marked_repeats)" \
  " out of order $(field "$result" out_of_order)  slowest resumption $slowest_ms ms"
check "thousands were acknowledged" test "$(field "$result" acknowledged)" -gt $((kills * 20))
check "nothing acknowledged is lost" test "$(field "$result" lost)" = 0
check "nothing entered twice" test "$(field "$result" entered_twice)" = 0
check "nothing is out of order" test "$(field "$result" out_of_order)" = 0
check "work resumes within 2 s" test "$slowest_ms" -lt 2000

run portaged-early-ack "$twin_kills"
echo "a build that answers before the commit: kills $twin_kills  acknowledged $(field "$result" acknowledged)" \
  " lost $(field "$result" lost)"
check "the planted fault is caught" test "$(field "$result" lost)" -gt 0

echo "$passed passed, $failed failed, 0 skipped"
((failed == 0))
