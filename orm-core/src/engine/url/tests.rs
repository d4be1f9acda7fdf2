//! Every accepted form, every refusal, and no password anywhere.

use sqlx::ConnectOptions;

use super::*;

#[track_caller]
fn refused(url: &str, part: &str) {
    let error = DatabaseUrl::parse(url).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(error.message().contains(part), "{error}");
    assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
}

#[track_caller]
fn shown(url: &str, text: &str) {
    let url = DatabaseUrl::parse(url).unwrap();
    assert_eq!(url.to_string(), text);
    assert_eq!(format!("{url:?}"), text);
}

#[test]
fn sqlite_forms() {
    shown("sqlite::memory:", "sqlite::memory:");
    shown("sqlite://:memory:", "sqlite::memory:");
    shown("sqlite://?mode=memory", "sqlite::memory:");
    shown("sqlite:f.db", "sqlite://f.db?mode=rw");
    shown(
        "sqlite://f.db?mode=rwc&cache=private",
        "sqlite://f.db?mode=rwc",
    );
    shown(
        "sqlite:///a%20b.db?mode=ro&immutable=1&vfs=unix",
        "sqlite:///a b.db?mode=ro",
    );
    refused("sqlite://", "names no file");
    refused("sqlite:f.db?mode=x", "ro, rw, rwc, memory");
    refused("sqlite:f.db?cache=x", "shared or private");
    refused("sqlite:f.db?mod=rwc", "unknown parameter \"mod\"");
    refused("sqlite::memory:?mode=rwc", "leave the parameter mode out");
    refused("sqlite+aiosqlite:///f.db", "write sqlite: alone");
}

#[test]
fn postgres_forms() {
    shown("postgres://", "postgres:///");
    shown(
        "postgresql://ada:s3cret@db:5433/books",
        "postgres://ada:***@db:5433/books",
    );
    shown(
        "postgres://ada@x:s3cret@db/books",
        "postgres://ada@x:***@db/books",
    );
    shown("postgres://[::1]:5432/books", "postgres://::1:5432/books");
    shown("postgres://%2Fvar%2Frun/books", "postgres:///var/run/books");
    shown(
        "postgres:///?host=/run&port=1&user=ada&password=s3cret&dbname=books",
        "postgres://ada:***@/run:1/books",
    );
    for parameter in [
        "sslmode=require",
        "ssl-mode=verify-full",
        "sslrootcert=a",
        "ssl-ca=a",
        "sslcert=a",
        "sslkey=a",
        "statement-cache-capacity=5",
        "hostaddr=127.0.0.1",
        "application_name=x",
        "options=-c%20geqo%3Doff",
        "options[search_path]=a",
    ] {
        DatabaseUrl::parse(&format!("postgres://h/d?{parameter}")).unwrap();
    }
    refused(
        "postgresql+asyncpg://ada:s3cret@db/books",
        "write postgres: alone",
    );
    refused(
        "postgres://ada:s3cret@db/books?sslmod=x",
        "unknown parameter \"sslmod\"",
    );
    refused(
        "postgres://ada:s3cret@db/books?sslmode=s3cret",
        "sslmode is one of",
    );
    refused("postgres://ada:s3cret@db:port/books", "port");
    refused("postgres://ada:s3cret%@db/books", "%25");
    refused("postgres://ada:s3c#s3cret@db/books", "%23");
    refused("postgres://ada:s3cret@a,b/books", "several hosts");
    refused("mysql://ada:s3cret@a/books", "scheme mysql");
    refused("ada:s3cret@a/books", "scheme ada");
    refused("books", "has no scheme");
}

#[test]
fn driver_options() {
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse(
        "postgres://a%40b:p%2B%25w@db.example:5433/my%20books?application_name=x+y&options[geqo]=off",
    )
    .unwrap() else {
        panic!("not PostgreSQL");
    };
    let options = url.connect_options().unwrap();
    assert_eq!(options.get_host(), "db.example");
    assert_eq!(options.get_port(), 5433);
    assert_eq!(options.get_username(), "a@b");
    assert_eq!(options.get_database(), Some("my books"));
    assert_eq!(options.get_application_name(), Some("x y"));
    assert_eq!(options.get_options(), Some("-c geqo=off"));
    assert!(options.to_url_lossy().as_str().contains("p%2B%25w"));
    let DatabaseUrl::Postgres(url) = DatabaseUrl::parse("postgres://%2Frun%2Fpg/d").unwrap() else {
        panic!("not PostgreSQL");
    };
    let options = url.connect_options().unwrap();
    assert_eq!(options.get_socket().unwrap().to_str(), Some("/run/pg"));
}
