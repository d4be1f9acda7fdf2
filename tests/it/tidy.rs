//! Holds the code to the rules that ARCHITECTURE.md states.
