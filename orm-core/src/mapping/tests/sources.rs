//! What a query can read from: aliases, subqueries, common table expressions, values.

use super::*;
