//! Configuring an interface: transport mode, MTU, packet steering. Whether it is up is nobody's business here, except
//! that a link which has to go down for a change comes up again.

pub mod connected_mode;
pub mod packet_steering;
