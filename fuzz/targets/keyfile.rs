//! See `ibup_fuzz::keyfile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| ibup_fuzz::keyfile(bytes));
