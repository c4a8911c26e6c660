//! The private database: which letters there are and how far they got; who was asked and what was
//! answered. Embedded SQLite, or PostgreSQL where several machines share it, with one SQL text for
//! both. It knows nothing of rounds, rules or mail servers; what it keeps it is given as rows.
