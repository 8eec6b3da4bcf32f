//! See `ibup_fuzz::boots`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::boots(bytes));
