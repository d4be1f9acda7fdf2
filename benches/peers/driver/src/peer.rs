//! A process that answers line by line.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::plan::Contender;

pub struct Process {
    child: Child,
    // `None` once it is told to go.
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

pub struct Answer {
    pub nanoseconds: u64,
    pub checksum: u64,
    /// KiB; 0 where it is not told.
    pub peak: u64,
}

impl Process {
    pub fn start(contender: &Contender, root: &Path, url: &str) -> Self {
        let program = root.join("target/release").join(contender.program);
        Self::spawn(Command::new(program).args([url, contender.variant]))
    }

    pub fn auditor(root: &Path) -> Self {
        Self::spawn(Command::new(root.join("target/release/peer-floor")).arg("audit"))
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        Self {
            input: child.stdin.take(),
            output: BufReader::new(child.stdout.take().expect("a pipe")),
            child,
        }
    }

    fn line(&mut self, who: &str) -> String {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a pipe");
        assert!(!line.is_empty(), "{who} ended; its last words are above");
        line.trim_end().to_owned()
    }

    pub fn expect(&mut self, word: &str, who: &str) {
        let line = self.line(who);
        assert_eq!(line, word, "{who}");
    }

    /// Asks for a workload; `None` if it has none such.
    pub fn ask(&mut self, line: &str, who: &str) -> Option<Answer> {
        let input = self.input.as_mut().expect("not closed");
        writeln!(input, "{line}")
            .and_then(|()| input.flush())
            .unwrap_or_else(|error| panic!("{who}, {line}: {error}"));
        let answer = self.line(who);
        if answer == "none" {
            return None;
        }
        let words: Vec<&str> = answer.split(' ').collect();
        assert!(words.len() >= 3 && words[0] == "ok", "{who} answered {line} by {answer}");
        Some(Answer {
            nanoseconds: words[1].parse().expect("a number"),
            checksum: words[2].parse().expect("a number"),
            peak: words.get(3).map_or(0, |word| word.parse().expect("a number")),
        })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.input = None;
        let _ = self.child.wait();
    }
}
