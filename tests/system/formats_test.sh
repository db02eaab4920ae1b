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
cat >"$net/config/parties/cmsm-halton.toml" <<'TOML'
id = "cmsm-halton"
[[sends]]
kind = "referral"
form = "halton/referral@2"
mapping = "halton/referral"
[identity]
names = ["cmsm-halton"]
TOML
# Mappings of one document into several records, and of a whole table at once, beside the shipped ones.
cp -r "$net_top/mappings" "$net_top/schemas" "$net/"
sed -i "s|^mappings = .*|mappings = \"$net/mappings\"|; s|^schemas = .*|schemas = \"$net/schemas\"|" \
  "$net/config/portage.toml"
mkdir "$net/mappings/office" "$net/schemas/parties/office"
{
  printf 'schema = "office/cases@1"\nformat = "csv"\nclass = "personal"\n'
  printf 'title_en = "Cases"\ntitle_fr = "Dossiers"\n'
  for column in MEMBER CAMS CASE OFFICE POSTAL DAY; do
    printf '[[column]]\nname = "%s"\nmax_length = 40\n' "$column"
    printf 'description_en = "%s"\ndescription_fr = "%s"\n' "$column" "$column"
  done
} >"$net/schemas/parties/office/cases@1.toml"
sed 's|office/cases@1|office/links@1|' "$net/schemas/parties/office/cases@1.toml" \
  >"$net/schemas/parties/office/links@1.toml"
sed 's|office/cases@1|office/loose@1|' "$net/schemas/parties/office/cases@1.toml" \
  >"$net/schemas/parties/office/loose@1.toml"
cat >"$net/mappings/office/cases.map" <<'MAP'
mapping office/cases 1
theirs office/cases@1
effective 2020-01-01 ..
dated envelope

make identifier-link@1 when has CAMS {
  sams_member_id  <- MEMBER ?? reject "field.missing"
  cams_client_ref <- CAMS ?? reject "field.missing"
  method          <- "EXACT"
  matched_by      <- "office"
  valid_from      <- DAY | date "yyyy-MM-dd" | at "00:00" "America/Toronto" ?? reject "field.missing"
}
make service-exit@1 when has CASE {
  eap_id            <- CASE ?? reject "field.missing"
  exit_date         <- DAY | date "yyyy-MM-dd" ?? reject "field.missing"
  exit_reason       <- "COMPLETED"
  employment_status <- "NOT_EMPLOYED"
  fsa               <- POSTAL | postal | take 3 ?? reject "field.missing"
}
ignore theirs OFFICE because "not of an exit"
none reject "case.nothing"
MAP
cat >"$net/mappings/office/links.map" <<'MAP'
mapping office/links 1
ours list of identifier-link@1
theirs list of office/links@1
effective 2020-01-01 ..
dated envelope
batch whole

each records <- rows {
  sams_member_id  <- MEMBER ?? reject "field.missing"
  cams_client_ref <- CAMS ?? reject "field.missing"
  method          <- "EXACT"
  matched_by      <- "office"
  valid_from      <- DAY | date "yyyy-MM-dd" | at "00:00" "America/Toronto" ?? reject "field.missing"
}
require count(rows) <= 3 else reject "links.many"
ignore theirs rows.CASE, rows.OFFICE, rows.POSTAL because "not of a link"
MAP
sed 's|office/links|office/loose|; s|batch whole|batch each|; /^require/d' "$net/mappings/office/links.map" \
  >"$net/mappings/office/loose.map"
{
  echo 'id = "cmsm-peel"'
  for form in cases links loose; do
    printf '[[sends]]\nkind = "identifier-link"\nform = "office/%s@1"\nmapping = "office/%s"\n' $form $form
  done
  printf '[identity]\nnames = ["cmsm-peel"]\n'
} >"$net/config/parties/cmsm-peel.toml"
# What can't be delivered is a finding, before anything runs.
cp "$net/config/parties/ssm-peel.toml" "$net/peel.toml"
wrong() {  # MAPPING FORM KIND: the findings of a receiver with that mapping
  sed "s|^\[\[sends\]\]|[[receives]]\nkind = \"$3\"\nform = \"$2\"\nmapping = \"$1\"\n&|" "$net/peel.toml" \
    >"$net/config/parties/ssm-peel.toml"
  "$net_build/portage" validate --config "$net/config/portage.toml" -o json 2>&1 || :
}
check "a mapping that only comes in can't deliver" holds \
  "$(wrong office/cases office/cases@1 identifier-link)" config.mapping_not_out
cat >"$net/mappings/office/sheet.map" <<'MAP'
mapping office/sheet 1
ours list of identifier-link@1
theirs list of office/links@1
effective 2020-01-01 ..
dated envelope

each records -> rows {
  sams_member_id  -> MEMBER
  cams_client_ref -> CAMS
}
ignore ours records.local_id, records.method, records.matched_by, records.valid_from because "not shown"
ignore theirs rows.CASE, rows.OFFICE, rows.POSTAL, rows.DAY because "not of a link"
MAP
check "nor one that writes a file of many records" holds \
  "$(wrong office/sheet office/links@1 identifier-link)" config.mapping_batch_out
rm "$net/mappings/office/sheet.map"
cp "$net/peel.toml" "$net/config/parties/ssm-peel.toml"
net_gateway
post() {  # PARTY CONTENT-TYPE FILE [FORM]: the status; the answer is in $net/answer
  curl -s -m 20 -o "$net/answer" -w '%{http_code}' -X POST -H "Content-Type: $2" --data-binary "@$3" \
    "http://127.0.0.1:$net_port/v1/in/$1${4:+?form=$4}"
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

# One row makes two records, or one; all of it enters in one commit, each with an id after its source.
header=MEMBER,CAMS,CASE,OFFICE,POSTAL,DAY
printf '%s\n' $header 900000417,C-1,EAP-1,north,L6H1A1,2026-11-02 900000418,C-2,,,,2026-11-03 >"$net/cases.csv"
check "a table whose rows make several records is taken: 202" same \
  "$(post cmsm-peel text/csv "$net/cases.csv" office/cases@1)" 202
check "two rows made two links …" until_kept identifier-link 2
check "… and one exit" until_kept service-exit 1
link_ids=$(kept identifier-link | grep -oE '"source_id":"[^"]*"' | sort)
check "each id is its row's, and the record's number in it" same \
  "$(grep -cE '"source_id":"[0-9a-f]{64}:[12]/1"' <<<"$link_ids")" 2
check "the second record of the first row says so" holds "$(kept service-exit)" ':1/2"'
printf '%s\n' $header 900000419,C-3,EAP-2,north,L6H1A1,2026-11-04 900000420,C-4,EAP-3,north,V6B1A1,2026-11-05 \
  900000421,,,,,2026-11-06 >"$net/bad.csv"
post cmsm-peel text/csv "$net/bad.csv" office/cases@1 >/dev/null
check "a row whose second record is refused leaves nothing" until_kept service-exit 2
check "… nor its first" until_kept identifier-link 3
events() { curl -s -m 5 --unix-socket "$net_socket" http://gateway/v1/events; }
check "a row that makes nothing is refused by the map's own code" holds "$(events)" case.nothing

soon_holds() {  # TEXT: waits until the events hold it
  local tries
  for ((tries = 0; tries < 50; ++tries)); do
    [[ $(events) == *"$1"* ]] && return
    sleep 0.1
  done
  return 1
}

# A table that is one list: whole or not at all, unless its map lets each row stand by itself.
printf '%s\n' $header 900000501,L-1,,,,2026-11-02 900000502,L-2,,,,2026-11-02 >"$net/links.csv"
post cmsm-peel text/csv "$net/links.csv" office/links@1 >/dev/null
check "a list of two is two records" until_kept identifier-link 5
printf '%s\n' $header 900000503,L-3,,,,2026-11-02 900000504,,,,,2026-11-02 >"$net/links_bad.csv"
post cmsm-peel text/csv "$net/links_bad.csv" office/links@1 >/dev/null
post cmsm-peel text/csv "$net/links_bad.csv" office/loose@1 >/dev/null
check "with a bad row all of it is refused; where each stands by itself, the row alone" until_kept identifier-link 6
check "… with its code" holds "$(events)" field.missing
{ echo $header; for n in 1 2 3 4; do echo "90000060$n,M-$n,,,,2026-11-02"; done; } >"$net/links_many.csv"
post cmsm-peel text/csv "$net/links_many.csv" office/links@1 >/dev/null
sleep 0.5
check "what the map asks of the whole table holds for all of it" holds "$(events)" links.many
check "… and nothing of it was taken" until_kept identifier-link 6
awk -v header=$header 'BEGIN { print header; for (n = 0; n <= 20000; ++n) printf "9%08d,X-%d,,,,2026-11-02\n", n, n }' \
  >"$net/links_huge.csv"
post cmsm-peel text/csv "$net/links_huge.csv" office/loose@1 >/dev/null
told() {  # CODE: waits until an event says it
  local tries
  for ((tries = 0; tries < 100; ++tries)); do
    holds "$(events)" "$1" && return
    sleep 0.1
  done
  return 1
}
check "a list too long for one commit is refused" told translate.too_many
check "… and nothing of it was taken either" until_kept identifier-link 6

# An XML file of records: three decisions under one element, the second one bad.
{
  echo '<Decisions xmlns="urn:portage:sample:ssm:1">'
  tail -n +2 "$maps/ssm/cases/accepted.xml"
  tail -n +2 "$maps/ssm/cases/bad_state.xml"
  tail -n +2 "$maps/ssm/cases/declined.xml"
  echo '</Decisions>'
} >"$net/decisions.xml"
check "an XML file of records is taken: 202" same "$(post ssm-halton application/xml "$net/decisions.xml")" 202
check "the two good ones are records" until_kept referral-decision 2

# A table may do without a column that is not required, and has none that its layout does not know.
sed 's/,[^,]*\r$/\r/' "$maps/halton/cases/least.csv" >"$net/short.csv"
post cmsm-halton text/csv "$net/short.csv" >/dev/null
check "a table without an optional column is taken" until_kept referral 1
sed 's/\r$/,EXTRA\r/' "$maps/halton/cases/full.csv" >"$net/wide.csv"
post cmsm-halton text/csv "$net/wide.csv" >/dev/null
check "one with a column that is not known is refused whole" soon_holds csv.column_unknown

# The same offline.
run() { "$net_build/portage" map run --config "$net/config/portage.toml" "$@" 2>"$net/said"; }
check "map run writes every record that a row makes" same "$(run office/cases "$net/cases.csv" | wc -l)" 3
check "… and refuses a row for its second record" same "$(run office/cases "$net/bad.csv" | wc -l)" 2
check "… with its place" holds "$(cat "$net/said")" '[2]/fsa'
check "a mapping with make does not go out: said, not crashed" same \
  "$(run office/cases "$net/cases.csv" --way out >/dev/null; echo $?)" 2
check "map run reads a whole table as one list" same "$(run office/links "$net/links.csv" | wc -l)" 2
check "… and refuses it whole" same "$(run office/links "$net/links_bad.csv" | wc -l)" 0
check "… naming the row" holds "$(cat "$net/said")" 'rows[2].CAMS'
check "… or row by row" same "$(run office/loose "$net/links_bad.csv" | wc -l)" 1
check_end
