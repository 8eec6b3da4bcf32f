//! `ibup fleet` as people run it: alone, on Slurm, and by tools that run a command on many nodes.

mod fan_out;
mod logs;
mod map;
mod program;
mod reduce;
mod slurm;
mod tables;
