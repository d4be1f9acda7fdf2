//! Empty: the package is its benches. `cargo bench -p orm-benches` prints the ratios to the floor.
