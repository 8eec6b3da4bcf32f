//! See `ibup_fuzz::rules`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::rules(bytes));
