//! Tells the boots of a source apart.
//!
//! Where entries carry a boot id, that decides. Where they do not, a boot begins at a line that journalctl prints
//! between boots, at the kernel's banner, where the time since boot falls back, or where the kernel enumerates a PCI
//! function once more. Another host is another boot in any case, and the hosts may be interleaved line
//! by line.
//!
//! A machine does not know its name from the start: the lines before that say `localhost`, or have no host at all, as
//! those of dmesg. They belong to the host that is named next, and a boot gets its name when that comes. A wall clock
//! that is set back begins no boot: many a clock runs in local time until somebody says so.

mod hosts;
mod signs;

use std::collections::HashMap;

use crate::entry::{BootId, Entry, Marker};
use hosts::Hosts;
pub use hosts::is_same as is_same_host;
use signs::Signs;

/// How many boots are told apart; all later ones are taken for the last. Memory stays bounded so.
const BOOTS_MAX: usize = 1 << 20;

/// How many PCI functions are remembered in all.
const FUNCTIONS_MAX: usize = 1 << 20;

/// A boot among those of one source, counted from 0 in the order of first sight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BootIndex(pub usize);

/// Tells the boots of a source apart.
#[derive(Debug, Default)]
pub struct Splitter {
    boots: Vec<Boot>,
    by_id: HashMap<BootId, usize>,
    hosts: Hosts,
    /// What is known of the boot that each host is in.
    tracks: Vec<Option<Track>>,
    /// The boot that no host has claimed yet.
    unclaimed: Option<Track>,
    /// Whose entry came last.
    last: Owner,
    /// How many PCI functions all tracks hold.
    functions: usize,
}

/// A boot.
#[derive(Debug, Default)]
struct Boot {
    host: Option<usize>,
    id: Option<BootId>,
    has_beginning: bool,
    /// Whether a line said `localhost`, or the like.
    is_local: bool,
}

/// The boot that a host is in.
#[derive(Debug, Default)]
struct Track {
    boot: usize,
    signs: Signs,
}

/// Whose an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Owner {
    #[default]
    Nobody,
    Unclaimed,
    Host(usize),
}

impl Splitter {
    /// Starts before the first entry of a source.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns the boot that the entry belongs to. Equal indices are the same boot of the same host.
    ///
    /// Entries are placed in the order in which they are read.
    pub fn place(&mut self, entry: &Entry<'_>) -> BootIndex {
        let owner = self.owner(entry);
        let track = self.take(owner);
        let boot = self.boot(track.as_ref(), entry, owner == self.last);
        let (owner, mut track) = match track {
            Some(track) if track.boot == boot => (owner, track),
            before => self.turn(owner, before, boot, entry),
        };
        let is_banner = signs::is_banner(entry);
        self.boots[boot].has_beginning |= is_banner;
        self.boots[boot].is_local |= entry.host.as_deref().is_some_and(|name| name.starts_with("localhost"));
        let has_room = self.functions < FUNCTIONS_MAX;
        self.functions += usize::from(track.signs.note(entry, is_banner, has_room));
        self.put(owner, Some(track));
        self.last = owner;
        BootIndex(boot)
    }

    /// Returns how many boots were met so far.
    pub fn count(&self) -> usize {
        self.boots.len()
    }

    /// Returns the best name known of the boot's host.
    pub fn host(&self, boot: BootIndex) -> Option<&str> {
        let boot = self.boots.get(boot.0)?;
        boot.host.map(|host| self.hosts.name(host)).or(boot.is_local.then_some("localhost"))
    }

    /// Returns the boot's id, where the source tells it.
    pub fn boot_id(&self, boot: BootIndex) -> Option<BootId> {
        self.boots.get(boot.0)?.id
    }

    /// Tells whether the kernel's banner was seen, the first line of a boot.
    pub fn has_beginning(&self, boot: BootIndex) -> bool {
        self.boots.get(boot.0).is_some_and(|boot| boot.has_beginning)
    }

    /// Returns whose the entry is. A host that is named claims the boot that waits for a name.
    fn owner(&mut self, entry: &Entry<'_>) -> Owner {
        let Some(name) = entry.host.as_deref() else {
            return self.last;
        };
        if hosts::is_provisional(name) {
            return if self.unclaimed.is_some() { Owner::Unclaimed } else { self.last };
        }
        let host = self.hosts.find(name);
        let owner = Owner::Host(host);
        if self.may_claim(host, entry)
            && let Some(track) = self.unclaimed.take()
        {
            self.boots[track.boot].host = Some(host);
            self.put(owner, Some(track));
            if self.last == Owner::Unclaimed {
                self.last = owner;
            }
        }
        owner
    }

    /// Tells whether the boot that waits for a name may be the one in which the host says the entry.
    fn may_claim(&self, host: usize, entry: &Entry<'_>) -> bool {
        let Some(unclaimed) = &self.unclaimed else {
            return false;
        };
        let id = self.boots[unclaimed.boot].id;
        if id.is_some() && entry.boot_id.is_some() && id != entry.boot_id {
            return false;
        }
        // A host that has been up for long and goes on speaking has not just booted.
        let track = self.tracks.get(host).and_then(Option::as_ref);
        let goes_on = track.is_some_and(|track| !track.signs.falls_back(entry));
        !(goes_on && unclaimed.signs.is_far_behind(entry))
    }

    /// Returns the boot of the entry, given the one that its owner is in.
    fn boot(&mut self, track: Option<&Track>, entry: &Entry<'_>, follows: bool) -> usize {
        let Some(track) = track else {
            let id = entry.boot_id.or(match entry.marker {
                Some(Marker::Boot(id)) => Some(id),
                _ => None,
            });
            return self.boot_of_id(id);
        };
        if entry.boot_id.is_some() {
            return self.boot_of_id(entry.boot_id);
        }
        match entry.marker {
            // Between two hosts the line is there for the change of host.
            Some(Marker::Boot(id)) => {
                if !follows && self.boots[track.boot].id.is_none() && !self.by_id.contains_key(&id) {
                    self.boots[track.boot].id = Some(id);
                    self.by_id.insert(id, track.boot);
                }
                self.boot_of_id(Some(id))
            }
            Some(Marker::Reboot) if follows => self.boot_of_id(None),
            _ if track.signs.begins_anew(entry) => self.boot_of_id(None),
            _ => track.boot,
        }
    }

    /// Returns the boot of the given id, or a new one.
    fn boot_of_id(&mut self, id: Option<BootId>) -> usize {
        if let Some(&boot) = id.and_then(|id| self.by_id.get(&id)) {
            return boot;
        }
        if self.boots.len() < BOOTS_MAX {
            let boot = self.boots.len();
            self.boots.push(Boot { id, ..Boot::default() });
            if let Some(id) = id {
                self.by_id.insert(id, boot);
            }
        }
        self.boots.len() - 1
    }

    /// Starts to follow another boot than the owner was in, and returns whose that is.
    fn turn(
        &mut self,
        owner: Owner,
        before: Option<Track>,
        boot: usize,
        entry: &Entry<'_>,
    ) -> (Owner, Track) {
        let is_named = entry.host.as_deref().is_some_and(|name| !hosts::is_provisional(name));
        let new_owner = match (owner, self.boots[boot].host) {
            (Owner::Host(host), _) if is_named => {
                self.boots[boot].host.get_or_insert(host);
                owner
            }
            (_, Some(host)) => Owner::Host(host),
            _ => Owner::Unclaimed,
        };
        // Whoever was silent before the new boot may go on speaking in its own.
        self.put(owner, before);
        let gone = self.take(new_owner);
        self.release(gone.as_ref());
        let is_anchored = self.boots[boot].id.is_some();
        (new_owner, Track { boot, signs: Signs::new(is_anchored) })
    }

    fn take(&mut self, owner: Owner) -> Option<Track> {
        match owner {
            Owner::Nobody => None,
            Owner::Unclaimed => self.unclaimed.take(),
            Owner::Host(host) => self.tracks.get_mut(host)?.take(),
        }
    }

    fn put(&mut self, owner: Owner, track: Option<Track>) {
        let before = match owner {
            Owner::Nobody => None,
            Owner::Unclaimed => std::mem::replace(&mut self.unclaimed, track),
            Owner::Host(host) => {
                if self.tracks.len() <= host {
                    self.tracks.resize_with(host + 1, || None);
                }
                std::mem::replace(&mut self.tracks[host], track)
            }
        };
        self.release(before.as_ref());
    }

    fn release(&mut self, track: Option<&Track>) {
        self.functions -= track.map_or(0, |track| track.signs.functions());
    }
}
