#!/usr/bin/env bash
# Agreements at work: what is not permitted never leaves; no agreement, no flow; one that is withdrawn between
# acceptance and delivery stops the record and tells the sender; a consent withdrawn does too; a bad change of
# the agreements or of the directory leaves the running generation as it is.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
good=$net_top/tests/bench/referral.json

net_begin agreements
net_config plain 1 1 1
cp -r "$net_top/config/agreements" "$net_top/config/places" "$net_top/config/routes" "$net/config/"
sed -i "s#^places = .*#places = \"places\"\nroutes = \"routes\"#; /^routes = \"\\//d" "$net/config/portage.toml"
mkdir -p "$net/out"
{
  sed '/^\[delivery/,$d' "$net/config/parties/ssm-halton.toml"
  printf '[delivery.file]\nfolder = "%s/out"\n' "$net"
} >"$net/halton" && mv "$net/halton" "$net/config/parties/ssm-halton.toml"
printf '[[sends]]\nkind = "consent"\n' >>"$net/config/parties/prov-intake.toml"
rules=$net/config/agreements/employment.toml

post() {  # SED-SCRIPT: posts the sample, edited; the status, the answer in $net/answer
  sed "$1" "$good" >"$net/record"
  curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST -H 'Content-Type: application/json' \
    --data-binary "@$net/record" "http://127.0.0.1:$net_port/v1/in/prov-intake?form=province/referral@1" || :
}
reload() {
  local before
  before=$(net_status | net_number generation)
  kill -HUP "$net_gateway_pid"
  for _ in $(seq 100); do
    [[ $(net_status | net_number generation) != "$before" ]] && return 0
    sleep 0.05
  done
  return 1
}
until_is() {  # NAME NUMBER: waits until the status says so
  for _ in $(seq 200); do
    [[ $(net_status | net_number "$1") == "$2" ]] && return 0
    sleep 0.05
  done
  net_status
  return 1
}
quarantine() { curl -s --unix-socket "$net_socket" http://gateway/v1/quarantine; }
number() { printf 's/000000000001"/%012d"/' "$1"; }

net_gateway

check "a referral under its agreement: 202" same "$(post "$(number 1)")" 202
until_is delivered 1
check "it carries the accommodation, which is permitted" holds "$(cat "$net"/out/*)" "large print"

# Minimisation: the same record, after the agreement permits less.
sed -i '/"accommodation_need"/ s/"accommodation_need", //' "$rules"
check "the shipped mapping sends what is no longer permitted: refused as unsound" bash -c \
  "! '$net_build/portage' validate --config '$net/config/portage.toml' >'$net/said'"
check "… and named" holds "$(cat "$net/said")" "agreements.mapped_not_permitted"
kill -HUP "$net_gateway_pid"
sleep 0.5
check "the running gateway keeps its last good generation" same "$(net_status | net_number generation)" 1
cp "$net_top/config/agreements/employment.toml" "$rules"

# No agreement, no flow.
sed -i '0,/from = \["service-manager", "delivery-agent", "odsp-office", "intake"\]/s//from = ["service-manager"]/' "$rules"
check "the change is taken" reload
check "a party that the agreement no longer names: 403" same "$(post "$(number 2)")" 403
check "… with the reason" holds "$(cat "$net/answer")" "agreement."
cp "$net_top/config/agreements/employment.toml" "$rules"
reload

# Withdrawn between acceptance and delivery: nobody listens at Peel yet.
check "accepted while the agreement holds: 202" same "$(post "$(number 3); s/L6H 1A1/L5B 2C9/")" 202
record=$(grep -oE '"id":"[0-9A-Z]{26}"' "$net/answer" | cut -d'"' -f4)
until_is waiting 1
sed -i '0,/^since = 2020-01-01/s//since = 2020-01-01\nuntil = 2026-01-31/' "$rules"
check "the agreement ends" reload
until_is quarantined 1
check "the record is stopped before it leaves" holds "$(quarantine)" "agreement.withdrawn"
check "nothing more was delivered" same "$(net_status | net_number delivered)" 1
told=$(curl -s "http://127.0.0.1:$net_port/v1/records/$record" --unix-socket "$net_socket")
check "the sender's view of its record says so" holds "$told" "agreement.withdrawn"
check "and the stream of events" holds "$(curl -s -m 2 --unix-socket "$net_socket" \
  'http://gateway/v1/events?limit=500' || :)" "flow.stopped"
check "a new referral is refused at the door: 403" same "$(post "$(number 4)")" 403
cp "$net_top/config/agreements/employment.toml" "$rules"
reload

# Consent: the person withdraws it for this receiver; the next referral stops.
cat >"$net/consent.json" <<'J'
{"consent_id": "7d4e5f8a-2c4d-4f0e-9a9b-3f60a1b2c3d4", "subject": {"sams_member_id": "900000001"},
 "purposes": ["EMPLOYMENT_SERVICES"], "record_types": ["referral"],
 "from_org": {"name": "Intake"}, "to_orgs": [{"name": "Halton", "party": "ssm-halton"}, {"name": "P", "party": "eo-halton-01"}],
 "given_at": "2026-01-05T10:00:00-05:00", "withdrawn_at": "2026-02-05T10:00:00-05:00",
 "method": "SIGNED", "language": "fr", "recorded_at": "2026-02-05T10:00:00-05:00"}
J
check "a consent that was withdrawn: 202" same "$(curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST \
  -H 'Content-Type: application/json' --data-binary "@$net/consent.json" "http://127.0.0.1:$net_port/v1/in/prov-intake?form=consent@1")" 202
sed 's/900000001/900000009/; s/7d4e5f8a/7d4e5f8b/' "$net/consent.json" >"$net/consent2.json"
check "another person's too: 202" same "$(curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST \
  -H 'Content-Type: application/json' --data-binary "@$net/consent2.json" "http://127.0.0.1:$net_port/v1/in/prov-intake?form=consent@1")" 202
check "the next referral is accepted: 202" same "$(post "$(number 5)")" 202
for _ in $(seq 100); do [[ $(quarantine) == *consent.withdrawn* ]] && break; sleep 0.05; done
check "… and stopped at the border" holds "$(quarantine)" "consent.withdrawn"
check "another person's goes through: 202" same "$(post "$(number 6); s/900000001/900000002/")" 202
until_is delivered 2
kill -TERM "$net_gateway_pid"
wait "$net_gateway_pid" || :
net_gateway
check "after a restart the consent is remembered: 202" same "$(post "$(number 7); s/900000001/900000009/")" 202
for _ in $(seq 100); do [[ $(quarantine | grep -o '"count":2' | head -1) ]] && break; sleep 0.05; done
check "… stopped again" holds "$(quarantine)" '"count":2'
check "what was really sent is counted by agreement" holds "$("$net_build/portage" agreements check \
  --config "$net/config/portage.toml" --socket "$net_socket")" "referral-to-manager"

# A directory without an owner is refused whole, every finding at once.
sed -i 's/,ssm-halton,Fedcap Canada,/,,Fedcap Canada,/' "$net/config/places/catchments.csv"
sed -i 's/^cmsm-durham,delivery-agent/cmsm-durhan,delivery-agent/' "$net/config/places/roles.csv"
sed -i 's/2025-03-01/2025-02-30/' "$net/config/places/catchments.csv"
generation=$(net_status | net_number generation)
kill -HUP "$net_gateway_pid"
sleep 0.5
check "a catchment without owner, an unknown party and a wrong date change nothing" same \
  "$(net_status | net_number generation)" "$generation"
"$net_build/portage" validate --config "$net/config/portage.toml" >"$net/said" || :
for code in directory.no_owner directory.unknown_party sheet.bad_date; do
  check "validate names $code" holds "$(cat "$net/said")" "$code"
done
check "and the gateway still takes records: 202" same "$(post "$(number 8); s/900000001/900000003/")" 202
check_end
