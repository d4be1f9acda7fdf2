//! A throwaway cluster: made and started once per test process, stopped and removed when the process ends.
//!
//! A small shell script owns the server. Its standard input is a pipe from this process; however this process ends,
//! the pipe closes, and the script stops the server and removes its directory.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

const SCRIPT: &str = r#"
bin=$1; dir=$2
cd "$dir" || exit 1
"$bin/initdb" -D data -U orm --auth=trust --encoding=UTF8 --locale=C --no-sync >log 2>&1 || exit 1
"$bin/postgres" -D data -k "$dir" -c listen_addresses= -c max_connections=200 -c fsync=off \
    -c synchronous_commit=off -c full_page_writes=off -c wal_level=minimal -c max_wal_senders=0 \
    -c autovacuum=off >>log 2>&1 </dev/null &
server=$!
read -r _
kill -TERM "$server" # ends it even before it has set its signal handlers,
kill -QUIT "$server" # and this ends it whatever is still connected
wait "$server"
cd /
rm -rf "$dir"
"#;

/// Starts a cluster and gives the URL of its maintenance database; an error says what is missing.
pub(crate) fn start() -> Result<String, String> {
    // Held for the life of the process: its end is what closes the pipe.
    static WATCHDOG: OnceLock<Child> = OnceLock::new();

    let programs = programs().ok_or("its programs (initdb, postgres) are not on this machine")?;
    // Not the general temporary directory: a socket's path has at most 107 bytes, and the server's user must reach it.
    let directory = Path::new("/tmp").join(format!("orm_pg_{}", crate::process_mark()));
    fs::create_dir(&directory)
        .map_err(|error| format!("{} cannot be made: {error}", directory.display()))?;
    let mut command = Command::new("sh");
    command
        .args(["-c", SCRIPT, "sh"])
        .args([&programs, &directory])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0);
    unprivileged(&mut command, &directory)?;
    let mut watchdog = command
        .spawn()
        .map_err(|error| format!("sh cannot be started: {error}"))?;
    await_ready(&mut watchdog, &directory)?;
    let _ = WATCHDOG.set(watchdog);
    let socket = directory.display().to_string().replace('/', "%2F");
    Ok(format!("postgres://orm@{socket}/postgres"))
}

/// The directory of the server's programs: that of PATH, else the newest that Debian's packages have.
fn programs() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect::<Vec<_>>())
        .unwrap_or_default();
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    versions.sort_by_key(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        std::cmp::Reverse(name.parse::<u32>().unwrap_or(0))
    });
    on_path
        .into_iter()
        .chain(versions.into_iter().map(|version| version.join("bin")))
        .find(|bin| bin.join("initdb").is_file() && bin.join("postgres").is_file())
}

/// PostgreSQL refuses to run as root: there, it runs as another user, who then owns the directory.
fn unprivileged(command: &mut Command, directory: &Path) -> Result<(), String> {
    let fault = |error| format!("{} cannot be given away: {error}", directory.display());
    fs::set_permissions(directory, fs::Permissions::from_mode(0o700)).map_err(fault)?;
    // The owner of what this process just made is this process's user.
    if fs::metadata(directory).map_err(fault)?.uid() != 0 {
        return Ok(());
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let (uid, gid) = ["postgres", "nobody"]
        .iter()
        .find_map(|user| ids(&users, user))
        .ok_or("it cannot run as root, and there is no user postgres or nobody")?;
    chown(directory, Some(uid), Some(gid)).map_err(fault)?;
    command.uid(uid).gid(gid);
    Ok(())
}

fn ids(users: &str, user: &str) -> Option<(u32, u32)> {
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next()? != user {
            return None;
        }
        let mut ids = fields.skip(1).map(str::parse);
        Some((ids.next()?.ok()?, ids.next()?.ok()?))
    })
}

/// Waits until the server takes connections, which it writes into its pid file.
fn await_ready(watchdog: &mut Child, directory: &Path) -> Result<(), String> {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(60) {
        let pid_file = fs::read_to_string(directory.join("data/postmaster.pid"));
        if pid_file.is_ok_and(|text| text.lines().nth(7).is_some_and(|s| s.trim() == "ready")) {
            return Ok(());
        }
        if let Ok(Some(_)) = watchdog.try_wait() {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let log = fs::read_to_string(directory.join("log")).unwrap_or_default();
    Err(format!("its server does not start: {}", log.trim()))
}
