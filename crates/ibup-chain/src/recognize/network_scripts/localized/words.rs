//! The status in brackets at the end of a line.

/// `FAILED`, as `failure` of the init scripts prints it in brackets.
pub(super) const FAILED: &[&str] = &[
    "FAILED",
    "فَشِل",            // ar
    "ব্যৰ্থ",           // as
    "Провал",         // bg
    "ব্যর্থ",           // bn, bn_IN
    "NEUSPJELO",      // bs, hr
    "FALLAT",         // ca
    "SELHALO",        // cs
    "METHIANT",       // cy
    "MISLYKKEDES",    // da
    "FEHLGESCHLAGEN", // de
    "ΑΠΕΤΥΧΕ",        // el
    "INCORRECTO",     // es
    "EBAÕNNESTUS",    // et
    "VIRHE",          // fi
    "ÉCHOUÉ",         // fr
    "FALÎT",          // fur
    "FALLOU",         // gl
    "નિષ્ફળ",          // gu
    "असफल",           // hi, mai
    "SIKERTELEN",     // hu
    "GAGAL",          // id, ms
    "VILLA",          // is
    "FALLITO",        // it
    "失敗",           // ja, zh_TW
    "წარუმატებელი",   // ka
    "ವಿಫಲಗೊಂಡಿದೆ",        // kn
    "실패",           // ko
    "KLAIDA",         // lt
    "Неуспешно",      // mk
    "പരാജയപ്പെട്ടു",      // ml
    "FEILET",         // nb
    "MISLUKT",        // nl
    "ଅସଫଳ",           // or
    "ਅਸਫ਼ਲ",           // pa
    "NIEUDANE",       // pl
    "FALHOU",         // pt, pt_BR
    "EŞEC",           // ro
    "СБОЙ",           // ru
    "ZLYHALO",        // sk
    "SPODLETELO",     // sl
    "НЕУСПЕЛО",       // sr
    "NEUSPELO",       // sr@latin
    "MISSLYCKADES",   // sv
    "విఫలమైంది",         // te
    "BAŞARISIZ",      // tr
    "НЕВДАЧА",        // uk
    "LỖI",            // vi
    "失败",           // zh_CN
];

/// `  OK  `, as `success` of the init scripts prints it in brackets; most languages leave it as it is.
pub(super) const OK: &[&str] = &[
    "OK", "确定", // zh_CN
    "確定", // zh_TW
];
