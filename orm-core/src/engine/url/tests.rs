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
    refused("sqlite:f.db?mod=rwc", "unknown parameter; known are mode");
    refused("sqlite::memory:?mode=rwc", "leave the parameter mode out");
    refused("sqlite+aiosqlite:///f.db", "write sqlite: alone");
}

#[test]
fn postgres_forms() {
    shown("postgres://", "postgres:///");
    shown(
        "postgresql://ada:s3cret@db:5433/books",
        "postgres://***@db:5433/books",
    );
    shown(
        "postgres://ada@x:s3cret@db/books",
        "postgres://***@db/books",
    );
    shown("postgres://[::1]:5432/books", "postgres://::1:5432/books");
    shown("postgres://%2Fvar%2Frun/books", "postgres:///var/run/books");
    shown(
        "postgres:///?host=/run&port=1&user=ada&password=s3cret&dbname=books",
        "postgres://***@/run:1/books",
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
        "unknown parameter; known are sslmode",
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
    refused("ada:s3cret@a/books", "no scheme that is known");
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

/// However wrong the URL is, and wherever the password came to stand in it: what is printed does not have it.
#[test]
fn no_form_prints_a_secret() {
    let schemes = [
        "postgres:",
        "postgresql:",
        "postgres+x:",
        "sqlite:",
        "mysql:",
        "jdbc:postgres:",
        "",
        "x:",
        "s3cret:",
        "s3cret+x:",
        "postgres+s3cret:",
    ];
    let slashes = ["//", "", "/", "///", "////", "//["];
    let users = [
        "u:s3cret@",
        ":s3cret@",
        "s3cret@",
        "u:s3cret%@",
        "u:a@s3cret:b@",
        "u:5/s3cret@",
        "u:5?s3cret@",
        "u:5#s3cret@",
        "u:s3cret]@",
        "u:[s3cret@",
        "u:5/s3cret:x@",
        "u@s3cret:x@",
        "u:5?s3cret=1&x@",
        "u:5?a&s3cret@",
        "u:s3cret,x@",
        "",
    ];
    let rests = [
        "h/d",
        "h:5432/d",
        "h",
        "",
        "h:s3cret/d",
        "h/d?s3cret=1",
        "h/d?s3cret",
        "h/d?password=s3cret",
        "h/d?PASSWORD=s3cret",
        "h/d?sslmode=s3cret",
        "h/d?port=s3cret",
        "h/d?hostaddr=s3cret",
        "h/d?mode=s3cret",
        "h/d?x%3Ds3cret",
        "h/d?%=s3cret",
        "[::1]:5/d",
        "a,b/d",
        "h/d?user=u&password=s3cret",
        "h/d#s3cret",
        ":memory:?s3cret=1",
    ];
    let mut tried = 0;
    for scheme in schemes {
        for slash in slashes {
            for user in users {
                for rest in rests {
                    let url = format!("{scheme}{slash}{user}{rest}");
                    let told = match DatabaseUrl::parse(&url) {
                        Ok(DatabaseUrl::Postgres(parsed)) => {
                            let driver = parsed.connect_options();
                            let error = driver
                                .as_ref()
                                .err()
                                .map(|error| format!("{error} {error:?}"));
                            let names =
                                (parsed.get("host"), parsed.get("dbname"), parsed.get("port"));
                            format!("{parsed} {error:?} {names:?}")
                        }
                        // A file is called what it is called.
                        Ok(DatabaseUrl::Sqlite(_)) if !user.contains(':') => String::new(),
                        Ok(parsed) => format!("{parsed} {parsed:?}"),
                        Err(error) => format!("{error} {error:?}"),
                    };
                    assert!(!told.contains("s3cret"), "{url} tells {told}");
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 20_000);
}
