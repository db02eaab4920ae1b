# Counting checks in shell tests. Source it; end with check_end.
checks_passed=0 checks_failed=0

check() {  # TEXT COMMAND…: the command's exit status decides
  local text=$1
  shift
  if "$@"; then
    checks_passed=$((checks_passed + 1))
    echo "ok    $text"
  else
    checks_failed=$((checks_failed + 1))
    echo "FAIL  $text"
  fi
}
holds() { [[ $1 == *"$2"* ]]; }       # TEXT PART
lacks() { [[ $1 != *"$2"* ]]; }
same() { [[ $1 == "$2" ]] || { echo "      expected: $2"; echo "      got:      $1"; false; }; }

check_end() {
  echo "$checks_passed passed, $checks_failed failed, 0 skipped"
  ((checks_failed == 0))
}
