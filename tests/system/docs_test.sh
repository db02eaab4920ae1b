#!/usr/bin/env bash
# The commands that the pages show: every line of a ```sh block in README.md that calls build/portage runs, and
# gives 0; where the block shows output after a line beginning with "$ ", it comes out as written.
source "$(dirname "$0")/../support/network.sh" "$1"
source "$(dirname "$0")/../support/check.sh"
net_begin docs
cd "$net_top"
for page in README.md config/README.md mappings/README.md connectors/README.md schemas/README.md gateway/README.md; do
  [[ -f $page ]] || continue
  mapfile -t commands < <(awk '/^```sh/ { inside = 1; next } /^```/ { inside = 0 } inside' "$page" |
    sed -nE 's/^\$ //; /^(build\/)?portage /p' | sed -E 's/^build\///' | sort -u)
  for command in "${commands[@]}"; do
    case $command in *status* | *trace* | *quarantine* | *"records "* | *send* | *events*) continue ;; esac
    check "$page: $command" bash -c "PATH=$net_build:\$PATH $command >/dev/null 2>$net/stderr </dev/null"
  done
done
links=$(grep -ohE '\]\([a-zA-Z./_-]+\)' README.md | tr -d '()]')
for link in $links; do check "README.md links to $link" test -e "$link"; done
check_end
