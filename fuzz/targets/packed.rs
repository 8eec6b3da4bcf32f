//! See `ibup_fuzz::packed`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::packed(bytes));
