//! A child process: its output by the line, its memory, its end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

/// A child that we started, and that ends with this value.
pub struct Process {
    name: String,
    child: Child,
    output: watch::Receiver<Output>,
}

/// What a child has written so far, standard output and error as they came.
#[derive(Default)]
struct Output {
    lines: Vec<(Pipe, String)>,
    open_pipes: u8,
}

#[derive(Clone, Copy, PartialEq)]
enum Pipe {
    Output,
    Error,
}

/// How much memory was resident when a measure began, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Resident(u64);

impl Process {
    /// Starts the command. Its output is kept, and shown when the test fails.
    pub fn start(name: &str, command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}: {command:?}"));
        let (sender, output) = watch::channel(Output { lines: Vec::new(), open_pipes: 2 });
        collect(Pipe::Output, child.stdout.take().expect("stdout was piped"), sender.clone());
        collect(Pipe::Error, child.stderr.take().expect("stderr was piped"), sender);
        Self { name: name.to_owned(), child, output }
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Everything written so far.
    pub fn lines(&self) -> Vec<String> {
        self.output.borrow().lines.iter().map(|(_, line)| line.clone()).collect()
    }

    /// What was written to standard output so far.
    pub fn printed(&self) -> Vec<String> {
        let output = self.output.borrow();
        output.lines.iter().filter(|(pipe, _)| *pipe == Pipe::Output).map(|(_, line)| line.clone()).collect()
    }

    /// Waits for a line that contains `text`.
    pub async fn wait_for_line(&self, text: &str, within: Duration) {
        let mut output = self.output.clone();
        let seen = |output: &Output| output.lines.iter().any(|(_, line)| line.contains(text));
        let wait = output.wait_for(|output| seen(output) || output.open_pipes == 0);
        let found = matches!(timeout(within, wait).await, Ok(Ok(output)) if seen(&output));
        assert!(found, "{} never wrote {text:?}; it wrote:\n{}", self.name, self.lines().join("\n"));
    }

    /// Asks the process to end, as an orchestrator does.
    pub fn terminate(&self) {
        signal("TERM", self.id());
    }

    /// Ends the process without warning.
    pub fn kill(&mut self) {
        // Fails only when it has ended already.
        let _ = self.child.kill();
    }

    /// Waits for the end of the process.
    pub async fn exited(&mut self, within: Duration) -> ExitStatus {
        let mut output = self.output.clone();
        let closed = timeout(within, output.wait_for(|output| output.open_pipes == 0)).await;
        assert!(closed.is_ok(), "{} did not end in {within:?}; it wrote:\n{}", self.name, self.lines().join("\n"));
        self.child.wait().expect("a child of ours can be waited for")
    }

    /// Begins to measure memory: forgets the peak so far (proc(5), `clear_refs`).
    pub fn measure_memory(&self) -> Resident {
        std::fs::write(format!("/proc/{}/clear_refs", self.id()), "5").expect("a child of ours");
        Resident(self.memory("VmRSS:"))
    }

    /// How far resident memory has risen above the start of the measure, at its peak, in MiB.
    pub fn peak_growth_mib(&self, since: Resident) -> u64 {
        self.memory("VmHWM:").saturating_sub(since.0) >> 20
    }

    /// A line of `/proc/PID/status`, in bytes.
    fn memory(&self, field: &str) -> u64 {
        let path = format!("/proc/{}/status", self.id());
        let status = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
        let line = status.lines().find(|line| line.starts_with(field)).expect("the kernel writes the field");
        let kib: u64 = line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).expect("a number of KiB");
        kib * 1024
    }

    /// How many file descriptors are open.
    pub fn descriptors(&self) -> usize {
        std::fs::read_dir(format!("/proc/{}/fd", self.id())).expect("a child of ours").count()
    }

    /// Processor time used since the start, user and system.
    pub fn cpu_time(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id())).expect("a child of ours");
        let after_name = stat.rsplit_once(')').expect("the name is in brackets").1;
        let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
        // USER_HZ is 100 on every Linux that has a stable interface.
        Duration::from_millis(ticks * 10)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!("--- {} wrote:\n{}\n---", self.name, self.lines().join("\n"));
        }
    }
}

/// Sends a signal by name, through the shell: its `kill` is everywhere.
fn signal(name: &str, process: u32) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {process}")).status();
    assert!(sent.is_ok_and(|status| status.success()), "cannot send SIG{name} to {process}");
}

fn collect(pipe: Pipe, source: impl Read + Send + 'static, output: watch::Sender<Output>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(source);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches('\n').to_owned();
            output.send_modify(|output| output.lines.push((pipe, text)));
            line.clear();
        }
        output.send_modify(|output| output.open_pipes -= 1);
    });
}
