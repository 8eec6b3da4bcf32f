//! See `ibup_fuzz::networkd`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::networkd(bytes));
