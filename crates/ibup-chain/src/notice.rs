//! Notices: messages of the program's own that have an identifier and an entry in the journal's catalog, and are no
//! diagnosis.

use crate::diagnosis::Language;

/// A kind of message.
#[derive(Debug, PartialEq, Eq)]
pub struct Notice {
    /// The last four digits of its `MESSAGE_ID`, where a diagnosis has those of its code. They begin with `00`. Never
    /// reused.
    pub digits: &'static str,
    /// What the catalog says of it in English: subject and explanation.
    english: (&'static str, &'static str),
    /// The same in Chinese.
    chinese: (&'static str, &'static str),
}

/// What one message of the kind tells beside its text: fields for the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// The kind.
    pub notice: &'static Notice,
    /// Names and values.
    pub fields: Vec<(&'static str, String)>,
}

impl Notice {
    /// Returns its subject.
    pub fn subject(&self, language: Language) -> &'static str {
        self.words(language).0
    }

    /// Returns its explanation.
    pub fn explanation(&self, language: Language) -> &'static str {
        self.words(language).1
    }

    fn words(&self, language: Language) -> (&'static str, &'static str) {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }
}

/// All notices, by their digits.
pub static ALL: &[&Notice] = &[&MODULE_LOADED, &TRACING_BEGAN];

/// Somebody loads a module of the InfiniBand stack.
pub static MODULE_LOADED: Notice = Notice {
    digits: "0001",
    english: (
        "Somebody loaded a module of the InfiniBand stack",
        "\
The kernel told who asked for the module when it was loaded (`ibup trace on` had it do so): the process, the unit it
belongs to, and who started it. A unit that is no service of the stack's own (openibd, ibup, rdma-load-modules,
systemd-modules-load) may load it too late for the network service: order it before, or have the module loaded early
by /etc/modules-load.d.

`somebody's session` is a login: a person, or what a person left running. `started by the kernel` means that the kernel
needed the module itself, and ran modprobe for the process that stands there. `which has ended` means that the process
was gone before it could be looked at: more is not known of it.

The fields of the message hold the same: MODULE, IBUP_BY_PID, IBUP_BY_COMM, IBUP_BY_UNIT; IBUP_PARENT_PID and
IBUP_PARENT_COMM; IBUP_FOR_PID, IBUP_FOR_COMM, IBUP_FOR_UNIT and IBUP_REQUEST.

`journalctl -b | ibup diagnose -` says what it meant to the interfaces.",
    ),
    chinese: (
        "有人加载了 InfiniBand 驱动栈的一个模块",
        "\
内核在加载模块时说明了是谁要求加载的（由 `ibup trace on` 开启）：哪个进程、它属于哪个 unit、由谁启动。如果这个 unit
不是驱动栈自己的服务（openibd、ibup、rdma-load-modules、systemd-modules-load），对网络服务来说可能加载得太晚：应把它
排到前面，或者用 /etc/modules-load.d 尽早加载该模块。

`somebody's session` 是一次登录会话：某个人，或者此人留下的进程。`started by the kernel` 表示内核自己需要该模块，
并为后面所写的进程运行了 modprobe。`which has ended` 表示还没来得及查看，进程就已结束，除此之外无从得知。

消息的字段中有同样的内容：MODULE、IBUP_BY_PID、IBUP_BY_COMM、IBUP_BY_UNIT；IBUP_PARENT_PID 和 IBUP_PARENT_COMM；
IBUP_FOR_PID、IBUP_FOR_COMM、IBUP_FOR_UNIT 和 IBUP_REQUEST。

`journalctl -b | ibup diagnose -` 会说明它对接口意味着什么。",
    ),
};

/// The follower is at work from here on.
pub static TRACING_BEGAN: Notice = Notice {
    digits: "0002",
    english: (
        "Whoever loads a module of the InfiniBand stack is told from here on",
        "\
ibup-trace.service is at work. The modules that stand in the message were loaded before it: in the initramfs, or since
the machine started if the trace was switched on later. Who loaded those cannot be told any more.

`ibup trace off` ends it.",
    ),
    chinese: (
        "从这里起记录是谁加载 InfiniBand 驱动栈的模块",
        "\
ibup-trace.service 已开始工作。消息中列出的模块在此之前就已加载：在 initramfs 中，或者在跟踪开启之前。
是谁加载了它们已无从得知。

`ibup trace off` 可关闭跟踪。",
    ),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_told_from_those_of_diagnoses_and_stand_once_in_order() {
        let digits: Vec<_> = ALL.iter().map(|notice| notice.digits).collect();
        let mut sorted = digits.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(digits, sorted);
        assert!(digits.iter().all(|digits| digits.len() == 4 && digits.starts_with("00")));
    }
}
