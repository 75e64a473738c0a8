#!/usr/bin/env bash
# Builds everything and passes every test: formatting, static analysis, the release build, the
# sanitizer builds, the fuzz targets. Ends with a line per step and PASSED or FAILED.
#
#   packaging/test.sh              everything
#   packaging/test.sh -L upgrade   only these tests (arguments of ctest), in every build that has any
#   packaging/test.sh --only asan  one step: format, release, tidy, asan, tsan or fuzz; then as above
# shellcheck disable=SC2317  # functions are called through `step`
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

all_steps=(format release tidy asan tsan fuzz)
steps=("${all_steps[@]}")
if [[ ${1-} == --only ]]; then
  steps=("${2:?--only needs a step: ${all_steps[*]}}")
  shift 2
elif (($#)); then
  steps=(release asan tsan fuzz)
fi
selection=("$@")
jobs=$(nproc)

outcomes=()
failed=0

# step NAME COMMAND…: runs it, remembers how it went and how long it took.
step() {
  local name=$1 begun=$SECONDS outcome=passed
  shift
  printf '\n── %s\n' "$name"
  "$@" || { outcome=FAILED; failed=1; }
  outcomes+=("$(printf '%-8s %-7s %4d s' "$name" "$outcome" $((SECONDS - begun)))")
}

sources() {
  git ls-files -z -- '*.c' '*.cc' '*.cpp' '*.h' '*.hpp'
}

check_format() {
  sources | xargs -0 --no-run-if-empty clang-format --dry-run --Werror
}

check_tidy() {
  cmake --preset release >/dev/null || return
  cmake --build --preset release --parallel "$jobs" >/dev/null || return
  # The build's own commands, without what only g++ understands.
  local database=build/release/tidy
  mkdir -p "$database"
  sed 's/ -fno-gnu-unique//' build/release/compile_commands.json >"$database/compile_commands.json"
  run-clang-tidy -quiet -p "$database" -j "$jobs" \
    "^$PWD/(core|hosts|plugins|sdk)/.*(?<!_test)\\.cpp\$" >"$database/log.txt" 2>/dev/null
  local code=$?
  grep -E '(warning|error):' "$database/log.txt" | sort -u
  return "$code"
}

# While other steps go on, static analysis takes what they leave of the processors.
begin_tidy() {
  tidy_log=$(mktemp)
  (renice -n 19 "$BASHPID" >/dev/null 2>&1; check_tidy) >"$tidy_log" 2>&1 &
  tidy=$!
}

end_tidy() {
  local code=0
  wait "$tidy" || code=$?
  cat "$tidy_log"
  rm -f "$tidy_log"
  return "$code"
}

# test_preset PRESET CTEST-ARGUMENT…
test_preset() {
  local preset=$1
  shift
  cmake --preset "$preset" || return
  cmake --build --preset "$preset" --parallel "$jobs" || return
  if ctest --preset "$preset" --no-tests=ignore -N "$@" | grep -q '^Total Tests: 0$'; then
    echo "no test of this build is selected"
    return 0
  fi
  ctest --preset "$preset" -j2 --output-on-failure "$@"
}

packaging/install-dependencies.sh || exit 1

for name in "${steps[@]}"; do
  case $name in
    format) step format check_format ;;
    tidy) if ((${#steps[@]} > 1)); then begin_tidy; else step tidy check_tidy; fi ;;
    release | asan | tsan) step "$name" test_preset "$name" "${selection[@]}" ;;
    fuzz) step fuzz test_preset fuzz -L fuzz "${selection[@]}" ;;
    *)
      echo "no such step: $name; there are: ${all_steps[*]}" >&2
      exit 2
      ;;
  esac
done

if [[ -n ${tidy-} ]]; then step tidy end_tidy; fi

printf '\n'
printf '%s\n' "${outcomes[@]}"
if ((failed)); then
  echo "FAILED"
else
  echo "PASSED"
fi
exit "$failed"
