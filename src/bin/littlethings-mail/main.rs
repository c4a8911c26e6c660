//! `littlethings-mail`: tells owners what happens to their items, and asks both sides how it was.

fn main() {}
