//! Texts for both dialects.
