//! What is to be done beside answering: closing surveys that are over, and the post.

use std::sync::Arc;

use jiff::SignedDuration;
use littlethings::mail::door::Settings as DoorSettings;
use littlethings::store::Store;
use littlethings::survey::closing::seal_what_is_over;

use super::{Latest, asked};
use crate::office::Office;
use crate::screen;
use crate::send::Send;
use crate::signals::Stop;

/// How long letters go out before it is looked again what is due. Longer than a minute, because
/// each run begins with what a pause of half a minute would have saved up.
pub const LONGEST_RUN: SignedDuration = SignedDuration::from_mins(5);

pub struct House {
    pub store: Store,
    pub post: Option<(Send, DoorSettings)>,
    pub stop: Stop,
}

impl House {
    /// Keeps house with each reading of the content, until somebody asks to end. What goes wrong
    /// is told, once, and tried again with the next.
    pub async fn keep(self, mut content: Latest) {
        let mut told = String::new();
        loop {
            let office = content.borrow_and_update().clone();
            let trouble = self.tidy(&office).await;
            if !trouble.is_empty() && trouble != told {
                screen::note(trouble.trim_end());
            }
            told = trouble;
            tokio::select! {
                () = asked(self.stop.clone()) => return,
                changed = content.changed() => if changed.is_err() { return },
            }
        }
    }

    /// Does what is to be done, and says what is wrong with it.
    async fn tidy(&self, office: &Arc<Office>) -> String {
        if office.is_frozen || *self.stop.borrow() {
            return String::new();
        }
        if let Err(error) = seal_what_is_over(&self.store, &office.site, office.now).await {
            return error.to_string();
        }
        let Some((send, door)) = &self.post else { return String::new() };
        match send.send_from(office, &self.store, door, self.stop.clone()).await {
            Ok(outcome) => outcome.trouble(),
            Err(trouble) => format!("no letter was sent: {trouble}"),
        }
    }
}
