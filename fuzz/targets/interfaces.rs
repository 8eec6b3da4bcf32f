//! See `ibup_fuzz::interfaces`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::interfaces(bytes));
