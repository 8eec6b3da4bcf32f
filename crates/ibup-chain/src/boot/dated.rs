//! Years and zones that one log of a boot tells and another leaves out: `journalctl` writes `Mar 18 10:29:41` where rsyslog
//! writes `2024-03-18T10:29:41.503+08:00`.

use ibup_journal::{Stamp, Wall};

use super::Boot;

impl Boot {
    /// Returns the boot with the year and the zone of another log of the same host, where that one tells a year and this one
    /// does not. Both were written in the zone of the host; the year is the one that brings them closest.
    pub(crate) fn dated_like(&self, other: &Boot) -> Option<Boot> {
        let first = self.first.wall.filter(|wall| !wall.has_year)?;
        let model = other.first.wall.filter(|wall| wall.has_year)?;
        let years = (-1..=1).filter_map(|step| model.civil.year().checked_add(step));
        let closest = years.filter_map(|year| Some((year, moved(first, year - first.civil.year(), model)?)));
        let (year, _) = closest.min_by_key(|(_, wall)| wall.distance(model))?;
        let years = year - first.civil.year();
        let dated =
            |stamp: Stamp| Stamp { wall: stamp.wall.and_then(|wall| moved(wall, years, model)), ..stamp };
        let mut boot = self.clone();
        boot.first = dated(boot.first);
        boot.last = dated(boot.last);
        boot.events.iter_mut().for_each(|event| event.stamp = dated(event.stamp));
        Some(boot)
    }
}

/// Returns a reading so many years later, in the zone of another.
fn moved(wall: Wall, years: i16, model: Wall) -> Option<Wall> {
    let year = wall.civil.year().checked_add(years)?;
    let civil = wall.civil.with().year(year).build().ok()?;
    Some(Wall { civil, offset: model.offset, has_year: true })
}
