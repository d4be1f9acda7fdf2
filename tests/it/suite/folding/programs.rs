//! Programs over such keys.

use orm_core::prelude::*;
