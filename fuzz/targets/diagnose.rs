//! See `ibup_fuzz::diagnose`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::diagnose(bytes));
