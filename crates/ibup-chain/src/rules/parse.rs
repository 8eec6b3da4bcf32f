//! Rules from a file: read, bounded, and held against their own samples.
//!
//! The file may have come from anywhere. Whatever is wrong with it is told with its line, and then no rule of it is used.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use aho_corasick::AhoCorasick;
use ibup_journal::Entry;
use serde::Deserialize;
use toml::Spanned;

use super::{Rule, Rules};
use crate::diagnosis::Nature;
use crate::recognize::Utterance;
use crate::stage::Stage;
use crate::template::Template;
use crate::verdict::{LocalText, RuleText};

/// The longest file of rules, in bytes.
pub const FILE_LENGTH_MAX: usize = 1 << 20;

/// So many rules are taken.
const RULES_MAX: usize = 1000;

/// The longest pattern, in bytes.
const PATTERN_LENGTH_MAX: usize = 512;

/// So many holes a pattern may have, and so many of them `{any}`: each one more is one more loop over a line.
const HOLES_MAX: usize = 8;
const ANY_HOLES_MAX: usize = 2;

/// The shortest piece of plain text by which a line is taken for one that may match, in bytes.
const KEY_LENGTH_MIN: usize = 4;

/// So many samples, and commands of either kind, a rule may have.
const ITEMS_MAX: usize = 16;

/// The longest text for people, command or sample, in bytes.
const TEXT_LENGTH_MAX: usize = 4096;

/// The longest code and name, in bytes.
const NAME_LENGTH_MAX: usize = 40;

/// What every code begins with; those of ibup's own diagnoses begin with `IB`.
const CODE_PREFIX: &str = "SITE-";

/// What is wrong with a file of rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The line, counted from 1, where it has one.
    pub line: Option<usize>,
    /// What is wrong, in a sentence without its full stop.
    pub message: String,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Written>>,
}

/// A rule as it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    code: Spanned<String>,
    name: Spanned<String>,
    stage: Stage,
    role: Role,
    speaker: Option<Spanned<String>>,
    pattern: Spanned<String>,
    #[serde(default)]
    samples: Vec<Spanned<String>>,
    title: Spanned<String>,
    explanation: Spanned<String>,
    title_zh: Option<Spanned<String>>,
    explanation_zh: Option<Spanned<String>>,
    #[serde(default)]
    check: Vec<Spanned<String>>,
    #[serde(default)]
    remedy: Vec<Spanned<String>>,
}

/// How a rule stands to other findings: see [`Nature`].
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
enum Role {
    Root,
    Umbrella,
    Symptom,
    Harmless,
}

/// What is wrong, and where in the text.
struct Fault {
    at: Range<usize>,
    message: String,
}

type Checked<T> = Result<T, Fault>;

fn fault<T>(at: &Range<usize>, message: impl Into<String>) -> Checked<T> {
    Err(Fault { at: at.clone(), message: message.into() })
}

impl Rules {
    /// Reads a file of rules, and holds every pattern against its samples: each sample must be read by its own rule and by
    /// no other.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > FILE_LENGTH_MAX {
            let message = format!("the file is longer than {FILE_LENGTH_MAX} bytes");
            return Err(Error { line: None, message });
        }
        let file: File = toml::from_str(text).map_err(|error| Error {
            line: error.span().map(|span| line_of(text, span.start)),
            message: error.message().to_owned(),
        })?;
        read(&file)
            .map_err(|fault| Error { line: Some(line_of(text, fault.at.start)), message: fault.message })
    }
}

fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

fn read(file: &File) -> Checked<Rules> {
    if let Some(rule) = file.rule.get(RULES_MAX) {
        return fault(&rule.span(), format!("more than {RULES_MAX} rules"));
    }
    let mut rules = Vec::new();
    let mut taken = BTreeMap::new();
    for (index, written) in file.rule.iter().enumerate() {
        let written = written.get_ref();
        for name in [&written.code, &written.name] {
            if taken.insert(name.get_ref().as_str(), index).is_some() {
                return fault(&name.span(), format!("another rule is called {}", name.get_ref()));
            }
        }
        rules.push(rule(written)?);
    }
    for (index, written) in file.rule.iter().enumerate() {
        check_samples(index, written, &rules)?;
    }
    let keys = AhoCorasick::new(rules.iter().map(|rule| rule.template.key()));
    let keys = if rules.is_empty() { None } else { keys.ok() };
    Ok(Rules { rules: rules.into(), keys })
}

fn rule(written: &Written) -> Checked<Rule> {
    let local = |title: &Spanned<String>, explanation: &Spanned<String>| {
        Ok(LocalText { title: line(title)?, explanation: prose(explanation)? })
    };
    let chinese = match (&written.title_zh, &written.explanation_zh) {
        (Some(title), Some(explanation)) => Some(local(title, explanation)?),
        (None, None) => None,
        (Some(alone), None) | (None, Some(alone)) => {
            return fault(&alone.span(), "title_zh and explanation_zh go together");
        }
    };
    let speaker = written.speaker.as_ref().map(line).transpose()?;
    Ok(Rule {
        code: code(&written.code)?.into(),
        name: name(&written.name)?.into(),
        stage: written.stage,
        nature: match written.role {
            Role::Root => Nature::Root,
            Role::Umbrella => Nature::Umbrella,
            Role::Symptom => Nature::Symptom,
            Role::Harmless => Nature::Harmless,
        },
        speaker: speaker.map(Into::into),
        template: template(&written.pattern)?,
        text: RuleText { en: local(&written.title, &written.explanation)?, zh: chinese },
        check: commands(&written.check)?,
        remedy: commands(&written.remedy)?,
    })
}

fn code(code: &Spanned<String>) -> Checked<&str> {
    let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    let rest = code.get_ref().strip_prefix(CODE_PREFIX).unwrap_or_default();
    let fits = (1..=NAME_LENGTH_MAX).contains(&rest.len()) && rest.bytes().all(is_plain);
    if fits {
        return Ok(code.get_ref());
    }
    fault(&code.span(), format!("a code is {CODE_PREFIX} and capitals, digits or dashes, such as SITE-0001"))
}

fn name(name: &Spanned<String>) -> Checked<&str> {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let fits = (1..=NAME_LENGTH_MAX).contains(&name.get_ref().len()) && name.get_ref().bytes().all(is_plain);
    if fits {
        return Ok(name.get_ref());
    }
    fault(&name.span(), "a name is small letters, digits and dashes, such as site-agent-failed")
}

fn template(pattern: &Spanned<String>) -> Checked<Template> {
    let text = pattern.get_ref();
    if text.len() > PATTERN_LENGTH_MAX {
        return fault(&pattern.span(), format!("the pattern is longer than {PATTERN_LENGTH_MAX} bytes"));
    }
    if text.matches('{').count() > HOLES_MAX {
        return fault(&pattern.span(), format!("the pattern has more than {HOLES_MAX} holes"));
    }
    if text.matches("any}").count() > ANY_HOLES_MAX {
        return fault(
            &pattern.span(),
            format!("the pattern has more than {ANY_HOLES_MAX} holes for anything"),
        );
    }
    let template = match Template::parse(text) {
        Ok(template) => template,
        Err(error) => return fault(&pattern.span(), format!("the pattern cannot be read: {error}")),
    };
    if template.key().len() < KEY_LENGTH_MIN {
        let message =
            format!("the pattern needs a piece of plain text of at least {KEY_LENGTH_MIN} characters");
        return fault(&pattern.span(), message);
    }
    Ok(template)
}

/// Takes a text of one line.
fn line(text: &Spanned<String>) -> Checked<String> {
    let text_ref = prose(text)?;
    if text_ref.contains('\n') { fault(&text.span(), "this may have one line only") } else { Ok(text_ref) }
}

/// Takes a text of any number of lines.
fn prose(text: &Spanned<String>) -> Checked<String> {
    let trimmed = text.get_ref().trim();
    if trimmed.is_empty() {
        return fault(&text.span(), "this may not be empty");
    }
    if trimmed.len() > TEXT_LENGTH_MAX {
        return fault(&text.span(), format!("this is longer than {TEXT_LENGTH_MAX} bytes"));
    }
    if trimmed.chars().any(|c| c.is_control() && c != '\n') {
        return fault(&text.span(), "a control character is in this");
    }
    Ok(trimmed.to_owned())
}

fn commands(written: &[Spanned<String>]) -> Checked<Vec<String>> {
    if let Some(beyond) = written.get(ITEMS_MAX) {
        return fault(&beyond.span(), format!("more than {ITEMS_MAX} of these"));
    }
    written.iter().map(line).collect()
}

/// Holds the samples of a rule against all rules.
fn check_samples(own: usize, written: &Spanned<Written>, rules: &[Rule]) -> Checked<()> {
    let samples = &written.get_ref().samples;
    if samples.is_empty() {
        let at = written.get_ref().pattern.span();
        return fault(&at, "a rule needs at least one sample, `speaker: message`, that its pattern matches");
    }
    if let Some(beyond) = samples.get(ITEMS_MAX) {
        return fault(&beyond.span(), format!("more than {ITEMS_MAX} samples"));
    }
    for sample in samples {
        let text = line(sample)?;
        let Some((identifier, message)) = text.split_once(": ") else {
            return fault(&sample.span(), "a sample names its speaker: `kernel: the line`");
        };
        let entry =
            Entry { identifier: Some(identifier.into()), message: message.into(), ..Entry::default() };
        let utterance = Utterance::of(&entry);
        if rules[own].read(&utterance).is_none() {
            return fault(&sample.span(), format!("the pattern of {} does not match this", rules[own].code));
        }
        let mut others = rules.iter().enumerate().filter(|(index, _)| *index != own);
        if let Some((_, other)) = others.find(|(_, rule)| rule.read(&utterance).is_some()) {
            return fault(&sample.span(), format!("the pattern of {} matches this, too", other.code));
        }
    }
    Ok(())
}
