//! The interface manager on machines made of plain files: what it says, runs and writes, and how it ends.
//!
//! Every case is run twice: by the program under the name of the script it replaces, and in this process on the same
//! host, where every action is seen. Attributes that refuse to be written to exist in this process only: what a root
//! may not write to is not the same on every machine that runs these tests.

mod boot;
mod case;
mod children;
mod connected_mode;
mod converge;
mod device;
mod kind;
mod machine;
mod owners;
mod refusing;
