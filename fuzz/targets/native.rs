//! See `ibup_fuzz::native`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::native(bytes));
