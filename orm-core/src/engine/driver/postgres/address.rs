//! Network and hardware addresses: read as the server writes them as text.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The text of a network or hardware address; none of another type.
pub(super) fn read(oid: u32, bytes: &[u8]) -> Option<String> {
    match (oid, bytes) {
        // inet and cidr: the family, the bits that count, whether it is a cidr, and the address by its length
        (650 | 869, [_, bits, is_cidr, _, address @ ..]) => {
            let (text, all) = match address.len() {
                4 => (
                    Ipv4Addr::from(<[u8; 4]>::try_from(address).ok()?).to_string(),
                    32,
                ),
                16 => (
                    Ipv6Addr::from(<[u8; 16]>::try_from(address).ok()?).to_string(),
                    128,
                ),
                _ => return None,
            };
            Some(match *bits == all && *is_cidr == 0 {
                true => text,
                false => format!("{text}/{bits}"),
            })
        }
        // macaddr, macaddr8
        (774 | 829, _) => {
            let parts: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            Some(parts.join(":"))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_the_server_writes_them() {
        assert_eq!(read(869, &[2, 32, 0, 4, 10, 0, 0, 1]).unwrap(), "10.0.0.1");
        assert_eq!(read(869, &[2, 8, 0, 4, 10, 0, 0, 1]).unwrap(), "10.0.0.1/8");
        assert_eq!(
            read(650, &[2, 32, 1, 4, 10, 0, 0, 1]).unwrap(),
            "10.0.0.1/32"
        );
        let mut six = vec![3, 128, 0, 16];
        six.extend([0; 15]);
        six.push(1);
        assert_eq!(read(869, &six).unwrap(), "::1");
        assert_eq!(
            read(829, &[8, 0, 0x2b, 1, 2, 3]).unwrap(),
            "08:00:2b:01:02:03"
        );
        assert!(read(869, &[2, 32, 0, 4, 10]).is_none());
        assert!(read(25, b"a").is_none());
    }
}
