#!/usr/bin/env bash
# A full disk: no 202 from then on, 503 with Retry-After, and work goes on by itself when there is room.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
net_begin full-disk
mkdir -p "$net/small"
if ! mount -t tmpfs -o size=24m none "$net/small" 2>/dev/null; then
  echo "skip: mounting a small file system needs CAP_SYS_ADMIN"
  echo "0 passed, 0 failed, 1 skipped"
  exit 0
fi
end() { net_end; umount -l "$net/small" 2>/dev/null || :; }
trap end EXIT
net_sink plain
net_floor=4194304 net_config plain "${net_sink_ports[@]}"
sed -i "s|^state = .*|state = \"$net/small/state\"|" "$net/config/portage.toml"
net_gateway
url=http://127.0.0.1:$net_port/v1/in/prov-intake
good=$net_top/tests/bench/referral.json
post() {  # SEQ: the status of a post
  sed "s/000000000001\"/$(printf '%012x' "$1")\"/" "$good" |
    curl -s -m 20 -o "$net/answer" -D "$net/head" -w '%{http_code}' -X POST "$url" \
      -H 'Content-Type: application/json' --data-binary @-
}
check "with room: 202" same "$(post 1)" 202
net_drained 10
head -c 64M /dev/zero >"$net/small/filler" 2>/dev/null || :
sleep 1
check "without room: 503" same "$(post 2)" 503
check "with Retry-After" grep -qi '^retry-after:' "$net/head"
check "its code is ledger.full" holds "$(cat "$net/answer")" ledger.full
check "still 503" same "$(post 3)" 503
check "the status says so" holds "$(net_status)" '"refusing":true'
check "the gateway lives" kill -0 "$net_gateway_pid"
rm "$net/small/filler"
sleep 2
check "with room again: 202" same "$(post 2)" 202
net_drained 10
check "everything accepted was delivered" same "$(net_status | net_number delivered)" 2
check_end
