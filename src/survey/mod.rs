//! Both sides are asked, answer in two minutes, and see what came of it.
//!
//! In reading order: [`secret`] is what makes links unguessable, [`token`] the personal part of a
//! link. [`answers`] is what somebody answered. [`form`] shows the questions and reads what was
//! typed (pure). [`asking`] notes who was asked. [`collect`] is the form on the network: it shows on
//! GET and keeps on POST. [`import`](mod@import) is the other door, answers that came by mail.
//! [`results`] counts, hides small groups and evaluates the rule (pure). [`letters`] is what the
//! store says people were told, [`merge`] lays that over the record that stands, and [`record`]
//! writes it down for the site. [`simulate`] makes answers up for demonstrations.
//!
//! Feedback is confidential, not anonymous: until a round closes its store can say who answered
//! what, so that an answer can be changed, and who is silent, so that only they are reminded. The
//! key that joins the two is destroyed at closing. Nothing here sends mail or reads content files.

pub mod answers;
pub mod asking;
pub mod closing;
pub mod collect;
pub mod form;
pub mod import;
pub mod letters;
pub mod merge;
pub mod record;
pub mod results;
pub mod secret;
pub mod simulate;
pub mod token;

pub use answers::{Answers, Given};
pub use secret::{Secret, SecretError};
pub use token::{Invitee, Invitees, Purpose, Token};
