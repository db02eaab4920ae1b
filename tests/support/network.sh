# A small network on loopback for system tests, the crash test and the bench: certificates, configuration,
# gateway, sinks. Source it; every name begins with net_. Everything lives in $net (made by net_begin).
set -euo pipefail

net_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
net_build=$(cd "${1:-$net_top/build}" && pwd)
net_pids=()

net_begin() {  # NAME: a fresh folder on the build's own disk
  net=$net_build/net/$1
  rm -rf "$net"
  mkdir -p "$net"
  trap net_end EXIT
}

net_end() {
  local pid
  for pid in "${net_pids[@]}"; do kill -9 "$pid" 2>/dev/null || :; done
  wait 2>/dev/null || :
}

net_free_port() {
  # A port that nothing listens on now, below those that the kernel hands to outgoing connections.
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

net_certificate() {  # NAME: $net/tls/NAME.pem and .key, signed by the test's own authority
  local name=$1 tls=$net/tls
  mkdir -p "$tls"
  if [[ ! -f $tls/ca.pem ]]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tls/ca.key" \
      -out "$tls/ca.pem" -days 30 -subj "/CN=Portage test authority" 2>/dev/null
  fi
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$tls/$name.key" \
    -out "$tls/$name.csr" -subj "/CN=$name" 2>/dev/null
  printf 'subjectAltName=DNS:%s,DNS:localhost,IP:127.0.0.1\n' "$name" >"$tls/$name.ext"
  openssl x509 -req -in "$tls/$name.csr" -CA "$tls/ca.pem" -CAkey "$tls/ca.key" -CAcreateserial \
    -out "$tls/$name.pem" -days 30 -extfile "$tls/$name.ext" 2>/dev/null
}

# net_config WIRE SINK-PORT…: prov-intake posts to the gateway, ssm-halton, ssm-peel and ssm-toronto receive.
# WIRE is plain or tls. Sets net_port and net_socket.
net_config() {
  local wire=$1 i=0 party
  shift
  mkdir -p "$net/config/parties" "$net/state"
  net_port=$(net_free_port)
  net_socket=$net/admin.sock
  {
    printf '[gateway]\nname = "test"\nstate = "%s/state"\n' "$net"
    printf '[limits]\ndisk_floor_bytes = %s\n' "${net_floor:-1048576}"
    printf '[paths]\nplaces = "%s/config/places"\nroutes = "%s/config/routes"\n' "$net_top" "$net_top"
    printf 'parties = "parties"\nmappings = "%s/mappings"\ntables = "%s/mappings/tables"\nschemas = "%s/schemas"\n' \
      "$net_top" "$net_top" "$net_top"
    printf '[[listener]]\nname = "operator"\nunix = "%s"\nidentity = "operator"\n' "$net_socket"
    printf '[[listener]]\nname = "partners"\naddress = "127.0.0.1"\nport = %s\n' "$net_port"
    if [[ $wire == tls ]]; then
      printf 'tls = true\nidentity = "certificate"\ncertificate = "%s/tls/gateway.pem"\nkey = "%s/tls/gateway.key"\nauthorities = "%s/tls/ca.pem"\n' \
        "$net" "$net" "$net"
    else
      printf 'identity = "path"\n'
    fi
  } >"$net/config/portage.toml"
  {
    sed '/^\[/,$!d; /^# /d' "$net_top/config/parties/prov-intake.toml" | sed '1i id = "prov-intake"'
    printf '\n[identity]\nnames = ["prov-intake"]\n'
  } >"$net/config/parties/prov-intake.toml"
  for party in ssm-halton ssm-peel ssm-toronto; do
    {
      printf 'id = "%s"\n[[receives]]\nkind = "referral"\nform = "ssm/referral@1"\nmapping = "ssm/referral"\n' "$party"
      printf '[[sends]]\nkind = "referral-decision"\nform = "ssm/decision@1"\nmapping = "ssm/decision"\n'
      printf '[identity]\nnames = ["%s"]\n' "$party"
      printf '[delivery]\nparallel = %s\nfirst_retry_ms = 50\nlongest_retry_ms = 500\n[delivery.http]\n' "${net_parallel:-16}"
      if [[ $wire == tls ]]; then
        printf 'url = "https://127.0.0.1:%s/in"\nexpected_name = "localhost"\ncertificate = "%s/tls/gateway.pem"\nkey = "%s/tls/gateway.key"\nauthorities = "%s/tls/ca.pem"\n' \
          "${@:i + 1:1}" "$net" "$net" "$net"
      else
        printf 'url = "http://127.0.0.1:%s/in"\n' "${@:i + 1:1}"
      fi
    } >"$net/config/parties/$party.toml"
    i=$((i + 1))
  done
}

net_sink() {  # WIRE [PORT]: starts a sink of three receivers; sets net_sink_pid and net_sink_ports
  local tls=()
  [[ $1 == tls ]] && tls=(--tls "$net/tls/sink.pem" "$net/tls/sink.key" "$net/tls/ca.pem")
  rm -f "$net/ports"
  "$net_build/portage-sink" --ports "$net/ports" --count 3 --port "${2:-0}" --slow-ms "${net_slow_ms:-0}" "${tls[@]}" \
    --out "$net/got" >"$net/sink.json" &
  net_sink_pid=$!
  net_pids+=("$net_sink_pid")
  until [[ -s $net/ports ]]; do sleep 0.02; done
  mapfile -t net_sink_ports <"$net/ports"
}

net_gateway() {  # [PROGRAM]: starts the gateway and waits until it is ready; sets net_gateway_pid
  "$net_build/${1:-portaged}" --config "$net/config/portage.toml" 2>>"$net/gateway.log" &
  net_gateway_pid=$!
  net_pids+=("$net_gateway_pid")
  net_ready
}

net_ready() {
  local tries=0
  until curl -sf --unix-socket "$net_socket" http://gateway/readyz >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ((tries > 600)) || ! kill -0 "$net_gateway_pid" 2>/dev/null; then
      echo "the gateway does not start:" >&2
      tail -n 20 "$net/gateway.log" >&2
      return 1
    fi
    sleep 0.02
  done
}

net_status() { curl -s --unix-socket "$net_socket" http://gateway/v1/status; }
net_number() { grep -oE "\"$1\":[0-9]+" | head -n 1 | grep -oE '[0-9]+$'; }

net_drained() {  # SECONDS: waits until nothing waits for a receiver
  local until=$((SECONDS + $1)) waiting
  while ((SECONDS < until)); do
    waiting=$(net_status | net_number waiting || echo 1)
    [[ $waiting == 0 ]] && return 0
    sleep 0.1
  done
  return 1
}

# CPU seconds of a process so far, with its threads.
net_cpu() { awk -v hz="$(getconf CLK_TCK)" '{ printf "%.2f", ($14 + $15) / hz }' "/proc/$1/stat"; }
net_peak_mb() { awk '/VmHWM/ { printf "%d", $2 / 1024 }' "/proc/$1/status"; }
