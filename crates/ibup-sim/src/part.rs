//! The parts of the machine, one file each: what can happen in it now, and what becomes of the world then.

pub mod kernel;
pub mod process;
pub mod systemd;
pub mod udev;
