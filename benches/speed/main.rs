//! How fast it is, measured as whole processes on rounds that are made for it.

#![allow(clippy::print_stdout, reason = "the numbers are for whoever runs it")]
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on says so by panicking")]

mod generate;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [make, lists, root] = arguments.as_slice()
        && make == "generate"
    {
        std::fs::create_dir_all(root).unwrap();
        println!("at {}", generate::NOW);
        generate::repository(root.as_ref(), lists.parse().unwrap()).unwrap();
    }
}
