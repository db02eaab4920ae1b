#!/usr/bin/env bash
# Whatever comes in: a clear no with a stable code and a place, in English or French, no values; never a
# crash, a hang, a 5xx or a half-accepted record.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
net_begin bad-input
net_sink plain
net_config plain "${net_sink_ports[@]}"
sed -i 's/^\[limits\]/[limits]\nbody_bytes = 100000\ndepth = 64/' "$net/config/portage.toml"
net_gateway
url=http://127.0.0.1:$net_port/v1/in/prov-intake
good=$net_top/tests/bench/referral.json

# post FILE [CURL-OPTION…]: sets status and body
post() {
  local file=$1
  shift
  body=$(curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST "$url" \
    -H "Content-Type: ${content_type:-application/json}" "$@" --data-binary "@$file") || body=000
  status=$body
  body=$(cat "$net/answer" 2>/dev/null || :)
  rm -f "$net/answer"
}
refused() {  # TEXT STATUS CODE
  check "$1: $2" same "$status" "$2"
  check "$1: code $3" holds "$body" "\"code\":\"$3\""
}

head -c 700 "$good" >"$net/cut.json"
post "$net/cut.json"
refused "a truncated body" 400 json.truncated
check "its place is a line and a column" grep -qE '"line":[0-9]+' <<<"$body"

head -c 150000 /dev/zero | tr '\0' ' ' >"$net/large.json"
post "$net/large.json"
check "an oversize body: 413" same "$status" 413
post "$net/large.json" -H 'Transfer-Encoding: chunked'
check "an oversize chunked body: 413" same "$status" 413

head -c 90000 /dev/zero | tr '\0' '[' >"$net/deep.json"
post "$net/deep.json"
refused "90,000 open brackets" 400 json.depth
printf '{"a":"\xff\xfe"}' >"$net/utf8.json"
post "$net/utf8.json"
refused "invalid UTF-8" 400 json.encoding
sed 's/"program": /"program": "x", "program": /' "$good" >"$net/twice.json"
post "$net/twice.json"
check "a repeated key: 400" same "$status" 400
check "a repeated key has its code" grep -qE '"code":"json\.[a-z_]*(duplicate|repeated|twice)[a-z_]*"' <<<"$body"

sed 's/1991-04-12/1991-04-32/' "$good" >"$net/date.json"
post "$net/date.json"
check "a bad date: 422" same "$status" 422
check "a bad date has its place" holds "$body" '/person/birthDate'
check "the answer does not repeat the value" lacks "$body" 1991-04-32
check "the answer names nobody" lacks "$body" Okafor
english=$body
post "$net/date.json" -H 'Accept-Language: fr-CA,fr;q=0.9'
check "in French when asked: 422" same "$status" 422
check "in French the text differs" test "$english" != "$body"
check "problem+json" holds "$(curl -s -m 20 -o /dev/null -D - -X POST "$url" -H 'Content-Type: application/json' \
  --data-binary "@$net/date.json" | tr -d '\r' | tr 'A-Z' 'a-z')" "content-type: application/problem+json"

content_type=application/xml post "$good"
check "a content type nobody sends: 415" same "$status" 415
printf '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' >"$net/doctype.xml"
body=$(curl -s -m 20 -w '\n%{http_code}' -X POST "http://127.0.0.1:$net_port/v1/in/ssm-halton" \
  -H 'Content-Type: application/xml' --data-binary "@$net/doctype.xml")
check "a DOCTYPE: 400" holds "$body" $'\n400'
check "a DOCTYPE has its code" holds "$body" '"code":"xml.doctype"'
body=$(curl -s -m 20 -w '\n%{http_code}' -X POST "http://127.0.0.1:$net_port/v1/in/nobody" \
  -H 'Content-Type: application/json' --data-binary "@$good")
check "an unknown party: 404" holds "$body" $'\n404'
post "$good" -H 'ce-specversion: 1.0' -H 'ce-id: 1' -H 'ce-source: prov-intake' -H 'ce-type: portage.nothing.v1'
check "an unknown kind: 422" same "$status" 422
post "$good" -H 'ce-specversion: 1.0' -H 'ce-id: 1' -H 'ce-source: ssm-halton' -H 'ce-type: portage.referral.v1'
check "an event of another source: 403" same "$status" 403
check "GET there: 405" same "$(curl -s -o /dev/null -w '%{http_code}' "$url")" 405

post "$good"
check "a good record: 202" same "$status" 202
first=$body
post "$good"
check "again: 202" same "$status" 202
check "again: the first receipt" same "$body" "$first"
sed 's/Oakville, O/Oakville; O/; s/"4B"/"4C"/' "$good" >"$net/other.json"
post "$net/other.json"
refused "the same id with other bytes" 409 commit.conflict

# 64 racing copies have one effect.
sed 's/000000000001"/000000000099"/' "$good" >"$net/race.json"
for ((i = 0; i < 64; ++i)); do
  curl -s -m 20 -X POST "$url" -H 'Content-Type: application/json' --data-binary "@$net/race.json" >"$net/race.$i" &
  racers[i]=$!
done
wait "${racers[@]}"
check "64 racing copies get one receipt" same "$(cat "$net"/race.[0-9]* | sed 's/}{/}\n{/g' | sort -u | wc -l)" 1
net_drained 10
status_json=$(net_status)
check "two records entered" same "$(net_number records <<<"$status_json")" 2
check "the sum holds: two delivered" same "$(net_number delivered <<<"$status_json")" 2
check "the gateway lives" kill -0 "$net_gateway_pid"
check "refusals are kept" test "$(net_number refusals <<<"$status_json")" -ge 5
check "the log names nobody" lacks "$(cat "$net/gateway.log")" Okafor
check_end
