//! Why a module was not loaded: modprobe's words, understood.
//!
//! modprobe says `could not insert 'X':` and then what the kernel's error number means in general (kmod,
//! tools/modprobe.c and strerror(3)); what it means for modules is known here (kernel/module/main.c).

/// Why a module was not loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The module, where the words name one.
    pub module: Option<String>,
    /// Why.
    pub reason: Reason,
    /// The diagnosis it amounts to.
    pub code: &'static str,
}

/// The reasons there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It is not installed for the running kernel.
    Missing,
    /// It was built for another kernel.
    WrongKernel,
    /// It wants symbols that the loaded modules do not have, or have in another version.
    UnknownSymbol,
    /// Its signature is not accepted.
    SignatureRejected,
    /// The configuration of modprobe forbids it.
    Blacklisted,
    /// It is in use.
    Busy,
    /// Something else.
    Other,
}

impl Reason {
    /// Returns the code of the diagnosis it amounts to.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "IB0305",
            Self::WrongKernel => "IB0310",
            Self::UnknownSymbol => "IB0309",
            Self::SignatureRejected => "IB0311",
            Self::Blacklisted => "IB0312",
            Self::Busy | Self::Other => "IB0308",
        }
    }

    /// Returns the reason in words that follow a module's name.
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "is not installed for the running kernel",
            Self::WrongKernel => "was built for another kernel",
            Self::UnknownSymbol => "does not fit the modules that are loaded",
            Self::SignatureRejected => "has no signature that this kernel accepts",
            Self::Blacklisted => "is kept out by a file of modprobe.d",
            Self::Busy => "is in use",
            Self::Other => "was refused by the kernel",
        }
    }
}

/// What marks a reason in modprobe's words; the first that is found counts.
const MARKS: &[(&str, Reason)] = &[
    (" not found in directory ", Reason::Missing),
    ("Required key not available", Reason::SignatureRejected),
    ("Key was rejected by service", Reason::SignatureRejected),
    ("Key has been revoked", Reason::SignatureRejected),
    ("Key has expired", Reason::SignatureRejected),
    // The kernel locked down by Secure Boot refuses what is not signed in these words.
    ("Operation not permitted", Reason::SignatureRejected),
    ("Exec format error", Reason::WrongKernel),
    ("version magic", Reason::WrongKernel),
    ("Unknown symbol in module", Reason::UnknownSymbol),
    // check_version() in kernel/module/version.c: the symbol is there, of another build.
    ("Invalid argument", Reason::UnknownSymbol),
    ("disagrees about version of symbol", Reason::UnknownSymbol),
    ("Error running install command", Reason::Blacklisted),
    ("Device or resource busy", Reason::Busy),
    (" is in use", Reason::Busy),
    ("Resource temporarily unavailable", Reason::Busy),
];

/// Explains the first trouble that modprobe speaks of.
pub fn explain(text: &str) -> Explanation {
    let other = || Explanation { module: None, reason: Reason::Other, code: Reason::Other.code() };
    explain_all(text).into_iter().next().unwrap_or_else(other)
}

/// Explains all troubles that modprobe speaks of, one a line, in order; a module is explained once.
pub fn explain_all(text: &str) -> Vec<Explanation> {
    let mut found: Vec<Explanation> = Vec::new();
    for explanation in text.lines().filter_map(explain_line) {
        let known = |known: &Explanation| known.module.is_some() && known.module == explanation.module;
        if !found.iter().any(known) {
            found.push(explanation);
        }
    }
    found
}

fn explain_line(line: &str) -> Option<Explanation> {
    let marked = MARKS.iter().find(|(mark, _)| line.contains(mark)).map(|(_, reason)| *reason);
    let module = module_named(line);
    if marked.is_none() && (module.is_none() || !line.contains("ERROR") && !line.contains("FATAL")) {
        return None;
    }
    let reason = marked.unwrap_or(Reason::Other);
    Some(Explanation { module, reason, code: reason.code() })
}

/// Returns the module that a line names: in quotes, or behind the word.
fn module_named(line: &str) -> Option<String> {
    let quoted = line.split_once(" insert '").and_then(|(_, rest)| rest.split_once('\''));
    let quoted = quoted.or_else(|| line.split_once("for module ").map(|(_, rest)| (rest, "")));
    let behind = quoted.or_else(|| line.split_once("Module ").map(|(_, rest)| (rest, "")));
    let name = behind?.0.split([' ', ':', ',']).next()?;
    (!name.is_empty()).then(|| name.replace('-', "_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLES: &[(&str, Option<&str>, Reason, &str)] = &[
        (
            "modprobe: FATAL: Module ib_ipoib not found in directory /lib/modules/5.14.0",
            Some("ib_ipoib"),
            Reason::Missing,
            "IB0305",
        ),
        (
            "modprobe: WARNING: Module ib-umad not found in directory /lib/modules/5.14.0",
            Some("ib_umad"),
            Reason::Missing,
            "IB0305",
        ),
        (
            "modprobe: ERROR: could not insert 'mlx5_core': Required key not available",
            Some("mlx5_core"),
            Reason::SignatureRejected,
            "IB0311",
        ),
        (
            "modprobe: ERROR: could not insert 'mlx5_core': Key was rejected by service",
            Some("mlx5_core"),
            Reason::SignatureRejected,
            "IB0311",
        ),
        (
            "modprobe: ERROR: could not insert 'ib_core': Operation not permitted",
            Some("ib_core"),
            Reason::SignatureRejected,
            "IB0311",
        ),
        (
            "modprobe: ERROR: could not insert 'ib_core': Exec format error",
            Some("ib_core"),
            Reason::WrongKernel,
            "IB0310",
        ),
        (
            "modprobe: ERROR: could not insert 'ib_ipoib': Unknown symbol in module, or unknown parameter (see dmesg)",
            Some("ib_ipoib"),
            Reason::UnknownSymbol,
            "IB0309",
        ),
        (
            "modprobe: ERROR: could not insert 'ib_ipoib': Invalid argument",
            Some("ib_ipoib"),
            Reason::UnknownSymbol,
            "IB0309",
        ),
        (
            "modprobe: ERROR: ../libkmod/libkmod-module.c:1047 command_do() Error running install command '/bin/false' for module ib_ipoib: retcode 1",
            Some("ib_ipoib"),
            Reason::Blacklisted,
            "IB0312",
        ),
        (
            "modprobe: ERROR: could not insert 'mlx5_core': No such device",
            Some("mlx5_core"),
            Reason::Other,
            "IB0308",
        ),
        ("modprobe: FATAL: Module ib_core is in use.", Some("ib_core"), Reason::Busy, "IB0308"),
        ("bash: modprobe: command not found", None, Reason::Other, "IB0308"),
        ("", None, Reason::Other, "IB0308"),
    ];

    #[test]
    fn every_sample_has_its_reason() {
        for (text, module, reason, code) in SAMPLES {
            let expected = Explanation { module: module.map(str::to_owned), reason: *reason, code };
            assert_eq!(explain(text), expected, "{text}");
        }
    }

    #[test]
    fn one_module_is_explained_once_by_its_first_words() {
        let text = "modprobe: ERROR: Error running install command '/bin/false' for module ib_umad: retcode 1\n\
                    modprobe: ERROR: could not insert 'ib_umad': Invalid argument\n\
                    modprobe: WARNING: Module rdma_ucm not found in directory /lib/modules/6.1\n";
        let reasons: Vec<Reason> = explain_all(text).iter().map(|explanation| explanation.reason).collect();
        assert_eq!(reasons, [Reason::Blacklisted, Reason::Missing]);
    }
}
