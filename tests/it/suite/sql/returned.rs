//! What statements return in a session.
