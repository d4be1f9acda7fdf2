#!/usr/bin/env bash
# Compares this ORM with others: builds all, fills databases, runs everything in turns, writes docs/peers.md and charts.
# `run.sh --help` is not needed: all options are those of driver/src/main.rs, e.g. `run.sh --only load --rounds 3 --print`.
# PEERS="floor ours diesel" builds and runs only these; PEERS_CPU=none does not pin to a processor;
# PEERS_BUILD=no takes the programs that are there.
set -euo pipefail
cd "$(dirname "$0")"
root="$PWD"
export PEERS_ROOT="$root" CARGO_TARGET_DIR="$root/target" CARGO_TERM_COLOR=never

missing() { echo "$1 is missing (Debian: apt-get install $2)" >&2; exit 1; }
bin="$(dirname "$(command -v initdb || ls -v /usr/lib/postgresql/*/bin/initdb 2>/dev/null | tail -1 || true)")"
[ -x "$bin/initdb" ] || missing initdb postgresql
export PATH="$bin:$PATH"
command -v psql >/dev/null || missing psql postgresql-client
compgen -G '/usr/lib/*/libpq.so' >/dev/null || missing libpq.so libpq-dev

if [ "${PEERS_BUILD:-yes}" != no ]; then
    for peer in ${PEERS:-floor ours diesel seaorm tideorm sqlx toasty}; do
        (cd "$peer" && cargo build --locked --release -j"${JOBS:-2}")
    done
    (cd driver && cargo build --locked --release -j"${JOBS:-2}")
fi
# What an earlier run built and this one does not want takes no part.
without=()
if [ -n "${PEERS:-}" ]; then
    for name in ours ours_plain diesel diesel_async seaorm tideorm sqlx toasty sqlalchemy; do
        case " $PEERS " in *" ${name%_*} "*) ;; *) without+=(--without "$name") ;; esac
    done
fi
# SQLAlchemy is optional: without Python, venv or pip it takes no part, and that is said.
peer="$CARGO_TARGET_DIR/release/peer-sqlalchemy"
rm -f "$peer"
case " ${PEERS:-sqlalchemy} " in *" sqlalchemy "*)
    python="${PYTHON:-python3}"
    has() { "$1" -c 'import sqlalchemy, psycopg; assert sqlalchemy.__version__ >= "2"' 2>/dev/null; }
    if ! has "$python"; then
        venv="$CARGO_TARGET_DIR/python"
        has "$venv/bin/python" || { "$python" -m venv "$venv" && "$venv/bin/pip" install -q -r sqlalchemy/requirements.txt; } >&2 || true
        python="$venv/bin/python"
    fi
    if has "$python"; then
        printf '#!/bin/sh\nexec "%s" "%s/sqlalchemy/peer.py" "$@"\n' "$(command -v "$python")" "$root" >"$peer"
        chmod +x "$peer"
    else
        echo "SQLAlchemy takes no part: no Python with it, and venv or pip did not do (see above)" >&2
    fi ;;
esac

# In memory where there is such a place, so that no disk is measured.
base=/tmp
[ -d /dev/shm ] && [ -w /dev/shm ] && base=/dev/shm
export PEERS_WORK="$(mktemp -d "$base/peers.XXXXXX")"
export PEERS_SOCKET="$PEERS_WORK/pg"
mkdir "$PEERS_SOCKET"
pin=()
if [ "${PEERS_CPU:-0}" != none ] && command -v taskset >/dev/null; then
    pin=(taskset -c "${PEERS_CPU:-0}")
    export PEERS_PINNED="${PEERS_CPU:-0}"
fi

# PostgreSQL does not run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    user=nobody
    id postgres >/dev/null 2>&1 && user=postgres
    chmod 711 "$PEERS_WORK"
    chown "$user" "$PEERS_SOCKET"
    as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi
server=
stop() {
    if [ -n "$server" ]; then kill -INT "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
    rm -rf "$PEERS_WORK"
}
trap stop EXIT
(cd "$PEERS_SOCKET" && "${as[@]}" "$bin/initdb" -D data -U orm --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1) \
    || { cat "$PEERS_SOCKET/log" >&2; exit 1; }
cd "$PEERS_SOCKET"
"${as[@]}" "${pin[@]}" "$bin/postgres" -D data -k "$PEERS_SOCKET" -c listen_addresses= -c max_connections=200 -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 -c autovacuum=off \
    -c shared_buffers=256MB -c jit=off >>log 2>&1 </dev/null &
server=$!
cd "$root"
for _ in $(seq 200); do
    grep -q ready "$PEERS_SOCKET/data/postmaster.pid" 2>/dev/null && break
    sleep 0.05
done

"${pin[@]}" "$CARGO_TARGET_DIR/release/driver" "${without[@]}" "$@"
