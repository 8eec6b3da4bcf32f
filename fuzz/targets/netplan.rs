//! See `ibup_fuzz::netplan`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::netplan(bytes));
