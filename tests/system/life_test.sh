#!/usr/bin/env bash
# The daemon's life: mutual TLS, SIGHUP to a new generation under load, SIGTERM with records under way, a
# second daemon on the same ledger, a receiver that is down, a full disk.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
good=$net_top/tests/bench/referral.json

net_begin life
for name in gateway sink prov-intake ssm-halton stranger; do net_certificate "$name"; done
net_sink tls
net_config tls "${net_sink_ports[@]}"
net_gateway
url=https://localhost:$net_port/v1/in/prov-intake
as() {  # NAME CURL-ARGUMENT…: the status of a post with that party's certificate
  local name=$1
  shift
  curl -s -m 20 -o "$net/answer" -w '%{http_code}' --cacert "$net/tls/ca.pem" --cert "$net/tls/$name.pem" \
    --key "$net/tls/$name.key" -X POST -H 'Content-Type: application/json' --data-binary "@$good" "$@" || :
}
check "a party with its certificate: 202" same "$(as prov-intake "$url")" 202
location=$(grep -oE '"id":"[0-9A-Z]{26}"' "$net/answer" | cut -d'"' -f4)
see() {  # NAME: the status of that party's look at the record
  curl -s -m 20 -o /dev/null -w '%{http_code}' --cacert "$net/tls/ca.pem" --cert "$net/tls/$1.pem" \
    --key "$net/tls/$1.key" "https://localhost:$net_port/v1/records/$location" || :
}
check "its sender sees the record" same "$(see prov-intake)" 200
check "its receiver sees it" same "$(see ssm-halton)" 200
check "nobody else does, and can't tell that it is there" same "$(see stranger)" 404
check "another party's certificate: 403" same "$(as ssm-halton "$url")" 403
check "… with its code" holds "$(cat "$net/answer")" http.certificate_other_party
check "a certificate of nobody: 401" same "$(as stranger "$url")" 401
check "no certificate: no answer" same "$(curl -s -m 5 -o /dev/null -w '%{http_code}' --cacert "$net/tls/ca.pem" \
  -X POST "$url" -d x || :)" 000
check "plain HTTP on the TLS port: no answer" same "$(curl -s -m 5 -o /dev/null -w '%{http_code}' \
  "http://127.0.0.1:$net_port/livez" || :)" 000
net_drained 10
check "delivered over mutual TLS" same "$(net_status | net_number delivered)" 1
check "a second daemon on this ledger is refused" bash -c \
  "! timeout 10 '$net_build/portaged' --config '$net/config/portage.toml' 2>/dev/null"

# A reload under load loses no request.
"$net_build/portage-load" send --port "$net_port" --party prov-intake --senders 8 --seconds 4 --first 1000 \
  --template "$good" --out "$net/sent" --tls "$net/tls/prov-intake.pem" "$net/tls/prov-intake.key" "$net/tls/ca.pem" \
  >"$net/load.json" &
load_pid=$!
sleep 1
kill -HUP "$net_gateway_pid"
for _ in $(seq 60); do [[ $(net_status | net_number generation) == 2 ]] && break; sleep 0.05; done
echo 'nonsense = ' >>"$net/config/parties/ssm-peel.toml"
kill -HUP "$net_gateway_pid"
wait "$load_pid"
load=$(cat "$net/load.json")
check "every request of a reload was answered 202" holds "$load" '"other_answers":{}'
check "no connection was lost" holds "$load" '"lost_connections":0'
check "a good reload is a new generation" same "$(net_status | net_number generation)" 2
check "a bad one is told and changes nothing" holds "$(cat "$net/gateway.log")" config.refused
sed -i '/^nonsense/d' "$net/config/parties/ssm-peel.toml"

# SIGTERM under load: everything acknowledged is there afterwards.
"$net_build/portage-load" send --port "$net_port" --party prov-intake --senders 8 --seconds 30 --first 100000 \
  --template "$good" --out "$net/sent2" --tls "$net/tls/prov-intake.pem" "$net/tls/prov-intake.key" "$net/tls/ca.pem" \
  >"$net/load2.json" &
load_pid=$!
sleep 1
kill -TERM "$net_gateway_pid"
code=0
wait "$net_gateway_pid" || code=$?
check "SIGTERM ends with 0" same "$code" 0
net_gateway
kill -TERM "$load_pid"
wait "$load_pid" || :
net_drained 30
kill -TERM "$net_sink_pid"
wait "$net_sink_pid" || :
verdict=$("$net_build/portage-load" check --sent "$net/sent" "$net/sent2" --got "$net/got" || :)
check "nothing lost over reload and restart" holds "$verdict" '"lost":0'
check "nothing twice" holds "$verdict" '"entered_twice":0'
check "nothing out of order" holds "$verdict" '"out_of_order":0'

# Every sink is down now: records are accepted and wait, and the sum holds.
check "accepted while the receiver is down: 202" same "$(sed 's/000000000001"/0000000000aa"/' "$good" >"$net/aa.json"
  curl -s -m 20 -o /dev/null -w '%{http_code}' --cacert "$net/tls/ca.pem" --cert "$net/tls/prov-intake.pem" \
    --key "$net/tls/prov-intake.key" -X POST -H 'Content-Type: application/json' --data-binary "@$net/aa.json" "$url")" 202
sleep 1
status=$(net_status)
check "one waits" same "$(net_number waiting <<<"$status")" 1
check "the receiver is known to be down" holds "$status" '"state":"down"'
kill -9 "$net_gateway_pid"
wait "$net_gateway_pid" 2>/dev/null || :
sed -i '1i answer_within_s = 2' "$net/config/parties/ssm-halton.toml"
net_gateway
check "it still waits after kill -9" same "$(net_status | net_number waiting)" 1
net_sink tls "${net_sink_ports[0]}"
net_drained 20
check "delivered when the receiver is back" same "$(net_status | net_number waiting)" 0
sleep 2
check "an answer that was owed before the restart is missed" holds \
  "$(curl -s -m 5 --unix-socket "$net_socket" "http://gateway/v1/events")" answer.overdue

# An older version of a record is lifted to the newest, and the trace says by which mapping.
printf '[[sends]]\nkind = "application"\nform = "application@1"\n' >>"$net/config/parties/prov-intake.toml"
generation=$(net_status | net_number generation)
kill -HUP "$net_gateway_pid"
for _ in {1..100}; do
  [[ $(net_status | net_number generation) == "$generation" ]] || break
  sleep 0.1
done
curl -s -m 20 -o "$net/lifted" --cacert "$net/tls/ca.pem" --cert "$net/tls/prov-intake.pem" \
  --key "$net/tls/prov-intake.key" -X POST -H 'Content-Type: application/json' \
  --data-binary "@$net_top/schemas/records/examples/application_v1_full.json" "$url?form=application@1"
lifted=$(curl -s --unix-socket "$net_socket" "http://gateway/v1/records/$(grep -oE '"id":"[0-9A-Z]{26}"' "$net/lifted" | cut -d'"' -f4)")
check "an application of the older version is kept as the newest" holds "$lifted" '"canonical":"application@2"'
check "… lifted by its mapping" holds "$lifted" '"lifted":"canonical/application 1"'
check_end
