#!/usr/bin/env bash
# The demonstration plays to its end in both languages, stays up with --keep, and names nobody.
source "$(dirname "$0")/../support/check.sh"
cd "$(dirname "$0")/../.." || exit 1
build=$1
here=$(mktemp -d)
demo=
stop_demo() { [[ -z $demo ]] || { kill -INT "$demo" 2>/dev/null; wait "$demo"; demo=; }; }
trap 'stop_demo; rm -rf "$here"' EXIT

timeout 90 "$build/portage-demo" --build "$build" --folder "$here/en" >"$here/en.out" 2>&1
check "in English: exit 0" same $? 0
check "the sum holds" grep -q 'the sum holds$' "$here/en.out"
check "everything that was to happen came" test "$(grep -c '^  yes ' "$here/en.out")" = 18
check "nothing is missing" test "$(grep -cE '^  NO ' "$here/en.out")" = 0
check "both ends agree" test "$(grep -c 'seen at the other end' "$here/en.out")" = 5
left=0
for process in /proc/[0-9]*/cmdline; do
  words=$({ tr "\0" " " <"$process"; } 2>/dev/null)
  [[ $words != *"$here/en/"* ]] || left=$((left + 1))
done
check "no process stays behind" same "$left" 0

# Nobody's name, birth date or telephone: not on the screen, not in the gateway's log.
for value in Tremblay Okafor Sukarno Lindqvist Żurek Peña Stone Dhaliwal Mensah Thériault Beauséjour \
             555-01 +1905555 @example.org 1990-02-11 11/02/1990 'Sample Street'; do
  check "the screen does not show $value" lacks "$(cat "$here/en.out")" "$value"
  check "the logs do not hold $value" lacks "$(cat "$here"/en/log/*.log)" "$value"
done

PORTAGE_LANG=fr "$build/portage-demo" --build "$build" --folder "$here/fr" --keep >"$here/fr.out" 2>&1 &
demo=$!
for ((i = 0; i < 450; ++i)); do
  grep -q "jusqu'à Ctrl-C" "$here/fr.out" && break
  sleep 0.2
done
check "in French: the sum holds" grep -q 'le compte est bon$' "$here/fr.out"
check "in French: everything came" test "$(grep -c '^  oui ' "$here/fr.out")" = 18
check "in French: no English line of traffic" test "$(grep -cE ' (accepted|delivered|refused) ' "$here/fr.out")" = 0
tried=0
while read -r -a command; do
  "${command[@]}" >"$here/next" 2>&1
  check "try next works: ${command[*]:1:6}" same $? 0
  tried=$((tried + 1))
done < <(grep "^    $build/portage " "$here/fr.out")
check "there are commands to try" test "$tried" -ge 5
"$build/portage-demo" --build "$build" --folder "$here/fr" >"$here/second.out" 2>&1
check "a second one in the same folder is refused" same $? 3
check "and the first goes on" test -S "$here/fr/run/admin.sock"
[[ -z $demo ]] || { kill -INT "$demo"; wait "$demo"; code=$?; demo=; }
check "Ctrl-C ends it in order" same "$code" 0

mkdir "$here/mine" && touch "$here/mine/precious"
"$build/portage-demo" --build "$build" --folder "$here/mine" >"$here/mine.out" 2>&1
check "a folder of somebody's is refused" same $? 3
check "and left as it was" test -f "$here/mine/precious"
check_end
