//! See `ibup_fuzz::json`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::json(bytes));
