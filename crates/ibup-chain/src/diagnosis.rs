//! Diagnoses: the known causes.
//!
//! Each is a pair of files: `<name>.rs` looks at a port and says whether this is the trouble; `<name>.md` explains it
//! in both languages and holds a sick and a healthy boot, which a test gives to the diagnoser. Adding one means
//! writing the two files and naming them in the list below; `docs/writing-a-diagnosis.md` shows how.

use crate::finding::Finding;
use crate::port::Port;
use crate::recognize::Pattern;
use crate::stage::Stage;

pub mod explanation;

pub use explanation::{Explanation, Language};

/// A known cause.
#[derive(Debug)]
pub struct Diagnosis {
    /// The code: `IB`, two digits for the stage, two for the diagnosis. Never reused.
    pub code: &'static str,
    /// The name of the trouble, in kebab-case; the file's name but for its dashes.
    pub name: &'static str,
    /// How it stands to other findings.
    pub nature: Nature,
    /// Lines that only this diagnosis cares for; each becomes an event `Sign(code)`.
    pub signs: &'static [Pattern],
    /// Looks at a port and says whether this is the trouble.
    pub judge: for<'b> fn(&Port<'b>) -> Option<Finding<'b>>,
    /// The `.md` beside it.
    pub text: &'static str,
}

/// How a diagnosis stands to other findings on the same port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// It explains by itself.
    Root,
    /// It is true and says little: it gives way to any other of its stage.
    Umbrella,
    /// It is what one sees when something else went wrong: it follows from any root up to the network stage, and is
    /// the cause where there is none.
    Symptom,
    /// It is what is left of a boot after any other trouble, of the link as well: somebody waited and gave up. The cause
    /// only where nothing else is known.
    Aftermath,
    /// It looks like trouble and keeps no interface down: always a note, never the cause.
    Harmless,
}

impl Diagnosis {
    /// Returns the stage the diagnosis belongs to.
    pub fn stage(&self) -> Stage {
        // A test holds every code to this form.
        Stage::of_code(self.code).unwrap_or(Stage::Pci)
    }

    /// Returns the explanation in a language.
    pub fn explanation(&self, language: Language) -> Explanation<'static> {
        Explanation::read(self.text, language)
    }

    /// Finds a diagnosis by code or name, in upper or lower case.
    pub fn find(wanted: &str) -> Option<&'static Diagnosis> {
        ALL.iter().copied().find(|diagnosis| {
            diagnosis.code.eq_ignore_ascii_case(wanted) || diagnosis.name.eq_ignore_ascii_case(wanted)
        })
    }
}

/// Declares the modules and the list of all diagnoses.
macro_rules! catalogue {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All diagnoses, by code.
        pub static ALL: &[&Diagnosis] = &[$(&$name::DIAGNOSIS),*];

        /// The names of the files, for the test that compares them.
        #[cfg(test)]
        const FILES: &[&str] = &[$(stringify!($name)),*];
    };
}

catalogue! {
    hca_missing_from_pci,
    pcie_link_training_failed,
    hca_fell_off_the_bus,
    hca_removed_after_probe,
    bar_not_assigned,
    vf_bar_not_assigned,
    pcie_uncorrectable_errors,
    pcie_corrected_errors,
    pcie_link_degraded,
    slot_power_too_small,
    iommu_attach_failed,
    ari_forwarding_off,
    interrupt_allocation_failed,
    hca_bound_to_another_driver,
    pci_enable_failed,
    firmware_never_ready,
    enable_hca_failed,
    firmware_command_timeout,
    firmware_rejects_driver,
    command_interface_mismatch,
    no_memory_for_firmware_pages,
    driver_probe_failed,
    device_health_compromised,
    hca_overheating,
    fatal_sensor,
    firmware_reset_during_boot,
    uar_bar_too_small,
    resource_tables_too_small,
    firmware_too_old,
    card_generation_unsupported,
    kernel_oops_in_rdma_stack,
    devlink_profile_rejected,
    driver_stack_not_started,
    stack_onboot_no,
    stack_config_missing,
    ipoib_load_no,
    ofed_module_missing_for_kernel,
    inbox_module_refused,
    no_module_loaded,
    module_load_failed,
    mixed_inbox_and_ofed_modules,
    wrong_vermagic,
    module_signature_rejected,
    module_blacklisted,
    driver_built_into_kernel,
    stale_module_already_loaded,
    module_options_differ,
    stack_start_aborted_by_stop,
    stack_start_timed_out,
    systemd_ordering_cycle,
    module_load_cut_off_by_switch_root,
    rdma_load_modules_failed,
    ipoib_never_requested,
    ib_device_missing,
    stack_support_file_missing,
    send_queue_size_too_large,
    netdev_allocation_failed,
    netdev_registration_failed,
    port_is_ethernet,
    interface_renamed,
    interface_rename_failed,
    transport_objects_failed,
    pkey_child_creation_failed,
    enhanced_ipoib_unavailable,
    function_type_misread,
    nobody_raised_after_hand_off,
    interface_onboot_no,
    interface_config_missing,
    ipoib_name_taken_for_ethernet,
    interface_manager_ifup_failed,
    pkey_malformed,
    connected_mode_unsupported,
    bond_or_bridge_failed,
    pkey_child_not_matched_by_udev,
    interface_manager_unit_failed,
    network_ran_before_netdev,
    hwaddr_mismatch,
    profile_for_vanished_name,
    type_infiniband_missing,
    nm_controlled_no_without_network_service,
    networkmanager_activation_failed,
    interface_unmanaged,
    network_wait_gave_up,
    ifupdown_failed,
    wicked_rejects_config,
    cloud_init_dropped_interface,
    network_service_failed,
    bond_mode_unsupported,
    cloud_agent_skipped_address,
    cable_unplugged,
    cable_error,
    link_stays_polling,
    port_disabled,
    no_subnet_manager,
    multicast_join_refused,
    pkey_not_in_port_table,
    pkey_changed_at_boot,
    vf_port_down,
    opensm_not_running,
    subnet_manager_too_old,
    transmit_timeout,
    ethernet_link_down,
    mad_agents_failed,
    omni_path_link_not_trained,
    duplicate_ip_address,
    mtu_mismatch,
    child_up_parent_down,
    path_resolution_failed,
    no_dhcp_answer,
    address_never_configured,
}

/// The signs of all diagnoses.
pub(crate) fn signs() -> impl Iterator<Item = &'static Pattern> {
    ALL.iter().flat_map(|diagnosis| diagnosis.signs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_names_its_stage_and_stands_once_in_order() {
        let codes: Vec<_> = ALL.iter().map(|diagnosis| diagnosis.code).collect();
        let mut sorted = codes.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(codes, sorted);
        for code in codes {
            assert!(code.len() == 6 && Stage::of_code(code).is_some(), "{code}");
        }
    }

    #[test]
    fn every_file_bears_the_name_of_its_diagnosis() {
        for (diagnosis, file) in ALL.iter().zip(FILES) {
            assert_eq!(diagnosis.name.replace('-', "_"), *file);
        }
    }

    #[test]
    fn a_diagnosis_is_found_by_code_and_by_name() {
        let find = |wanted| Diagnosis::find(wanted).map(|diagnosis| diagnosis.code);
        assert_eq!(find("ib0301"), Some("IB0301"));
        assert_eq!(find("driver-stack-not-started"), Some("IB0301"));
        assert_eq!(find("IB9999"), None);
    }

    #[test]
    fn every_explanation_has_all_its_parts_in_both_languages() {
        for diagnosis in ALL {
            for language in [Language::English, Language::Chinese] {
                let explanation = diagnosis.explanation(language);
                assert!(!explanation.title.is_empty(), "{} {language:?}: title", diagnosis.code);
                for part in explanation::PARTS {
                    let text = explanation.part(*part).unwrap_or_default();
                    assert!(text.len() > 10, "{} {language:?}: {part:?}", diagnosis.code);
                }
            }
        }
    }

    #[test]
    fn every_explanation_opens_with_its_code_and_name() {
        for diagnosis in ALL {
            let heading = format!("# {} {}: ", diagnosis.code, diagnosis.name);
            assert!(diagnosis.text.starts_with(&heading), "{heading}");
        }
    }
}
