#!/usr/bin/env bash
# Formats other than JSON, plain XML and CSV go in through the real daemon: a fixed-width extract of many
# documents (the stored entrance) and XML in a SOAP envelope (the direct one).
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"

net_begin formats
net_sink plain
net_config plain "${net_sink_ports[@]}"
cat >"$net/config/parties/housing-sample-halton.toml" <<'TOML'
id = "housing-sample-halton"
[[sends]]
kind = "income-confirmation"
form = "niagara/household@1"
mapping = "niagara/household"
[identity]
names = ["housing-sample-halton"]
TOML
cat >"$net/config/parties/cmsm-durham.toml" <<'TOML'
id = "cmsm-durham"
[[sends]]
kind = "benefit-decision"
form = "durham/benefit-decision@1"
content_type = "text/xml"
mapping = "durham/benefit-decision"
[identity]
names = ["cmsm-durham"]
TOML
net_gateway
post() {  # PARTY CONTENT-TYPE FILE: the status; the answer is in $net/answer
  curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST -H "Content-Type: $2" --data-binary "@$3" \
    "http://127.0.0.1:$net_port/v1/in/$1"
}
kept() { curl -s -m 5 --unix-socket "$net_socket" "http://gateway/v1/records?where=kind=$1"; }
until_kept() {  # KIND NUMBER: waits until so many records of a kind are there
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    [[ $(kept "$1" | grep -oE '"source_id"' | wc -l) == "$2" ]] && return
    sleep 0.1
  done
  kept "$1"
  return 1
}
maps=$net_top/mappings

check "a fixed-width extract is taken: 202" same \
  "$(post housing-sample-halton text/plain "$maps/niagara/cases/both.txt")" 202
submission=$(grep -oE '[0-9]+' <<<"$(grep -oE '"submission":[0-9]+' "$net/answer")" || echo none)
units=$(grep -c '^U' "$maps/niagara/cases/both.txt")
check "each of its $units households is a record" until_kept income-confirmation "$units"
check "the same bytes again are the same submission" same \
  "$(post housing-sample-halton text/plain "$maps/niagara/cases/both.txt" >/dev/null
     grep -oE '[0-9]+' <<<"$(grep -oE '"submission":[0-9]+' "$net/answer")")" "$submission"
check "one with a day that is not there is taken, its household refused in its place" same \
  "$(post housing-sample-halton text/plain "$maps/niagara/cases/bad_day.txt")" 202
sleep 1
check "… with its code" holds "$(curl -s -m 5 --unix-socket "$net_socket" http://gateway/v1/events)" schema.format

check "a SOAP envelope is taken: 202" same \
  "$(post cmsm-durham text/xml "$maps/durham/cases/partial.xml")" 202
check "what it holds is a record" until_kept benefit-decision 1
check "the other version of SOAP is read too" same \
  "$(post cmsm-durham text/xml "$maps/durham/cases/other_soap.xml")" 202
echo '<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body/></Envelope>' >"$net/empty.xml"
check "an envelope with nothing in it is refused: 400" same "$(post cmsm-durham text/xml "$net/empty.xml")" 400
check "… with its reason" holds "$(cat "$net/answer")" soap
check_end
