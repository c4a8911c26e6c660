//! The nouns: what a site, a round, a list, an item are. No files, no HTML, no clock of its own;
//! the present instant is always an argument. The listing of this folder is the glossary.

pub mod decision;
pub mod effort;
pub mod guess;
pub mod history;
pub mod item;
pub mod key;
pub mod list;
pub mod person;
pub mod phase;
pub mod prose;
pub mod record;
pub mod r#ref;
pub mod round;
pub mod site;
pub mod status;
pub mod survey;
pub mod when;

pub use decision::{Decision, Outcome};
pub use effort::{Effort, Estimate};
pub use guess::{Guess, Guesses};
pub use history::{Change, Commit, Frozen, History, HistoryGap};
pub use item::{Item, Kind, Next, NextStep, Reason};
pub use key::Key;
pub use list::{Agreed, Agreement, List, ListFile};
pub use person::{Days, Mention, People, Person, Reading, Side};
pub use phase::Phase;
pub use prose::{Definition, Link, Prose, Target};
pub use record::{Comment, Counted, Record, RuleOutcome, SideCount, SurveyRecord, Told};
pub use r#ref::{Ref, Taken};
pub use round::{Capacity, Dates, DecisionRule, Limits, Page, Product, Round, StrayList};
pub use site::{MailSettings, Settings, Site, UnreadRound};
pub use status::Status;
pub use survey::{Answer, Audience, Question, Survey};
pub use when::{ClockTrouble, When, Zone};
