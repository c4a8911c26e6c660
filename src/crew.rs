//! Work on numbered things, shared by all processors.

use std::convert::Infallible;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{OnceLock, mpsc};
use std::thread;

/// With fewer things than these, calling for help takes longer than doing them.
const WORTH_SHARING: usize = 48;
/// How many things are handed over at once, because to wake somebody for each takes as long as
/// making it; and how many such loads may wait: what is not taken lies in memory.
const LOAD: usize = 64;
const LOADS: usize = 4;

/// How many processors there are. To ask the system takes reading several files, so once is enough.
pub fn hands() -> usize {
    static HANDS: OnceLock<usize> = OnceLock::new();
    *HANDS.get_or_init(|| thread::available_parallelism().map_or(1, usize::from))
}

/// Makes things on all processors, beginning in this order, and takes them here in whatever order
/// they come. Of several errors the one that comes first in `order` is told.
pub fn each<T: Send, E: Send>(
    order: &[usize],
    make: impl Fn(usize) -> Result<T, E> + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    if order.len() < WORTH_SHARING {
        return order.iter().try_for_each(|number| take(*number, make(*number)?));
    }
    shared(order, make, take)
}

/// Makes that many things, on all processors where there are many, and gives them in order.
pub fn all<T: Send>(count: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let order: Vec<usize> = (0..count).collect();
    let mut all: Vec<Option<T>> = (0..count).map(|_| None).collect();
    let make = |number| Ok::<T, Infallible>(make(number));
    let Ok(()) = each(&order, make, |number, thing| {
        all[number] = Some(thing);
        Ok(())
    });
    all.into_iter().flatten().collect()
}

/// [`each`] of things that are worth sharing however few they are.
pub fn shared<T: Send, E: Send>(
    order: &[usize],
    make: impl Fn(usize) -> Result<T, E> + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    let helpers = hands();
    if helpers == 1 {
        return order.iter().try_for_each(|number| take(*number, make(*number)?));
    }
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, ready) = mpsc::sync_channel(LOADS);
    thread::scope(|scope| {
        for _ in 0..helpers {
            let (sender, make, next, stop) = (sender.clone(), &make, &next, &stop);
            scope.spawn(move || {
                let mut load = Vec::new();
                while !stop.load(Ordering::Relaxed) {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(number) = order.get(at) else { break };
                    let made = make(*number);
                    // What went wrong is told at once, so that nobody goes on.
                    let full = made.is_err() || load.len() + 1 == LOAD;
                    load.push((at, made));
                    if full && sender.send(std::mem::take(&mut load)).is_err() {
                        return;
                    }
                }
                // Nobody listens any more only where something went wrong.
                let _ = sender.send(load);
            });
        }
        drop(sender);
        let mut first: Option<(usize, E)> = None;
        for (at, made) in ready.into_iter().flatten() {
            let done = match made {
                Ok(thing) if first.is_none() => take(order[at], thing),
                Ok(_) => Ok(()),
                Err(error) => Err(error),
            };
            if let Err(error) = done
                && first.as_ref().is_none_or(|(earlier, _)| at < *earlier)
            {
                stop.store(true, Ordering::Relaxed);
                first = Some((at, error));
            }
        }
        first.map_or(Ok(()), |(_, error)| Err(error))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_thing_is_made_and_taken_once() {
        let order: Vec<usize> = (0..500).rev().collect();
        let mut taken = Vec::new();
        let make = |number: usize| Ok::<usize, ()>(number * 2);
        let done = each(&order, make, |number, thing| {
            assert_eq!(thing, number * 2);
            taken.push(number);
            Ok(())
        });
        assert_eq!(done, Ok(()));
        taken.sort_unstable();
        assert_eq!(taken, (0..500).collect::<Vec<_>>());
    }

    #[test]
    fn all_are_given_in_order() {
        for count in [0, 1, 500] {
            assert_eq!(
                all(count, |number| number * 2),
                (0..count).map(|n| n * 2).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn the_first_error_is_told() {
        let order: Vec<usize> = (0..500).collect();
        let make = |number: usize| if number % 100 == 77 { Err(number) } else { Ok(()) };
        for _ in 0..20 {
            assert_eq!(each(&order, make, |_, ()| Ok(())), Err(77));
        }
    }
}
