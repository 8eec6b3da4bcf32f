//! `PKEY=yes`, `PKEY_ID` and `PHYSDEV`: an `ifcfg` file that states its partition.

use crate::fields::Fields;
use crate::interface::{Child, InterfaceKind};
use crate::name::NetdevName;
use crate::pkey::{Pkey, PkeyError};
use crate::place::Place;
use crate::warning::WarningKind;

/// Takes what makes the interface a child: what the file states, else its name.
pub(super) fn take(
    fields: &mut Fields,
    device: Option<&NetdevName>,
    kind: Option<InterfaceKind>,
) -> Option<Child> {
    let place = fields.place("PKEY");
    if fields.switch("PKEY") == Some(true) {
        let place = place?;
        let child = stated(fields, &place)?;
        if let (Some(device), Some(actual)) = (device, child.kernel_name())
            && *device != actual
        {
            let (written, actual) = (device.to_string(), actual.to_string());
            fields.warn(&place, WarningKind::ChildName { written, actual });
        }
        return Some(child);
    }
    let may_be_named = kind.is_none_or(|kind| kind == InterfaceKind::Infiniband);
    Child::from_name(device.filter(|_| may_be_named)?)
}

fn stated(fields: &mut Fields, place: &Place) -> Option<Child> {
    let parent = fields.parsed("PHYSDEV", "the name of the parent");
    // `PKEY_ID` gets the membership bit by itself; `PKEY_ID_NM` says the P_Key as it is.
    let plain = pkey(fields, "PKEY_ID").map(|pkey| pkey.map(Pkey::full));
    let exact = pkey(fields, "PKEY_ID_NM");
    for (missing, name) in [(parent.is_none(), "PHYSDEV"), (plain.is_none() && exact.is_none(), "PKEY_ID")] {
        if missing {
            fields.warn(place, WarningKind::Missing { what: name.to_owned() });
        }
    }
    Some(Child::stated(Some(parent?), plain.or(exact)?))
}

fn pkey(fields: &mut Fields, name: &str) -> Option<Result<Pkey, PkeyError>> {
    let (text, place) = fields.text(name)?;
    let pkey = Pkey::from_number(&text);
    match &pkey {
        // Four digits without 0x are nearly always meant as hexadecimal.
        Ok(pkey) if text.trim().len() == 4 && !text.trim().starts_with("0x") => {
            fields.warn(&place, WarningKind::DecimalPkey { digits: text, pkey: pkey.full() });
        }
        Err(reason) => fields.warn(&place, WarningKind::UnusablePkey { reason: reason.clone() }),
        Ok(_) => {}
    }
    Some(pkey)
}
