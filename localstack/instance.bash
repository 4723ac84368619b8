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
# Prints nothing for a process that has ended, even if its parent has not fetched its status.
start_time_of() {
  local line
  if [ -r "/proc/$1/stat" ]; then
    line=$(cat "/proc/$1/stat" 2>/dev/null) || return 0
    # shellcheck disable=SC2086 # the fields after the name
    set -- ${line##*) }
    case "$1" in Z | X) ;; *) printf '%s\n' "${20}" ;; esac
  else
    LC_ALL=C ps -o lstart= -p "$1" 2>/dev/null
  fi
}

# Whether the process with this id and start time lives.
is_alive() { [ -n "$2" ] && kill -0 "$1" 2>/dev/null && [ "$(start_time_of "$1")" = "$2" ]; }

# A pid file has three lines: process id, its start time, port. Sets pid and port if that very
# process lives.
read_live_instance() {
  local started
  pid='' port=''
  [ -f "$1" ] || return 1
  { read -r pid && read -r started && read -r port; } <"$1" || return 1
  case "$pid" in '' | *[!0-9]*) return 1 ;; esac
  is_alive "$pid" "$started"
}
