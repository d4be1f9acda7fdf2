//! ON CONFLICT (SQL-05, BLK-05), many rows, and defaults of the program's own.
