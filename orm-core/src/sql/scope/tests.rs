//! Names that mean nothing where they stand.
