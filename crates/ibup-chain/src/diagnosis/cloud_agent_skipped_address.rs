//! IB0614: the agent of the cloud, which gives the interface its address, did not.

use super::{Diagnosis, Nature};
use crate::event::EventKind;
use crate::finding::{Confidence, Finding, interface};
use crate::port::Port;
use crate::recognize::{Pattern, Speaker};

const CODE: &str = "IB0614";

pub(super) static DIAGNOSIS: Diagnosis = Diagnosis {
    code: CODE,
    name: "cloud-agent-skipped-address",
    nature: Nature::Root,
    signs: SIGNS,
    judge,
    text: include_str!("cloud_agent_skipped_address.md"),
};

static SIGNS: &[Pattern] = &[
    Pattern {
        speaker: Speaker::Anyone,
        says: "Error setting up rdma device: {why=any}",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/daemon/main.py, daemon",
        samples: &["python3: 2024-01-18T06:33:19.000495Z ERROR Daemon Daemon Error setting up rdma device: [ProtocolError] Error fetching goal state"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: driver module is not loaded; reboot required",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/centos.py, install_driver",
        samples: &["waagent: INFO RDMA: driver module is not loaded; reboot required"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: device processing failed: {why=any}",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, process",
        samples: &["python3: ERROR Daemon Daemon RDMA: device processing failed: ib is not available"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: failed to set all IP over IB addresses",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, provision_sriov_multiple_ib",
        samples: &["python3: ERROR Daemon Daemon RDMA: failed to set all IP over IB addresses"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: failed to set IP address {address=word} on device {netdev}",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, update_iboip_interfaces",
        samples: &["python3: ERROR Daemon Daemon RDMA: failed to set IP address 172.16.1.9 on device ib0"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: missing IP address",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, provision_sriov_rdma",
        samples: &["python3: INFO Daemon Daemon RDMA: missing IP address"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Could not find rdmaIPv4Address attribute",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, setup_rdma_device",
        samples: &["python3: ERROR Daemon Daemon Could not find rdmaIPv4Address attribute on Instance element of SharedConfig.xml document"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "Could not find rdmaMacAddress attribute",
        means: |_| EventKind::sign(CODE, ""),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, setup_rdma_device",
        samples: &["python3: ERROR Daemon Daemon Could not find rdmaMacAddress attribute on Instance element of SharedConfig.xml document"],
    },
    Pattern {
        speaker: Speaker::Anyone,
        says: "RDMA: set address {address=word} to device {netdev}",
        means: |_| Some(EventKind::AddressAssigned),
        source: "WALinuxAgent, azurelinuxagent/pa/rdma/rdma.py, update_iboip_interfaces",
        samples: &["python3: INFO Daemon Daemon RDMA: set address 172.16.1.9 to device ib0"],
    },
];

fn judge<'b>(port: &Port<'b>) -> Option<Finding<'b>> {
    port.agent_failed()?;
    let name = interface(port);
    let finding = Finding::new(Confidence::Certain)
        .shown_by(port.signs(CODE))
        .check("grep -n -i rdma /var/log/waagent.log")
        .check("grep -n RDMA /etc/waagent.conf")
        .check(format!("ip address show {name}"))
        .remedy("systemctl restart walinuxagent || systemctl restart waagent");
    Some(finding)
}
