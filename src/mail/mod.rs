//! Who is told what, when and why; the letters that tell it; and the doors they leave by.
//!
//! In reading order: [`notice`] is one fact for one person. [`told`] is what the store says people
//! were told already. [`plan`](mod@plan) compares the content with it and decides who is to hear
//! what (pure); [`merge`] says what a change of the content will bring. [`letter`] puts a draft
//! into the words of the theme, [`message`] into the bytes of a mail, with an entry of [`calendar`]
//! where there is one (pure). [`door`] hands bytes to a mail server, to a local `sendmail` or to a
//! folder, and says at which stage what was answered; [`doctor`] looks whether it would. [`send`] is
//! one run: claim, hand over, write down the answer.
//!
//! Nothing here decides what an item's status is, and nothing but `door` opens a socket.

pub mod calendar;
pub mod doctor;
pub mod door;
pub mod letter;
pub mod merge;
pub mod message;
pub mod notice;
pub mod plan;
pub mod send;
pub mod told;

pub use letter::{Desk, Letter, Links, Unsendable};
pub use message::{Mailbox, Sender};
pub use notice::{Kind, Notice, NoticeKey};
pub use plan::{Draft, Genre, Plan, Withheld, plan};
pub use told::{Told, ToldNotice, ToldState};
