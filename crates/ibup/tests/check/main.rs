//! Checks as people and monitoring systems ask for them: of a tree of files that stands for a machine.

mod answers;
mod consumers;
mod fix;
mod machine;
mod slurm;
