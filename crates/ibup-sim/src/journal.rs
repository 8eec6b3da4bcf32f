//! The journal that a simulated machine writes, as journalctl prints it in its short form.

use jiff::civil::DateTime;

/// Who hears what is said on a machine.
pub trait Journal {
    /// Takes something said in; the text is made only if somebody listens.
    fn say(&mut self, identifier: &str, text: impl FnOnce() -> String);
}

/// Nobody listens: explorations.
pub struct Silence;

impl Journal for Silence {
    fn say(&mut self, _: &str, _: impl FnOnce() -> String) {}
}

/// What was said, line by line.
#[derive(Debug, Clone)]
pub struct Log {
    host: String,
    begins: DateTime,
    /// The time since the kernel started, in milliseconds.
    pub now_ms: u64,
    lines: Vec<String>,
    pid: u32,
}

impl Log {
    /// Begins a journal.
    pub fn new(host: &str, begins: DateTime) -> Self {
        Self { host: host.to_owned(), begins, now_ms: 0, lines: Vec::new(), pid: 600 }
    }

    /// Returns the lines.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }

    /// Returns the whole as text.
    pub fn text(&self) -> String {
        self.lines.iter().map(|line| format!("{line}\n")).collect()
    }
}

impl Journal for Log {
    fn say(&mut self, identifier: &str, text: impl FnOnce() -> String) {
        let text = text();
        let stamp = crate::clock::stamp(self.begins, self.now_ms);
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let speaker = match identifier {
                "kernel" => "kernel".to_owned(),
                "systemd" => "systemd[1]".to_owned(),
                program => {
                    // Process IDs tell nothing here; they only have to look like some.
                    self.pid += 17;
                    format!("{program}[{}]", self.pid)
                }
            };
            self.lines.push(format!("{stamp} {} {speaker}: {line}", self.host));
        }
    }
}
