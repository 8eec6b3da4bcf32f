//! The verdict on boots that are held against a healthy one.

use super::{Diagnoser, judge, time};
use crate::boot::Boot;
use crate::compare::{self, Courses, Row};
use crate::event::Event;
use crate::port::Port;
use crate::rules::Rules;
use crate::verdict::{
    BootVerdict, Comparison, Difference, Moment, PortComparison, PortName, StepComparison, Summary, Verdict,
};

impl Diagnoser {
    /// Returns the verdict on all that was read, with each boot that is not well beside a healthy one of those that the
    /// other has read: the last one of the same host or, if there is none, the last one. If all are well, the last is
    /// compared.
    ///
    /// A boot of the verdict has no comparison where there is no other boot to compare with.
    pub fn verdict_beside(mut self, mut healthy: Diagnoser) -> Verdict {
        self.settle();
        healthy.settle();
        let mut verdict = self.judge_all();
        let candidates = healthy.boots.iter().map(|boot| {
            let is_healthy = healthy.boot_verdict(boot).summary() == Summary::Good;
            (boot, is_healthy)
        });
        let candidates: Vec<_> = candidates.collect();
        let all_well = verdict.summary() == Summary::Good;
        let last = verdict.boots.len().saturating_sub(1);
        for (index, (boot, judged)) in self.boots.iter().zip(&mut verdict.boots).enumerate() {
            let is_wanted = if all_well { index == last } else { judged.summary() != Summary::Good };
            if !is_wanted {
                continue;
            }
            judged.comparison = compare::choose(boot, &candidates).map(|(there, is_healthy)| {
                Both { here: &self, there: &healthy }.comparison(boot, there, is_healthy)
            });
        }
        verdict
    }
}

/// The diagnosers of both boots, each of which knows the names of its sources.
struct Both<'d> {
    here: &'d Diagnoser,
    there: &'d Diagnoser,
}

impl Both<'_> {
    fn comparison(&self, here: &Boot, there: &Boot, healthy: bool) -> Comparison {
        let BootVerdict { host, boot_id, first, sources, coverage, .. } = self.there.boot_verdict(there);
        let pairs = compare::pairs(here, there);
        let ports = pairs.iter().map(|(here, there)| self.port(here.as_ref(), there.as_ref()));
        let ports = ports.collect();
        let blind_spots = coverage.blind_spots;
        Comparison { host, boot_id, first, sources, healthy, blind_spots, ports }
    }

    fn port(&self, here: Option<&Port<'_>>, there: Option<&Port<'_>>) -> PortComparison {
        let name = |port: &Port<'_>, rules: &Rules| PortName {
            interface: port.netdev.as_ref().map(ToString::to_string),
            pci: port.pci.map(|pci| pci.to_string()),
            outcome: judge(port, rules).0,
        };
        let courses = here.zip(there).map(|(here, there)| compare::compare(here, there));
        let boots = here.zip(there).map(|(here, there)| [here.boot, there.boot]);
        let steps = courses
            .iter()
            .zip(boots)
            .flat_map(|(courses, boots)| courses.rows.iter().map(move |row| self.step(row, courses, boots)));
        PortComparison {
            here: here.map(|port| name(port, &self.here.rules)),
            there: there.map(|port| name(port, &self.there.rules)),
            steps: steps.collect(),
            unlisted: courses.as_ref().map_or(0, |courses| courses.unlisted as u64),
        }
    }

    fn step(&self, row: &Row<'_>, courses: &Courses<'_>, [here, there]: [&Boot; 2]) -> StepComparison {
        let moment = |diagnoser: &Diagnoser, boot: &Boot, event: &Event, origin: Option<&Event>| Moment {
            at: time(event.stamp),
            seconds: origin.and_then(|origin| seconds_between(origin, event)),
            evidence: diagnoser.quotation(boot, event),
        };
        let (ours, theirs) = courses.origin.unzip();
        StepComparison {
            step: row.key.step.into(),
            detail: Some(row.key.detail.to_string()).filter(|detail| !detail.is_empty()),
            stage: row.stage,
            here: row.here.map(|event| moment(self.here, here, event, ours)),
            there: row.there.map(|event| moment(self.there, there, event, theirs)),
            differences: row.differences.iter().map(difference).collect(),
        }
    }
}

fn difference(found: &compare::Difference) -> Difference {
    match found {
        compare::Difference::Missing => Difference::Missing,
        compare::Difference::OnlyHere => Difference::OnlyHere,
        compare::Difference::OnlyAfter(key) => Difference::OnlyAfter { step: key.step.into() },
        compare::Difference::Longer { since, here, there } => Difference::Longer {
            since: since.step.into(),
            seconds_here: here.as_secs_f64(),
            seconds_there: there.as_secs_f64(),
        },
    }
}

/// Returns how many seconds lie between two events; less than 0 where the second is the earlier.
fn seconds_between(origin: &Event, event: &Event) -> Option<f64> {
    let after = event.stamp.since(origin.stamp).map(|span| span.as_secs_f64());
    after.or_else(|| origin.stamp.since(event.stamp).map(|span| -span.as_secs_f64()))
}
