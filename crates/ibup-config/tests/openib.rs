//! openib.conf and mlx5.conf: every variable, its default, and what a spelling means.

use std::time::Duration;

use ibup_config::openib::{self, ConnectedMode, Hooks, LoadSwitches, OpenibConf};
use ibup_config::{mlx5, shell};

fn openib(text: &str) -> (OpenibConf, Vec<String>) {
    let reading = openib::read("openib.conf", text).unwrap_or_else(|error| panic!("{error}"));
    (reading.value, reading.warnings.iter().map(ToString::to_string).collect())
}

#[test]
fn an_empty_file_means_the_defaults() {
    let (conf, warnings) = openib("");
    assert_eq!(conf, OpenibConf::default());
    assert_eq!(warnings, Vec::<String>::new());
    assert!(!conf.on_boot && conf.allow_stop && !conf.force_mode && !conf.enable_firmware_tracer);
    assert_eq!(conf.node_description.resolve("node-9.domain.tld"), "node-9");
    assert_eq!(conf.node_description_delay, Duration::from_secs(10));
    assert_eq!(conf.node_description_timeout, Duration::from_mins(2));
    assert_eq!(conf.post_start_delay, Duration::ZERO);
    assert_eq!(conf.load, LoadSwitches::default());
    assert_eq!((conf.connected_mode, conf.ipoib_mtu), (ConnectedMode::No, 65520));
    assert_eq!(conf.hooks.pre_start, "/etc/infiniband/pre-start-hook.sh");
    assert_eq!(conf.hooks.post_stop, "/etc/infiniband/post-stop-hook.sh");
}

#[test]
fn a_usual_file_is_read_whole() {
    let (conf, warnings) = openib(
        "# the stack\nONBOOT=yes\nALLOW_STOP=no\nFORCE_MODE=no\n\nNODE_DESC=\"$(hostname -s) rack 7\"\n\
         NODE_DESC_TIME_BEFORE_UPDATE=20\nNODE_DESC_UPDATE_TIMEOUT=60\nPOST_START_DELAY=5\n\
         RUN_AFFINITY_TUNER=no\nRUN_MLNX_TUNE=yes\nRUN_SYSCTL=no\nENABLE_FW_TRACER=yes\nRUN_FW_UPDATER_ONBOOT=no\n\
         SMARTNIC_PF_MAC_CONF=\"0000:03:00.0-02:00:00:00:00:01 03:00.1-02:00:00:00:00:02\"\n\
         UMAD_LOAD=yes\nUVERBS_LOAD=yes\nIPOIB_LOAD=no\nSDP_LOAD=yes\nRDMA_CM_LOAD=no\nSRP_LOAD=no\n\
         SRP_DAEMON_ENABLE=yes\nSET_IPOIB_CM=auto\nIPOIB_MTU=4092\nOPENIBD_PRE_START=/opt/pre\n\
         LOAD_EIPOIB=no\nRENICE_IB_MAD=no\nSITE=x\n",
    );
    assert_eq!(warnings, Vec::<String>::new());
    assert!(conf.on_boot && !conf.allow_stop && conf.run_mlnx_tune && conf.enable_firmware_tracer);
    assert!(conf.enable_srp_daemon && !conf.run_firmware_updater);
    assert_eq!(conf.node_description.resolve("node-9"), "node-9 rack 7");
    assert_eq!(conf.post_start_delay, Duration::from_secs(5));
    let macs: Vec<String> = conf.smartnic_pf_macs.iter().map(|m| format!("{} {}", m.pci, m.mac)).collect();
    assert_eq!(macs, ["0000:03:00.0 02:00:00:00:00:01", "0000:03:00.1 02:00:00:00:00:02"]);
    let load = LoadSwitches {
        umad: Some(true),
        uverbs: Some(true),
        ipoib: Some(true),
        sdp: Some(true),
        rdma_cm: Some(false),
        srp: Some(false),
        ..LoadSwitches::default()
    };
    assert_eq!(conf.load, load);
    assert_eq!((conf.connected_mode, conf.ipoib_mtu), (ConnectedMode::Auto, 4092));
    assert_eq!(conf.hooks, Hooks { pre_start: "/opt/pre".to_owned(), ..OpenibConf::default().hooks });
    let others: Vec<&str> = conf.others.iter().map(|other| other.name.as_str()).collect();
    assert_eq!(others, ["SITE"]);
}

#[test]
fn only_the_exact_word_means_yes() {
    for (value, on_boot, warning) in [
        ("yes", true, None),
        ("'yes'", true, None),
        ("no", false, None),
        ("NO", false, None),
        ("", false, None),
        ("YES", false, Some("YES")),
        ("true", false, Some("true")),
        ("1", false, Some("1")),
        ("'yes '", false, Some("yes ")),
        ("maybe", false, Some("maybe")),
        ("$HOSTNAME", false, Some("$(hostname)")),
    ] {
        let (conf, warnings) = openib(&format!("ONBOOT=no\nONBOOT={value}\n"));
        assert_eq!(conf.on_boot, on_boot, "{value}");
        let expected: Vec<String> = warning
            .iter()
            .map(|shown| {
                format!("openib.conf:2: ONBOOT=`{shown}` means no, only the exact word `yes` means yes")
            })
            .collect();
        assert_eq!(warnings, expected, "{value}");
    }
}

#[test]
fn unusable_values_are_left_out_with_a_warning() {
    let (conf, warnings) = openib(
        "POST_START_DELAY=86400\nNODE_DESC_TIME_BEFORE_UPDATE=soon\nSET_IPOIB_CM=YES\nIPOIB_MTU=big\n\
         SMARTNIC_PF_MAC_CONF='../x-02:00:00:00:00:01 nonsense'\nE_IPOIB_LOAD=yes\n",
    );
    assert_eq!(conf.post_start_delay, Duration::from_mins(10));
    let rest = OpenibConf { post_start_delay: Duration::ZERO, ..conf };
    assert_eq!(rest, OpenibConf::default());
    assert_eq!(
        warnings,
        [
            "openib.conf:1: POST_START_DELAY=`86400` is taken as 600",
            "openib.conf:2: NODE_DESC_TIME_BEFORE_UPDATE=`soon` is ignored, expected a number of seconds",
            "openib.conf:3: SET_IPOIB_CM=`YES` is ignored, expected yes, no or auto",
            "openib.conf:4: IPOIB_MTU=`big` is ignored, expected a number of bytes",
            "openib.conf:5: SMARTNIC_PF_MAC_CONF=`../x-02:00:00:00:00:01` is ignored, expected a PCI address, a \
             hyphen and a hardware address",
            "openib.conf:5: SMARTNIC_PF_MAC_CONF=`nonsense` is ignored, expected a PCI address, a hyphen and a \
             hardware address",
            "openib.conf:6: E_IPOIB_LOAD has no effect: the feature no longer exists",
        ]
    );
}

#[test]
fn programs_are_errors() {
    let error =
        openib::read("/etc/infiniband/openib.conf", "ONBOOT=yes\nNODE_DESC=$(/opt/rack)\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "/etc/infiniband/openib.conf:2: `$(/opt/rack)` is a command substitution, and configuration is not executed; \
         write the value itself"
    );
}

#[test]
fn relaxed_ordering_is_wished_word_by_word() {
    let read = |text: &str| mlx5::read("mlx5.conf", text).unwrap();
    let reading = read(
        "MLX5_RELAXED_PACKET_ORDERING_ON=\"mlx5_1 ib3\"\nMLX5_RELAXED_PACKET_ORDERING_OFF='mlx5_2 mlx5_1 ../x'\nX=1\n",
    );
    for (names, expected) in [
        (&["mlx5_1", "ib0"][..], Some(true)),
        (&["mlx5_10", "ib9"], None),
        (&["mlx5_3", "ib3"], Some(true)),
        (&["mlx5_2", "ib1"], Some(false)),
    ] {
        assert_eq!(reading.value.wish(names), expected, "{names:?}");
    }
    let warnings: Vec<String> = reading.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "mlx5.conf:2: MLX5_RELAXED_PACKET_ORDERING_OFF=`../x` is ignored, expected names of devices, or all",
            "mlx5.conf:2: `mlx5_1` is switched on and off, on holds",
        ]
    );
    assert_eq!(reading.value.others.len(), 1);
    assert_eq!(read("MLX5_RELAXED_PACKET_ORDERING_ON=all\n").value.wish(&["rocep1s0f0"]), Some(true));
    assert_eq!(read("MLX5_RELAXED_PACKET_ORDERING_OFF=all\n").value.wish(&["mlx5_0"]), Some(false));
    assert!(read("").value.is_empty());
}

#[test]
fn values_that_name_the_host_are_kept_as_such() {
    let assignments = shell::read("f", "A=$(hostname -s)").unwrap();
    assert_eq!(assignments[0].value.as_text(), None);
    assert_eq!(assignments[0].value.to_string(), "$(hostname -s)");
}
