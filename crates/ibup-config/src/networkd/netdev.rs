//! `.netdev` files of `Kind=ipoib`: children that systemd-networkd creates.

use super::unit_file::UnitFile;
use crate::fields::boolean;
use crate::interface::TransportMode;
use crate::name::NetdevName;
use crate::pkey::{Pkey, PkeyError};
use crate::place::Place;
use crate::warning::{Warning, WarningKind};

/// A `.netdev` file that describes a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IpoibNetdev {
    /// The file.
    pub file: String,
    /// `[NetDev] Name`: any name, it need not be made of parent and `P_Key`.
    pub name: NetdevName,
    /// `[IPoIB] PartitionKey`; `None` where it is unset, which gives a second netdev of the parent's partition.
    pub pkey: Option<Result<Pkey, PkeyError>>,
    /// `[IPoIB] Mode`.
    pub mode: Option<TransportMode>,
    /// `[IPoIB] IgnoreUserspaceMulticastGroup`.
    pub umcast: Option<bool>,
    /// `[NetDev] MTUBytes`.
    pub mtu: Option<u32>,
    /// Where it is written.
    pub place: Place,
}

/// Reads a `.netdev` file; `None` for one of another kind.
pub(super) fn read(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Option<IpoibNetdev> {
    unit.last("NetDev", "Kind").filter(|setting| setting.value == "ipoib")?;
    let place =
        unit.last("NetDev", "Name").map_or_else(|| Place::whole(&unit.file), |setting| setting.place.clone());
    if unit.last("NetDev", "Name").is_none() {
        let kind = WarningKind::Missing { what: "[NetDev] Name".to_owned() };
        warnings.push(Warning { place: place.clone(), kind });
    }
    Some(IpoibNetdev {
        file: unit.file.clone(),
        name: unit.parsed(("NetDev", "Name"), "the name of a netdev", warnings, |text| text.parse().ok())?,
        pkey: pkey(unit, warnings),
        mode: unit.parsed(("IPoIB", "Mode"), "datagram or connected", warnings, |text| text.parse().ok()),
        umcast: unit.parsed(("IPoIB", "IgnoreUserspaceMulticastGroup"), "yes or no", warnings, boolean),
        mtu: unit.parsed(("NetDev", "MTUBytes"), "a number of bytes", warnings, |text| text.parse().ok()),
        place,
    })
}

fn pkey(unit: &UnitFile, warnings: &mut Vec<Warning>) -> Option<Result<Pkey, PkeyError>> {
    let setting = unit.last("IPoIB", "PartitionKey")?;
    let pkey = Pkey::from_number(&setting.value);
    let kind = match &pkey {
        Err(reason) => WarningKind::UnusablePkey { reason: reason.clone() },
        Ok(pkey) if setting.value.len() == 4 && !setting.value.starts_with("0x") => {
            WarningKind::DecimalPkey { digits: setting.value.clone(), pkey: *pkey }
        }
        Ok(_) => return Some(pkey),
    };
    warnings.push(Warning { place: setting.place.clone(), kind });
    Some(pkey)
}
