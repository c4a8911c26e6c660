//! Views: exactly what a template may see of a page, typed, in the site's words, with no address of
//! anybody. A template never sees the model, so that a theme keeps working when the model changes.

mod archive;
mod calls;
mod capacity;
mod common;
mod findings;
mod frame;
mod home;
mod item;
mod leftovers;
mod list;
mod page;
mod people;
mod results;
mod row;
mod scope;
mod side_by_side;
mod survey;
mod survey_state;
mod verdict;
mod waiting;
mod wall;

pub use archive::ArchiveView;
pub use calls::CallsView;
pub use findings::UnreadView;
pub use frame::{Around, AroundView, Frame, Here, PageView, RoundHead, Whereabouts};
pub use home::{CardView, Counts, HomeView, ProductCard, RoundHome, errors};
pub use item::{ItemPage, Stories};
pub use leftovers::LeftoversView;
pub use list::ListView;
pub use page::{PlainPage, RulesView};
pub use people::PeopleView;
pub use results::ResultsView;
pub use row::{Row, RowView};
pub use scope::{RoundScope, SiteScope};
pub use side_by_side::SideBySide;
pub use survey::SurveyView;
pub use waiting::{Deed, deeds};
pub use wall::WallView;
