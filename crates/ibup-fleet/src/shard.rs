//! Shards: who reads what, so that nobody has to hand out the work.
//!
//! Each source belongs to one shard by its name alone, so that all who work on the fleet cut it alike without a word
//! between them, and a source that appears meanwhile moves no other.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One shard of so many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Which one, counted from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
}

/// How a shard is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// This one: `3/8`.
    Shard(Shard),
    /// The one of so many that the scheduler's number means: `/8`.
    Of(u32),
}

/// Why it cannot be told which shard is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShardError {
    /// The text is none.
    Text,
    /// No scheduler gave a number.
    NoNumber,
    /// A variable of the scheduler's holds no number.
    Variable(&'static str),
    /// The scheduler's number is beyond the count.
    Beyond(u32, u32),
}

impl fmt::Display for ShardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text => f.write_str("no shard: give 3/8, or /8 where a scheduler gives the number"),
            Self::NoNumber => f.write_str("no scheduler gave a number: neither Slurm nor Kubernetes"),
            Self::Variable(name) => write!(f, "{name} holds no number"),
            Self::Beyond(index, of) => write!(
                f,
                "the scheduler's number {index} is beyond {of} shards: its tasks are not numbered evenly; give --shard"
            ),
        }
    }
}

impl std::error::Error for ShardError {}

impl Shard {
    /// All there is, in one.
    pub const WHOLE: Shard = Shard { number: 1, of: 1 };

    /// Returns whether a source of this name belongs to this shard.
    pub fn holds(self, source: &str) -> bool {
        // The remainder is below a number of 32 bits.
        self.of <= 1 || hash(source.as_bytes()) % u64::from(self.of) == u64::from(self.number - 1)
    }

    /// Returns the shard that a scheduler means by the environment it gives its tasks; nothing where there is none.
    ///
    /// A task of Slurm's job array (sbatch(1): `SLURM_ARRAY_TASK_ID`, `_MIN`, `_STEP`, `_COUNT`) may itself be a step of
    /// several tasks (srun(1): `SLURM_PROCID`, `SLURM_STEP_NUM_TASKS`): then both are counted. In a batch script
    /// `SLURM_PROCID` is always 0, and means nothing; a step is known by `SLURM_STEP_ID`. A pod of a Kubernetes Indexed
    /// Job has `JOB_COMPLETION_INDEX`, and the count only where the manifest gives it as `JOB_COMPLETIONS`.
    pub fn from_environment(
        wanted: Option<Wanted>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Option<Self>, ShardError> {
        let of = match wanted {
            Some(Wanted::Shard(shard)) => return Ok(Some(shard)),
            Some(Wanted::Of(of)) => Some(of),
            None => None,
        };
        let number = |name: &'static str| {
            let text = variable(name).filter(|text| !text.is_empty());
            text.map(|text| text.parse::<u32>().map_err(|_| ShardError::Variable(name))).transpose()
        };
        let array = match number("SLURM_ARRAY_TASK_ID")? {
            None => None,
            // Tasks that are run again alone are counted as they were at first: from 0.
            Some(id) if of.is_some() => Some((id, None)),
            Some(id) => {
                let from = number("SLURM_ARRAY_TASK_MIN")?.unwrap_or(0);
                let step = number("SLURM_ARRAY_TASK_STEP")?.unwrap_or(1).max(1);
                Some((id.saturating_sub(from) / step, number("SLURM_ARRAY_TASK_COUNT")?))
            }
        };
        let step = match (variable("SLURM_STEP_ID"), number("SLURM_PROCID")?) {
            (Some(_), Some(rank)) => {
                let tasks = number("SLURM_STEP_NUM_TASKS")?;
                Some((rank, tasks.map_or_else(|| number("SLURM_NTASKS"), |tasks| Ok(Some(tasks)))?))
            }
            _ => None,
        };
        let job = number("JOB_COMPLETION_INDEX")?;
        let job = job.map(|index| Ok((index, number("JOB_COMPLETIONS")?))).transpose()?;
        let (index, count) = match (array, step, job) {
            (Some((outer, outers)), Some((inner, inners)), _) => {
                let inners = inners.unwrap_or(1).max(1);
                let of_all = outers.map(|outers| outers.saturating_mul(inners));
                (outer.saturating_mul(inners).saturating_add(inner), of_all)
            }
            (Some(one), None, _) | (None, Some(one), _) | (None, None, Some(one)) => one,
            (None, None, None) if of.is_some() => return Err(ShardError::NoNumber),
            (None, None, None) => return Ok(None),
        };
        let Some(of) = of.or(count) else { return Err(ShardError::Variable("JOB_COMPLETIONS")) };
        if index >= of {
            Err(ShardError::Beyond(index, of))
        } else {
            Ok(Some(Self { number: index + 1, of }))
        }
    }
}

impl FromStr for Wanted {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let (number, of) = text.split_once('/').ok_or(ShardError::Text)?;
        let of = of.parse::<u32>().ok().filter(|of| *of > 0).ok_or(ShardError::Text)?;
        if number.is_empty() {
            return Ok(Self::Of(of));
        }
        let number = number.parse::<u32>().ok().filter(|number| (1..=of).contains(number));
        Ok(Self::Shard(Shard { number: number.ok_or(ShardError::Text)?, of }))
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// Returns a number that bytes are known by, the same on every machine and in every version: FNV-1a of 64 bits, with its
/// bits mixed (the last step of `MurmurHash3`), so that names which differ in their last digit alone are cut evenly.
pub fn hash(bytes: &[u8]) -> u64 {
    Hash::default().with(bytes).value()
}

/// The number that bytes are known by, while they come.
#[derive(Debug, Clone, Copy)]
pub struct Hash(u64);

impl Default for Hash {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hash {
    /// Takes in more bytes.
    #[must_use]
    pub fn with(self, bytes: &[u8]) -> Self {
        let step = |state: u64, byte: &u8| (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        Self(bytes.iter().fold(self.0, step))
    }

    /// Returns the number.
    pub fn value(self) -> u64 {
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        mixed ^ (mixed >> 33)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(wanted: Option<&str>, environment: &[(&str, &str)]) -> Result<Option<String>, ShardError> {
        let wanted = wanted.map(|text| text.parse().unwrap());
        let variable = |name: &str| {
            environment.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        Ok(Shard::from_environment(wanted, variable)?.map(|shard| shard.to_string()))
    }

    fn is(wanted: Option<&str>, environment: &[(&str, &str)], expected: &str) {
        assert_eq!(shard(wanted, environment), Ok(Some(expected.to_owned())), "{environment:?}");
    }

    #[test]
    fn a_scheduler_gives_its_tasks_their_numbers() {
        assert_eq!(shard(None, &[]), Ok(None));
        is(Some("3/8"), &[("SLURM_ARRAY_TASK_ID", "1")], "3/8");
        let array = |id, min, step, count| {
            [
                ("SLURM_ARRAY_TASK_ID", id),
                ("SLURM_ARRAY_TASK_MIN", min),
                ("SLURM_ARRAY_TASK_STEP", step),
                ("SLURM_ARRAY_TASK_COUNT", count),
            ]
        };
        is(None, &array("0", "0", "1", "4"), "1/4");
        is(None, &array("4", "1", "1", "4"), "4/4");
        is(None, &array("9", "1", "4", "3"), "3/3");
        is(None, &[("JOB_COMPLETION_INDEX", "2"), ("JOB_COMPLETIONS", "3")], "3/3");
        is(Some("/5"), &[("JOB_COMPLETION_INDEX", "4")], "5/5");
        is(None, &[("SLURM_STEP_ID", "0"), ("SLURM_PROCID", "5"), ("SLURM_STEP_NUM_TASKS", "8")], "6/8");
        is(None, &[("SLURM_STEP_ID", "0"), ("SLURM_PROCID", "5"), ("SLURM_NTASKS", "8")], "6/8");
    }

    #[test]
    fn a_step_of_an_array_is_counted_by_both_and_a_batch_script_is_no_step() {
        let task = [("SLURM_ARRAY_TASK_ID", "1"), ("SLURM_ARRAY_TASK_COUNT", "2")];
        let batch = [("SLURM_PROCID", "0"), ("SLURM_NTASKS", "4")];
        is(None, &[&task[..], &batch[..]].concat(), "2/2");
        let step = [("SLURM_STEP_ID", "0"), ("SLURM_PROCID", "3"), ("SLURM_STEP_NUM_TASKS", "4")];
        is(None, &[&task[..], &step[..]].concat(), "8/8");
        assert_eq!(shard(None, &batch), Ok(None));
    }

    #[test]
    fn tasks_that_are_run_again_alone_keep_their_numbers() {
        let again =
            [("SLURM_ARRAY_TASK_ID", "3"), ("SLURM_ARRAY_TASK_MIN", "3"), ("SLURM_ARRAY_TASK_COUNT", "1")];
        is(Some("/8"), &again, "4/8");
    }

    #[test]
    fn numbers_that_cannot_be_are_refused() {
        let uneven =
            [("SLURM_ARRAY_TASK_ID", "7"), ("SLURM_ARRAY_TASK_MIN", "1"), ("SLURM_ARRAY_TASK_COUNT", "3")];
        assert_eq!(shard(None, &uneven), Err(ShardError::Beyond(6, 3)));
        assert_eq!(shard(Some("/8"), &[]), Err(ShardError::NoNumber));
        assert_eq!(
            shard(None, &[("JOB_COMPLETION_INDEX", "x")]),
            Err(ShardError::Variable("JOB_COMPLETION_INDEX"))
        );
        for text in ["", "3", "0/8", "9/8", "1/0", "a/b", "/0", "-1/2"] {
            assert_eq!(text.parse::<Wanted>(), Err(ShardError::Text), "{text}");
        }
    }

    #[test]
    fn every_source_is_of_one_shard_and_shards_are_alike() {
        let names: Vec<_> = (0..4000).map(|number| format!("logs/node-{number:05}.log")).collect();
        let sizes =
            (1..=8).map(|number| names.iter().filter(|name| Shard { number, of: 8 }.holds(name)).count());
        let sizes: Vec<_> = sizes.collect();
        assert_eq!(sizes.iter().sum::<usize>(), names.len());
        assert!(sizes.iter().all(|size| (400..600).contains(size)), "{sizes:?}");
    }
}
