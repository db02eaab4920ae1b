#!/usr/bin/env bash
# A row of Halton's file, wire to wire: every step stands in its trace, and every column with where it went.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"

net_begin trace
net_sink plain
net_config plain "${net_sink_ports[@]}"
cat >"$net/config/parties/cmsm-halton.toml" <<'TOML'
id = "cmsm-halton"
[[sends]]
kind = "referral"
form = "halton/referral@2"
mapping = "halton/referral"
[identity]
names = ["cmsm-halton"]
TOML
net_gateway
portage() { "$net_build/portage" --config "$net/config/portage.toml" "$@"; }

curl -s -X POST -H 'content-type: text/csv' --data-binary "@$net_top/mappings/halton/cases/full.csv" \
  "http://127.0.0.1:$net_port/v1/in/cmsm-halton" >/dev/null
for ((i = 0; i < 100; ++i)); do
  id=$(portage records list --where state=delivered -o id | head -n 1)
  [[ -z $id ]] || break
  sleep 0.1
done
page=$(portage trace "$id")
for step in received admitted checked translated routed committed delivered; do
  check "the step '$step' is there" holds "$page" " $step "
done
check "its row and submission" holds "$page" 'row 1 of submission 1'
check "the sender's mapping" holds "$page" 'by halton/referral 1 into referral@1'
check "the receiver's mapping" holds "$page" 'ssm/referral 1'
check "the rule and the catchment" holds "$page" 'rule employment-after-start   catchment halton (high)'
# REF_NO is empty here; the mapping ignores the others, with a reason each.
for column in $(head -n 1 "$net_top/mappings/halton/cases/full.csv" | tr -d '\r\357\273\277' | tr ',' '\n' |
  grep -vxE 'REF_NO|SIN|INTERNAL_ID|CREATED_BY'); do
  check "$column and where it went" grep -qE "^  ([A-Z_0-9]+, )*$column(, [A-Z_0-9]+)* +[a-z].* s:Referral" <<<"$page"
done
check "nobody's name" lacks "$page" "$(awk -F, 'NR == 2 { print $6 }' "$net_top/mappings/halton/cases/full.csv")"
net_end
check_end
