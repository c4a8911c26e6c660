//! The name of a plan: whoever looked at one and says its name sends that one and no other.

use crate::mail::{Notice, Plan};

/// Sixteen hexadecimal digits over who is to be told what, and at which address.
pub fn hash(plan: &Plan) -> String {
    let mut hasher = blake3::Hasher::new();
    for draft in &plan.drafts {
        add(&mut hasher, &[draft.genre.word(), &draft.person.id, &draft.person.mail]);
        for Notice { key, said, .. } in &draft.notices {
            add(&mut hasher, &[&key.to_string(), said]);
        }
    }
    hasher.finalize().to_hex()[..16].to_owned()
}

/// With its length before each part, so that no two plans run into the same text.
fn add(hasher: &mut blake3::Hasher, parts: &[&str]) {
    for part in parts {
        hasher.update(&(part.len() as u64).to_be_bytes()).update(part.as_bytes());
    }
}
