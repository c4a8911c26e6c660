//! A week of little things: Markdown lists in, a status site out.
//!
//! The folders are the stages of one run, in reading order:
//!
//! * [`content`] reads files and returns a [`model::Site`] and the findings on the way. It is the
//!   only code that opens content files. It judges nothing but whether text can be understood.
//! * [`model`] is the nouns. No files, no HTML, no clock.
//! * [`rules`] judges a round at an instant and returns findings. It reads and prints nothing.
//! * [`pages`] turns the model into pages, and puts pages into the output folder, whole or not at
//!   all. It decides nothing about what is right.
//! * [`changes`] says what is different between two readings, in the words of the round. It reads
//!   no file and judges nothing.
//! * [`mail`] compares the content with what people were told, and tells them: a plan, letters,
//!   doors. It decides nothing about what is right.
//! * [`survey`] asks both sides how it was: the form, the answers, and what came of them.
//! * [`store`] is the private database of letters and answers. It knows no round.
//!
//! Anyone may use [`model`], [`finding`], [`words`], [`theme`] and `crew`, which shares work among
//! all processors; `content`, `rules`, `pages` and `changes` never use each other; `mail` uses
//! `store`, and `pages` to know where a page lies and how addresses are hidden; `survey` uses both.
//! Only the binaries see everything, and only they ask for the time.

pub mod changes;
pub mod content;
mod crew;
pub mod finding;
pub mod mail;
pub mod model;
pub mod pages;
pub mod rules;
pub mod store;
pub mod survey;
pub mod theme;
pub mod words;
