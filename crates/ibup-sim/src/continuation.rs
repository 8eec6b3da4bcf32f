//! Continuations: where a program stands, without a thread to stand in.
//!
//! A program of the machine is an ordinary function that acts through `Host`. Where it stands is fully told by what it
//! has seen and what came of its actions so far; so it is run again from its beginning, shown the same, until it asks
//! for its next action. That action, and not what the function would do after it, is the answer.
//!
//! What it looked at on the way is noted. Whoever comes to the same point and sees the same of that gets the same
//! answer without the program being run: in an exploration it runs once for everything that it can see, and is asked
//! millions of times.

use std::time::Duration;

use ibup_chain::bringup::{Action, ActionError, LinkChange};
use ibup_chain::host::Host;
use ibup_config::Tree;
use ibup_config::tree::Content;
use rustc_hash::FxHashMap;

use crate::machine::{Machine, Role};
use crate::program;
use crate::sight::Sight;
use crate::world::{MODULES, MachineFact, PortFact};

/// What a program asks for next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// To say something: nobody but the journal hears it.
    Say(Said),
    /// To do something that nothing here hangs on.
    Nothing,
    /// To load modules, by their places, in order.
    Load(Vec<u8>),
    /// To make facts so.
    Make(u128),
    /// To make facts not so.
    Undo(u128),
    /// To raise an interface by its service, under the name that the kernel or udev gave.
    Raise {
        /// The port.
        port: usize,
        /// Whether under udev's name.
        by_final_name: bool,
    },
    /// To raise an interface that no port has.
    RaiseUnknown,
    /// To set the netdev of a port up.
    SetUp(usize),
    /// To set it down.
    SetDown(usize),
    /// To set its transport mode.
    SetMode(usize, bool),
    /// To wait for something.
    Wait,
    /// To end.
    Exit(u8),
}

/// Something said in the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Under which name.
    pub identifier: &'static str,
    /// What.
    pub text: String,
}

/// What came of a deed, and what was seen then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// What came of it.
    pub outcome: Outcome,
    /// What could be seen then.
    pub facts: u128,
}

/// What came of a deed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It was done; something that was waited for may have come.
    Done,
    /// The time that something was waited for is over.
    Late,
    /// There is no netdev of the name.
    NoDevice,
    /// The kernel refuses.
    Refused,
    /// There is no such module.
    NoModule,
}

/// A point at which a program stands.
struct Point {
    role: Role,
    before: Option<u32>,
    answer: Answer,
    deed: Deed,
    branches: Vec<Branch>,
}

/// Where programs go on from a point, by what they see of some facts.
struct Branch {
    outcome: Outcome,
    looked_at: u128,
    next: FxHashMap<u128, u32>,
}

/// All points that programs of one machine were seen at.
#[derive(Default)]
pub struct Programs {
    points: Vec<Point>,
    starts: FxHashMap<Role, Vec<Branch>>,
    ends: FxHashMap<(Role, u8), u32>,
    runs: u64,
}

impl Programs {
    /// Returns what a program asks for at a point.
    pub fn deed(&self, point: u32) -> &Deed {
        &self.points[point as usize].deed
    }

    /// Returns how often a program was really run.
    pub fn runs(&self) -> u64 {
        self.runs
    }

    /// Returns the point at which a program stands when it has begun.
    pub fn begin(&mut self, machine: &Machine, role: Role, facts: u128) -> u32 {
        let known = self.starts.get(&role).and_then(|branches| find(branches, Outcome::Done, facts));
        known.unwrap_or_else(|| self.explore(machine, role, None, Answer { outcome: Outcome::Done, facts }))
    }

    /// Returns the point at which a program stands after what it asked for was done.
    pub fn go_on(&mut self, machine: &Machine, point: u32, answer: Answer) -> u32 {
        let from = &self.points[point as usize];
        let role = from.role;
        let known = find(&from.branches, answer.outcome, answer.facts);
        known.unwrap_or_else(|| self.explore(machine, role, Some(point), answer))
    }

    /// Runs the program up to its next deed, and on as long as what comes of its deeds can be supposed.
    fn explore(&mut self, machine: &Machine, role: Role, before: Option<u32>, answer: Answer) -> u32 {
        self.runs += 1;
        let mut answers = vec![answer];
        let mut earlier = before;
        while let Some(point) = earlier {
            let point = &self.points[point as usize];
            answers.push(point.answer);
            earlier = point.before;
        }
        answers.reverse();
        let mut legs = replay(machine, role, answers).into_iter();
        let first = legs.next().expect("a program asks for something, or ends");
        let next = self.add(role, before, first);
        let mut last = next;
        for leg in legs {
            last = self.add(role, Some(last), leg);
        }
        next
    }

    /// Adds the point at the end of a leg, and the way there.
    fn add(&mut self, role: Role, before: Option<u32>, leg: Leg) -> u32 {
        let Leg { answer, looked_at, deed } = leg;
        let next = self.place(role, before, answer, deed);
        let branches = match before {
            Some(point) => &mut self.points[point as usize].branches,
            None => self.starts.entry(role).or_default(),
        };
        let seen = answer.facts & looked_at;
        let is_same =
            |branch: &&mut Branch| branch.outcome == answer.outcome && branch.looked_at == looked_at;
        if let Some(branch) = branches.iter_mut().find(is_same) {
            branch.next.insert(seen, next);
        } else {
            let next = FxHashMap::from_iter([(seen, next)]);
            branches.push(Branch { outcome: answer.outcome, looked_at, next });
        }
        next
    }

    /// Notes a point. A program that ends goes nowhere from there, so all its ends are one.
    fn place(&mut self, role: Role, before: Option<u32>, answer: Answer, deed: Deed) -> u32 {
        let end = match deed {
            Deed::Exit(status) => Some((role, status)),
            _ => None,
        };
        if let Some(known) = end.and_then(|end| self.ends.get(&end)) {
            return *known;
        }
        let place = u32::try_from(self.points.len()).expect("there are fewer points than a word counts");
        self.points.push(Point { role, before, answer, deed, branches: Vec::new() });
        if let Some(end) = end {
            self.ends.insert(end, place);
        }
        place
    }
}

fn find(branches: &[Branch], outcome: Outcome, facts: u128) -> Option<u32> {
    let fitting = branches.iter().filter(|branch| branch.outcome == outcome);
    fitting.into_iter().find_map(|branch| branch.next.get(&(facts & branch.looked_at)).copied())
}

/// What a program does from one answer to its next deed.
struct Leg {
    answer: Answer,
    looked_at: u128,
    deed: Deed,
}

/// Runs a program, shows it what it was shown before, and returns what it asks for next and what it looked at for that;
/// and the same of the deeds after, as long as what comes of each can be supposed.
///
/// To suppose wrongly costs nothing but the point, which nobody comes to then. To suppose rightly saves a run.
fn replay(machine: &Machine, role: Role, answers: Vec<Answer>) -> Vec<Leg> {
    let blind = machine.variant.blind.filter(|_| matches!(role, Role::Raise(_)));
    let sight = Sight::new(machine, answers[0].facts).blind(blind);
    let (legs, now) = (Vec::new(), Duration::ZERO);
    let mut host = Replay { machine, role, sight, answers, next: 1, now, legs, is_over: false };
    let status = program::run(machine, role, &mut host);
    if !host.is_over {
        host.reach(Deed::Exit(status));
    }
    host.legs
}

/// Supposes what comes of a deed that no other program can come between, and the facts then.
fn suppose(deed: &Deed, facts: u128) -> Option<Answer> {
    let facts = match deed {
        Deed::Say(_) | Deed::Nothing => facts,
        Deed::Make(more) => facts | more,
        Deed::Undo(less) => facts & !less,
        Deed::Load(modules) => {
            modules.iter().fold(facts, |facts, module| facts | MachineFact::Module(*module).bit())
        }
        _ => return None,
    };
    Some(Answer { outcome: Outcome::Done, facts })
}

/// The machine as a program meets it that is run again.
struct Replay<'m> {
    machine: &'m Machine,
    role: Role,
    sight: Sight<'m>,
    /// What came of its deeds: what was seen to, then what is supposed.
    answers: Vec<Answer>,
    next: usize,
    now: Duration,
    /// What it asked for once all answers were given.
    legs: Vec<Leg>,
    /// Whether nothing more can be supposed: what it does then is not looked at.
    is_over: bool,
}

/// As long as a wait lasts that nothing ended: longer than any that is asked for.
const OVERSLEPT: Duration = Duration::from_mins(10);

impl Replay<'_> {
    fn answer(&mut self, deed: impl FnOnce(&Self) -> Deed) -> Option<Outcome> {
        if self.is_over {
            return None;
        }
        if self.next == self.answers.len() {
            let deed = deed(self);
            let supposed = suppose(&deed, self.answers[self.next - 1].facts);
            self.reach(deed);
            let Some(supposed) = supposed else {
                self.is_over = true;
                return None;
            };
            self.answers.push(supposed);
        }
        let answer = self.answers[self.next];
        self.next += 1;
        self.sight.go_on(answer.facts);
        Some(answer.outcome)
    }

    fn reach(&mut self, deed: Deed) {
        let answer = self.answers[self.next - 1];
        self.legs.push(Leg { answer, looked_at: self.sight.looked_at(), deed });
    }
}

impl Tree for Replay<'_> {
    fn read(&self, path: &str) -> Option<Content> {
        self.sight.read(path)
    }

    fn list(&self, directory: &str) -> Vec<String> {
        self.sight.list(directory)
    }
}

impl Host for Replay<'_> {
    fn now(&self) -> Duration {
        self.now
    }

    fn wall_clock(&self) -> i64 {
        self.sight.wall_clock()
    }

    fn wait(&mut self, _at_most: Duration) {
        // What it does once it is over is not looked at, so it had better not wait long either.
        if matches!(self.answer(|_| Deed::Wait), Some(Outcome::Late) | None) {
            self.now += OVERSLEPT;
        }
    }

    fn perform(&mut self, action: &Action) -> Result<(), ActionError> {
        match self.answer(|host| deed(host.machine, host.role, action)) {
            Some(outcome) => result(outcome, self.machine, action),
            None => Ok(()),
        }
    }
}

/// Returns what an action means to the machine.
fn deed(machine: &Machine, role: Role, action: &Action) -> Deed {
    let say = |identifier, text: &str| Deed::Say(Said { identifier, text: text.trim_end().to_owned() });
    match action {
        Action::Log(message) => say(message.tag, &message.text),
        Action::Print(text) => say(program::identifier(machine, role), text),
        Action::LoadModules(modules) => {
            let place = |name: &String| MODULES.iter().position(|known| known == name);
            let places = modules.iter().filter_map(place).filter_map(|place| u8::try_from(place).ok());
            Deed::Load(places.collect())
        }
        Action::WriteState { path, .. } => state(machine, path).map_or(Deed::Nothing, Deed::Make),
        Action::RemoveState { path } => state(machine, path).map_or(Deed::Nothing, Deed::Undo),
        Action::WriteAttribute { path, value } => {
            let mode = path.strip_prefix("/sys/class/net/").and_then(|rest| rest.strip_suffix("/mode"));
            let port = mode.and_then(|name| machine.port_called(name));
            port.map_or(Deed::Nothing, |port| Deed::SetMode(port, value.trim() == "connected"))
        }
        Action::Run { program, arguments } if program == "/sbin/ifup" => {
            let name = arguments.last().map_or("", String::as_str);
            machine.port_called(name).map_or(Deed::RaiseUnknown, |port| Deed::Raise {
                port,
                by_final_name: machine.ports[port].name.as_str() == name,
            })
        }
        Action::Run { program, arguments } if program.ends_with("/nmcli") => {
            let port = arguments.iter().find_map(|name| machine.port_called(name));
            port.map_or(Deed::RaiseUnknown, |port| Deed::Raise { port, by_final_name: true })
        }
        Action::SetLink { netdev, change } => {
            let port = machine.port_called(netdev.as_str());
            match (port, change) {
                (Some(port), LinkChange::Up) => Deed::SetUp(port),
                (Some(port), LinkChange::Down) => Deed::SetDown(port),
                (_, LinkChange::Mtu(_)) | (None, _) => Deed::Nothing,
            }
        }
        Action::Run { .. } | Action::UnloadModule(_) => Deed::Nothing,
    }
}

/// Returns the fact that a state file holds.
fn state(machine: &Machine, path: &str) -> Option<u128> {
    Some(match path.strip_prefix("/run/")? {
        "openibd.bootid" => MachineFact::CalledByBoot.bit(),
        "mlx_os_booting" => MachineFact::Window.bit(),
        "mlx_ifc.manual" => MachineFact::CalledByHand.bit(),
        name => {
            let name = name.strip_prefix("mlx_ifc-")?.strip_suffix(".bootid")?;
            PortFact::Seen.bit(machine.port_called(name)?)
        }
    })
}

/// Returns what a program gets back.
fn result(outcome: Outcome, machine: &Machine, action: &Action) -> Result<(), ActionError> {
    let failed = |text: String| Err(ActionError::Failed { status: Some(1), text });
    let module = match action {
        Action::LoadModules(modules) => modules.iter().find(|name| *name == "ib_ipoib").or(modules.first()),
        _ => None,
    };
    let module = module.map_or("", String::as_str);
    match outcome {
        Outcome::Done | Outcome::Late => Ok(()),
        Outcome::NoDevice => failed(crate::part::process::NO_SUCH_DEVICE.to_owned()),
        Outcome::NoModule => failed(format!(
            "modprobe: FATAL: Module {module} not found in directory /lib/modules/{}",
            machine.scenario.kernel
        )),
        Outcome::Refused if !module.is_empty() => {
            failed(format!("modprobe: ERROR: could not insert '{module}': Invalid argument"))
        }
        Outcome::Refused => match action {
            Action::WriteAttribute { .. } => {
                Err(ActionError::System { errno: 22, text: "Invalid argument".to_owned() })
            }
            _ => failed("RTNETLINK answers: Invalid argument".to_owned()),
        },
    }
}
