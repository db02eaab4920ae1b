#!/usr/bin/env bash
# Each fuzz target for so many seconds, with the sanitizers on: fuzz.sh [SECONDS [TARGET…]]. New inputs go to
# build-asan/corpus; what is worth keeping is copied to tests/fuzz/corpus by hand.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
(($#)) && shift
targets=("$@")
if ((${#targets[@]} == 0)); then
  for source in tests/fuzz/*.cc; do
    name=$(basename "$source" .cc)
    [[ $name == replay ]] || targets+=("$name")
  done
fi
cmake -G Ninja -S . -B build-asan -DCMAKE_CXX_COMPILER=clang++-16 -DCMAKE_CXX_COMPILER_LAUNCHER=ccache \
  -DPORTAGE_SANITIZE=ON -DPORTAGE_PURE_ONLY=ON -DCMAKE_BUILD_TYPE=Debug >/dev/null
ninja -C build-asan "${targets[@]/#/fuzz_}" | tail -n 1
passed=0 failed=0
for name in "${targets[@]}"; do
  mkdir -p "build-asan/corpus/$name" "build-asan/crashes"
  log=build-asan/corpus/$name.log
  if UBSAN_OPTIONS=print_stacktrace=1 "build-asan/tests/fuzz_$name" -max_total_time="$seconds" -timeout=10 \
    -rss_limit_mb=2048 -max_len=16384 -print_final_stats=1 -artifact_prefix="build-asan/crashes/$name-" \
    "build-asan/corpus/$name" "tests/fuzz/corpus/$name" >"$log" 2>&1; then
    passed=$((passed + 1))
    runs=$(grep -oE 'number_of_executed_units: [0-9]+' "$log" | grep -oE '[0-9]+$' || echo '?')
    peak=$(grep -oE 'peak_rss_mb: +[0-9]+' "$log" | grep -oE '[0-9]+$' || echo '?')
    printf '  %-12s ok      %12s runs, %s MB\n' "$name" "$runs" "$peak"
  else
    failed=$((failed + 1))
    printf '  %-12s FAILED  (%s)\n' "$name" "$log"
    grep -E 'ERROR|SUMMARY|runtime error|Test unit written' "$log" | head -n 5 | sed 's/^/      /'
  fi
done
echo "$passed passed, $failed failed"
((failed == 0))
