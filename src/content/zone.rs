//! Time zones by their names.

use std::env;
use std::fs;
use std::path::Path;

use jiff::tz::{TimeZone, TimeZoneDatabase};

/// Where systems keep their time zones, a file for each.
const ZONES: &str = "/usr/share/zoneinfo";

/// The time zone of that name, in any case; by the rules of the system, which may be newer than
/// those that came with this program. The library looks at all files of the system first, to learn
/// which zones there are; a name that this program knows tells its file at once.
pub(super) fn by_name(name: &str) -> Option<TimeZone> {
    let ours = TimeZoneDatabase::bundled().get(name).ok();
    let known = ours.as_ref().and_then(TimeZone::iana_name);
    // A zone without a slash may be none of a place, as UTC is; and people may say where zones are.
    let placed = known.filter(|name| name.contains('/') && env::var_os("TZDIR").is_none());
    placed.and_then(of_system).or_else(|| TimeZone::get(name).ok())
}

fn of_system(name: &str) -> Option<TimeZone> {
    let rules = fs::read(Path::new(ZONES).join(name)).ok()?;
    TimeZone::tzif(name, &rules).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_is_known_by_its_name_in_any_case() {
        for (written, name) in [
            ("Europe/Zurich", "Europe/Zurich"),
            ("europe/zurich", "Europe/Zurich"),
            ("America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
            ("UTC", "UTC"),
        ] {
            let zone = by_name(written).unwrap();
            assert_eq!(zone.iana_name(), Some(name));
            assert_eq!(Some(zone), TimeZone::get(written).ok());
        }
        for unknown in ["", "Zurich", "../passwd", "/etc/passwd", "CEST"] {
            assert_eq!(by_name(unknown), None, "{unknown}");
        }
    }
}
