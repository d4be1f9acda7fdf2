//! Ratios to the floor, measured in one run.
