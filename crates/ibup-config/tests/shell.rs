//! Files of assignments: what is data is read as a shell would read it, and what is a program is refused.

use ibup_config::shell::{self, Construct, ShellError};

fn values(text: &str) -> Vec<(String, String, usize)> {
    let assignments = shell::read("f", text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
    assignments.into_iter().map(|a| (a.name, a.value.resolve("node-9.domain.tld"), a.place.line)).collect()
}

fn check(text: &str, expected: &[(&str, &str, usize)]) {
    let expected: Vec<_> =
        expected.iter().map(|(name, value, line)| ((*name).to_owned(), (*value).to_owned(), *line)).collect();
    assert_eq!(values(text), expected, "{text:?}");
}

fn check_error(text: &str, expected: &str) {
    assert_eq!(shell::read("f", text).unwrap_err().to_string(), expected, "{text:?}");
}

fn check_construct(text: &str, construct: Construct, quoted: &str) {
    match shell::read("f", text) {
        Err(ShellError::NeedsShell { construct: found, text: shown, .. }) => {
            assert_eq!((found, shown.as_str()), (construct, quoted), "{text:?}");
        }
        other => panic!("{text:?}: {other:?}"),
    }
}

#[test]
fn quotes_and_backslashes_are_followed() {
    check("", &[]);
    check("# nothing\n\n   \n", &[]);
    check("A=1\n", &[("A", "1", 1)]);
    check("A=", &[("A", "", 1)]);
    check("  A=1  # one\nB=2#two\n", &[("A", "1", 1), ("B", "2#two", 2)]);
    check("A='x y' B=\"p q\"\n", &[("A", "x y", 1), ("B", "p q", 1)]);
    check("A=x'y'\"z\"w", &[("A", "xyzw", 1)]);
    check("A=\\$B\\ c\\\nd\n", &[("A", "$B cd", 1)]);
    check("A=\"\\$x \\\" \\\\ \\n \\\nz\"\n", &[("A", "$x \" \\ \\n z", 1)]);
    check("A='$X `y` \\'\n", &[("A", "$X `y` \\", 1)]);
    check("A='two\nlines'\nB=3\n", &[("A", "two\nlines", 1), ("B", "3", 3)]);
    check("A=$'a\\tb\\x41\\u00e9\\'\\101'\n", &[("A", "a\tbAé'A", 1)]);
    check("A=$\"x\"\n", &[("A", "x", 1)]);
    check("A=a$ B=a$.b\n", &[("A", "a$", 1), ("B", "a$.b", 1)]);
    check("A=x\\", &[("A", "x\\", 1)]);
    check("A=1 \\\n  B=2\n", &[("A", "1", 1), ("B", "2", 2)]);
}

#[test]
fn exports_and_later_assignments_are_followed() {
    check("export A=1\nexport A\nexport B C=2\n", &[("A", "1", 1), ("C", "2", 3)]);
    check("A=1\nA+=2\nB+=3\n", &[("A", "1", 1), ("A", "12", 2), ("B", "3", 3)]);
    check("A=x\nB=$A-${A}\"$A\"'$A'\n", &[("A", "x", 1), ("B", "x-xx$A", 2)]);
}

#[test]
fn the_name_of_the_host_is_known() {
    check("A=$(hostname -s)", &[("A", "node-9", 1)]);
    check("A=\"x $( hostname  -s ) y\"", &[("A", "x node-9 y", 1)]);
    check("A=`hostname -s`", &[("A", "node-9", 1)]);
    check("A=$(hostname)", &[("A", "node-9.domain.tld", 1)]);
    check("A=$HOSTNAME-${HOSTNAME}", &[("A", "node-9.domain.tld-node-9.domain.tld", 1)]);
    check("HOSTNAME=own\nA=$HOSTNAME", &[("HOSTNAME", "own", 1), ("A", "own", 2)]);
}

#[test]
fn programs_are_refused() {
    use Construct::{
        ArrayOrSubshell, Command, CommandSubstitution, ControlFlow, Expansion, HomeDirectory, List, Pipe,
        Redirection, Sourcing,
    };
    check_construct("A=$(cat /etc/x)", CommandSubstitution, "$(cat /etc/x)");
    check_construct("A=`id`", CommandSubstitution, "`id`");
    check_construct("A=\"$(hostname -f)\"", CommandSubstitution, "$(hostname -f)\"");
    check_construct("A=$((1+1))", Construct::Arithmetic, "$((1+1))");
    check_construct("A=${B:-c}", Expansion, "${B:-c}");
    check_construct("A=$1", Expansion, "$1");
    check_construct("A=~/x", HomeDirectory, "~/x");
    check_construct("A=/a:~b", HomeDirectory, "~b");
    check_construct("A=1;", List, ";");
    check_construct("A=1 && rm -rf /", List, "&& rm -rf /");
    check_construct("A=1|x", Pipe, "|x");
    check_construct("A=1 >/dev/null", Redirection, ">/dev/null");
    check_construct("A=(1 2)", ArrayOrSubshell, "(1 2)");
    check_construct("(A=1)", ArrayOrSubshell, "(A=1)");
    check_construct("if true; then A=1; fi", ControlFlow, "if true; then A=1; fi");
    check_construct("[ -f x ] && A=1", ControlFlow, "[ -f x ] && A=1");
    check_construct(". /etc/x", Sourcing, ". /etc/x");
    check_construct("source /etc/x", Sourcing, "source /etc/x");
    check_construct("exit 3", Command, "exit 3");
    check_construct("A=1 touch /run/x", Command, "A=1 touch /run/x");
    check_construct("A.B=1", Command, "A.B=1");
    check_construct("1A=1", Command, "1A=1");
    check_construct("\u{feff}A=1", Command, "\\u{feff}A=1");
    check_construct("A=$'\\q'", Expansion, "\\'");
}

#[test]
fn errors_say_where_and_what_to_do() {
    check_error(
        "A=1\nNODE_DESC=`cat /etc/rack`\n",
        "f:2: ``cat /etc/rack`` is a command substitution, and configuration is not executed; write the value itself",
    );
    check_error("A=$RACK\n", "f:1: `$RACK` is not assigned above in this file; write the value itself");
    check_error("A=1\n\nB='x\ny", "f:3: the quote ' that opens here is never closed");
    check_error("A=\"x", "f:1: the quote \" that opens here is never closed");
    check_error("A=$(hostname", "f:1: the quote ) that opens here is never closed");
    check_error(
        "A=yes\r\nB=no\r\n",
        "f:1: the line ends in a carriage return; convert the file, for example with dos2unix",
    );
    check_error(
        "\r\n",
        "f:1: the line ends in a carriage return; convert the file, for example with dos2unix",
    );
}

#[test]
fn values_cannot_grow_without_bound() {
    let mut doubling = "A=xxxxxxxx\n".to_owned();
    for _ in 0..60 {
        doubling.push_str("A=$A$A\n");
    }
    check_error(&doubling, "f:15: the value of `A` grows too long");
    let many = format!("A={}\n{}", "x".repeat(60_000), "B=$A\n".repeat(1000));
    check_error(&many, "f:70: the value of `B` grows too long");
    let holes = format!("A=\"{}\"", "$HOSTNAME".repeat(100_000));
    check_error(&holes, "f:1: the value of `\"` grows too long");
    check_error(
        &"x".repeat(2 << 20),
        "f: 2097152 bytes are more than the 1048576 a configuration file may have",
    );
}
