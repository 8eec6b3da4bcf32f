//! `ibup wait`: until an interface is up, or has come so far.

use std::time::Duration;

use ibup_chain::check::{self, Level};
use ibup_config::Configuration;
use ibup_report::Words;

use super::interface;
use crate::cli::{Cli, Until, Wait};
use crate::error::Exit;

/// Waits, and says how far the interface came where that is not far enough.
pub fn run(cli: &Cli, options: &Wait) -> anyhow::Result<Exit> {
    let mut host = interface::machine(&options.machine.root);
    let configuration = Configuration::read(&host, &interface::paths());
    let timeout = Duration::from_secs(options.timeout);
    let until = options.until.map(level);
    let (present, is_there) = check::wait(&mut host, &configuration, &options.netdev, until, timeout);
    if is_there {
        return Ok(Exit::Good);
    }
    let words = Words::new(cli.language());
    let interface = options.netdev.to_string();
    let state = words.get(&format!("now-{}", present.state().name()));
    let values = [("interface", &*interface), ("span", &words.span(timeout)), ("state", &state)];
    crate::report(&anyhow::Error::msg(words.with("wait-over", &values)));
    Ok(Exit::Bad)
}

fn level(until: Until) -> Level {
    match until {
        Until::Netdev => Level::Netdev,
        Until::Up => Level::Up,
        Until::Active => Level::Active,
        Until::Addressed => Level::Addressed,
    }
}
