//! See `ibup_fuzz::assignments`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::assignments(bytes));
