# Shared by start and stop, which source it: where an instance's files are, and whether it is alive.

cache_root="${XDG_CACHE_HOME:-$HOME/.cache}/checkpoint-manager"

# What happened, why, what to do.
fail() {
  printf '%s: %s: %s. %s.\n' "localstack/${0##*/}" "$1" "$2" "$3" >&2
  exit 1
}

say() { printf '%s\n' "$*" >&2; }

default_pid_file() { printf '%s/run/localstack-%s.pid' "$cache_root" "$1"; }

# When the process was started: with its id, it names one process even after ids are used again.
start_time_of() {
  if [ -r "/proc/$1/stat" ]; then
    sed 's/.*) //' "/proc/$1/stat" | cut -d ' ' -f 20
  else
    LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null
  fi
}

# A pid file has three lines: process id, its start time, port. Sets pid and port if that very
# process lives.
read_live_instance() {
  local started
  pid='' port=''
  [ -f "$1" ] || return 1
  { read -r pid && read -r started && read -r port; } <"$1" || return 1
  case "$pid" in '' | *[!0-9]*) return 1 ;; esac
  kill -0 "$pid" 2>/dev/null && [ "$(start_time_of "$pid")" = "$started" ]
}
