#!/usr/bin/env bash
# The directory of services with the real daemon: an HSDS client's lists and details hold by the schemas,
# only parties that have proved who they are may read them, and one question of a person is answered in one
# step, the same over HTTP and at the command line.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"

net_begin services
for name in gateway ssm-halton stranger; do net_certificate "$name"; done
net_config tls 1 2 3
sed -i "/^\[paths\]/a services = \"services\"" "$net/config/portage.toml"
cp -r "$net_top/config/services" "$net/config/services"
# No records travel here: who a party is is enough.
rm "$net"/config/parties/*.toml
printf 'id = "ssm-halton"\n[identity]\nnames = ["ssm-halton"]\n' >"$net/config/parties/ssm-halton.toml"
mkdir "$net/config/mappings"
sed -i 's#^mappings = .*#mappings = "mappings"#' "$net/config/portage.toml"
net_gateway
base=https://localhost:$net_port/v1
portage() { "$net_build/portage" --config "$net/config/portage.toml" "$@"; }
get() {  # NAME PATH [CURL-ARGUMENT…]: the status; the body is in $net/answer
  local name=$1 path=$2
  shift 2
  curl -s -m 20 -o "$net/answer" -w '%{http_code}' --cacert "$net/tls/ca.pem" --cert "$net/tls/$name.pem" \
    --key "$net/tls/$name.key" "$@" "$base/$path" || :
}
lines() { grep -oE "\"$1\":(\"[^\"]*\"|[0-9]+|true|false)" "$net/answer" | sed -E 's/^"[^"]*"://; s/"//g'; }
first() { lines "$1" | head -n 1; }

# An HSDS client: the API, each list, one of each.
check "the API says what it is" same "$(get ssm-halton hsds/)" 200
check "… by its schema" portage schema check hsds/root@3 "$net/answer"
for of in services:service organizations:organization service_at_locations:service-at-location \
  locations:location taxonomies:taxonomy taxonomy_terms:taxonomy-term; do
  list=${of%:*} one=${of#*:}
  check "/$list" same "$(get ssm-halton "hsds/$list?per_page=200")" 200
  cp "$net/answer" "$net/$list.json"
  check "… is a page of its schema" portage schema check "hsds/${list//_/-}@3" "$net/$list.json"
  check "… that holds what it counts" same "$(first total_items)" "$(get ssm-halton "hsds/$list?format=ndjson" >/dev/null; grep -c . "$net/answer")"
  cp "$net/$list.json" "$net/answer"
  id=$(grep -oE '"contents":\[\{"id":"[0-9a-f-]{36}"' "$net/answer" | cut -d'"' -f6)
  check "/$list/$id" same "$(get ssm-halton "hsds/$list/$id")" 200
  check "… is one by its schema" portage schema check "hsds/$one@3" "$net/answer"
done
check "nothing by that id: 404" same "$(get ssm-halton hsds/services/00000000-0000-0000-0000-000000000000)" 404
check "… as a problem" holds "$(cat "$net/answer")" '"code":"api.not_found"'
check "a parameter that is none: 400" same "$(get ssm-halton 'hsds/services?taxonomy_term=x')" 400
check "… as a problem with its name" holds "$(cat "$net/answer")" 'taxonomy_term'
check "a service of Halton in full" same "$(get ssm-halton 'hsds/services?search=community+housing+halton&full=true')" 200
check "… only that one" same "$(first total_items)" 1
check "… with how sure it is" holds "$(cat "$net/answer")" '"code":"certainty"'
check "in French" same "$(get ssm-halton 'hsds/services?search=community+housing+halton' -H 'Accept-Language: fr')" 200
check "… its French name" same "$(first name)" "Logement communautaire"
check "a stranger's certificate: 401" same "$(get stranger hsds/services)" 401
check "… and no question either" same "$(get stranger resolve -X POST -d '{"need":"housing","place":"L6H"}')" 401
check "an operator on the socket may" same \
  "$(curl -s -o /dev/null -w '%{http_code}' --unix-socket "$net_socket" http://gateway/v1/hsds/services)" 200

# Five needs in five places: who serves.
ask() {  # NEED PLACE MORE: the party or organisation that serves, over HTTP
  get ssm-halton resolve -X POST -H 'Content-Type: application/json' -d "{\"need\":\"$1\",\"place\":\"$2\"$3}" >/dev/null
  grep -oE '"owner":\{("party":"[^"]*",)?"name":"[^"]*"' "$net/answer" |
    sed -E 's/.*"party":"([^"]*)".*/\1/; s/.*"name":"([^"]*)"/\1/'
}
day=',"at":"2026-11-22"'
while read -r place area catchment; do
  check "employment in $place" same "$(ask employment "$place" "$day")" "ssm-$catchment"
  check "housing in $place" same "$(ask housing "$place" "$day")" "$area"
  check "child care in $place" same "$(ask child-care "$place" "$day")" "$area"
  check "mental health in $place" same "$(ask mental-health "$place" "$day")" "ConnexOntario"
  check "Employment Insurance in $place" same "$(ask employment-insurance "$place" "$day")" "Service Canada"
done <<'PLACES'
L6H cmsm-halton halton
K1N cmsm-ottawa ottawa
P7B dssab-thunder-bay northwest
N9A cmsm-windsor windsor-sarnia
M5A cmsm-toronto toronto
PLACES
check "the day before the cut-over: the municipality's own unit" same \
  "$(ask employment L6H ',"at":"2023-03-31"')" cmsm-halton
check "a misdirected inquiry is redirected in one step" same "$(ask housing L6H "$day"',"from":"cmsm-peel"')" cmsm-halton
check "… and says so" same "$(first redirected)" true
check "an unsure place asks for the municipality" same "$(ask housing K0A "$day")" ""
check "… and names those it may be" holds "$(cat "$net/answer")" '"party":"cmsm-lanark"'
check "… which settles it" same "$(ask housing K0A "$day"',"municipality":"cmsm-lanark"')" cmsm-lanark
check "a question that is none: 400" same "$(get ssm-halton resolve -X POST -d '{"place":"L6H"}')" 400
same_answer() {  # NEED PLACE
  portage resolve --need "$1" --place "$2" --at 2026-11-22 -o json >"$net/said"
  ask "$1" "$2" "$day" >/dev/null
  cmp "$net/said" "$net/answer"
}
check "the command line answers the same" same_answer employment L6H
check "… in French" holds "$(portage resolve --need logement --place M5A --language fr --lang fr)" "Service offert par"

# Another's services: checked as a whole, kept, and given out after a reload.
mkdir "$net/from-elsewhere"
cat >"$net/from-elsewhere/services.json" <<'JSON'
{"contents": [{"id": "ac148810-d857-441c-9679-408f346de14b", "name": "Night shelter of a test", "status": "open",
  "organization": {"id": "d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610", "name": "Helpers of a test", "description": "They help"},
  "service_areas": [{"id": "a1", "uri": "urn:portage:area:service-manager:haltn"}],
  "attributes": [{"id": "t1", "taxonomy_term": {"id": "homelessness"}}]}]}
JSON
findings=$(portage services import "$net/from-elsewhere" --as elsewhere || :)
check "a fault is told with its place" holds "$findings" 'services.json:1:'
check "… every one" holds "$findings" 'services.no_such_area'
check "… and its nearest right word" holds "$findings" 'halton'
check "… and nothing is kept" bash -c "! [[ -e '$net/config/services/elsewhere' ]]"
sed -i 's/"open"/"active"/; s/haltn/halton/' "$net/from-elsewhere/services.json"
check "mended, it is kept" portage services import "$net/from-elsewhere" --as elsewhere
kill -HUP "$net_gateway_pid"
for _ in {1..100}; do
  [[ $(get ssm-halton hsds/services/ac148810-d857-441c-9679-408f346de14b) == 200 ]] && break
  sleep 0.1
done
check "… and given out after a reload" holds "$(cat "$net/answer")" "Night shelter of a test"
check_end
