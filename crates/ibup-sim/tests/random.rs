//! A thousand random machines, each booted once.

/// Seeds that found something once. Each is held for ever, with what it found.
const REGRESSIONS: &[(u64, &str)] = &[];

#[test]
fn a_thousand_random_machines_end_as_they_must_and_are_told_as_they_end() {
    let regressions = REGRESSIONS.iter().map(|(seed, _)| *seed);
    let failures: Vec<String> =
        (0..1000).chain(regressions).filter_map(|seed| ibup_sim::random::check(seed).err()).collect();
    assert!(failures.is_empty(), "{} fail:\n{}", failures.len(), failures.join("\n"));
}
