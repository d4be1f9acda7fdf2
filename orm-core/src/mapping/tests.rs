//! Queries of models as SQL, and their metadata.
