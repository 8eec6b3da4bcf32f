//! The driver stack, started and stopped by the real program on trees of plain files that stand for machines.
//!
//! A tree has a modprobe of its own, which writes down what it is asked and changes the tree's `/proc/modules`.

mod crash;
mod machine;
mod start;
mod state;
mod status;
mod stop;
