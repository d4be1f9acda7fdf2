//! PostgreSQL URLs, in every form that sqlx and libpq read.

use std::fmt;

use super::{configuration, decode, encode, parameters, unknown};
use crate::error::{Error, ErrorKind, Result};

/// The parameters that are handed on, with the other spellings of each.
const PARAMETERS: &[(&str, &[&str])] = &[
    ("sslmode", &["ssl-mode"]),
    ("sslrootcert", &["ssl-root-cert", "ssl-ca"]),
    ("sslcert", &["ssl-cert"]),
    ("sslkey", &["ssl-key"]),
    ("statement-cache-capacity", &[]),
    ("host", &[]),
    ("hostaddr", &[]),
    ("port", &[]),
    ("dbname", &[]),
    ("user", &[]),
    ("password", &[]),
    ("application_name", &[]),
    ("options", &[]),
];

const SSL_MODES: &[&str] = &[
    "disable",
    "allow",
    "prefer",
    "require",
    "verify-ca",
    "verify-full",
];

/// A parsed PostgreSQL URL: parameters only, the parts before the `?` among them.
#[derive(Clone)]
pub(crate) struct PostgresUrl {
    parameters: Vec<(String, String)>,
}

impl PostgresUrl {
    /// Parses what follows `postgres:`.
    pub(super) fn parse(rest: &str) -> Result<Self> {
        let Some(rest) = rest.strip_prefix("//") else {
            return Err(configuration(
                "two slashes follow the scheme: postgres://user:password@host/database",
            ));
        };
        if rest.contains('#') {
            return Err(configuration(
                "the database URL has a #; write %23, also in passwords",
            ));
        }
        let (rest, query) = match rest.split_once('?') {
            Some((rest, query)) => (rest, Some(query)),
            None => (rest, None),
        };
        let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
        let mut url = Self {
            parameters: Vec::new(),
        };
        // A password may hold an @, so the last one separates.
        let address = match authority.rsplit_once('@') {
            Some((user, address)) => {
                let (user, password) = match user.split_once(':') {
                    Some((user, password)) => (user, Some(password)),
                    None => (user, None),
                };
                url.add("user", decode(user)?)?;
                if let Some(password) = password {
                    url.add("password", decode(password)?)?;
                }
                address
            }
            None => authority,
        };
        url.add_address(address)?;
        if database.contains(['/', ':', '@']) {
            return Err(configuration(
                "the name of the database in the URL has a /, : or @, as where a password before it has a /; write %2F, %3A \
                 and %40, also in passwords",
            ));
        }
        url.add("dbname", decode(database)?)?;
        for pair in parameters(query) {
            let (key, value) = pair?;
            let name = known(&key)?;
            url.add(&name, value)?;
        }
        Ok(url)
    }

    fn add_address(&mut self, address: &str) -> Result<()> {
        if address.contains(',') {
            return Err(configuration(
                "the database URL names several hosts; name one (a proxy or DNS chooses among servers)",
            ));
        }
        let (host, port) = match address.rsplit_once(':') {
            // The colons of an IPv6 address stand between brackets.
            Some((host, port)) if !port.contains(']') => (host, port),
            _ => (address, ""),
        };
        let inner = host.strip_prefix('[').and_then(|it| it.strip_suffix(']'));
        let numbers = inner.unwrap_or(host).split('%').next().unwrap_or_default();
        let plain = inner.is_none() && !host.contains(['[', ']', ':']);
        if !(plain || numbers.parse::<std::net::Ipv6Addr>().is_ok()) {
            return Err(configuration(
                "the host of the database URL is none; an IPv6 address stands between brackets, and a : [ or ] in a name or \
                 password is written %3A, %5B or %5D",
            ));
        }
        let host = inner.unwrap_or(host);
        self.add("host", decode(host)?)?;
        self.add("port", port.to_owned())
    }

    /// Adds a parameter; an empty one means the default.
    fn add(&mut self, key: &str, value: String) -> Result<()> {
        if value.is_empty() {
            return Ok(());
        }
        match key {
            "port" if value.parse::<u16>().is_err() => {
                return Err(configuration(
                    "the port of the database URL is not a number up to 65535",
                ));
            }
            "sslmode" if !SSL_MODES.contains(&value.as_str()) => {
                return Err(configuration(format!(
                    "the parameter sslmode is one of {}",
                    SSL_MODES.join(", ")
                )));
            }
            "hostaddr" if value.parse::<std::net::IpAddr>().is_err() => {
                return Err(configuration("the parameter hostaddr is not an IP address"));
            }
            "statement-cache-capacity" if value.parse::<usize>().is_err() => {
                return Err(configuration(
                    "the parameter statement-cache-capacity is not a number",
                ));
            }
            _ => {}
        }
        if key != "options" {
            self.parameters.retain(|(known, _)| known != key);
        }
        self.parameters.push((key.to_owned(), value));
        Ok(())
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.parameters
            .iter()
            .find(|(known, _)| known == key)
            .map(|(_, value)| value.as_str())
    }

    /// The options for sqlx, which adds the `PG*` variables and the password file.
    pub(crate) fn connect_options(&self) -> Result<sqlx::postgres::PgConnectOptions> {
        let mut url = "postgres:///?".to_owned();
        for (key, value) in &self.parameters {
            if key != "statement-cache-capacity" {
                url.push_str(&encode_key(key));
                url.push('=');
                url.push_str(&encode(value));
                url.push('&');
            }
        }
        // The driver's error is not kept: it may repeat a part of the URL.
        url.parse().map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                format!("the database URL {self} is not accepted by the PostgreSQL driver"),
            )
        })
    }
}

/// The main spelling of a parameter.
fn known(key: &str) -> Result<String> {
    if key.starts_with("options[") && key.ends_with(']') {
        return Ok(key.to_owned());
    }
    PARAMETERS
        .iter()
        .find(|(name, aliases)| *name == key || aliases.contains(&key))
        .map(|(name, _)| (*name).to_owned())
        .ok_or_else(|| {
            let names: Vec<&str> = PARAMETERS.iter().map(|(name, _)| *name).collect();
            unknown(&names.join(", "))
        })
}

/// As [`encode`], but for the characters of our own keys.
fn encode_key(key: &str) -> String {
    match key.strip_prefix("options[") {
        Some(name) => format!("options[{}]", encode(name.trim_end_matches(']'))),
        None => key.to_owned(),
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("postgres://")?;
        // Neither is repeated: what stands before the host may be a secret that the program takes for a name.
        if self.get("user").or(self.get("password")).is_some() {
            f.write_str("***@")?;
        }
        f.write_str(self.get("host").unwrap_or_default())?;
        if let Some(port) = self.get("port") {
            write!(f, ":{port}")?;
        }
        write!(f, "/{}", self.get("dbname").unwrap_or_default())
    }
}
