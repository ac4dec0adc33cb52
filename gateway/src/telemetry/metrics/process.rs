//! What the operating system says about this process.

use std::time::Instant;

/// Ticks of CPU time a second in `/proc/self/stat`: fixed by the kernel's interface, whatever its timer does.
const TICKS_A_SECOND: f64 = 100.0;

/// One look at the process. What the system does not tell is absent.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Process {
    /// CPU time, user and system, in seconds.
    pub(super) cpu_seconds: Option<f64>,
    /// Resident memory in bytes.
    pub(super) memory_rss: Option<f64>,
    /// Resident anonymous memory in bytes.
    pub(super) anonymous: Option<f64>,
    /// Seconds since the process began.
    pub(super) uptime: Option<f64>,
}

impl Process {
    /// Looks at the process, which began at `started`.
    pub(super) fn look(started: Instant) -> Self {
        let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        Self {
            cpu_seconds: cpu_seconds(&stat),
            memory_rss: kibibytes(&status, "VmRSS:"),
            anonymous: kibibytes(&status, "RssAnon:"),
            uptime: Some(started.elapsed().as_secs_f64()),
        }
    }
}

/// Source: `proc_pid_stat(5)`, fields 14 and 15. The second field, the program's name, may hold blanks and brackets.
fn cpu_seconds(stat: &str) -> Option<f64> {
    let (_, after_name) = stat.rsplit_once(") ")?;
    let mut fields = after_name.split(' ').skip(11);
    let user: f64 = fields.next()?.parse().ok()?;
    let system: f64 = fields.next()?.parse().ok()?;
    Some((user + system) / TICKS_A_SECOND)
}

/// Source: `proc_pid_status(5)`.
fn kibibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let number: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(number * 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_user_and_system_whatever_the_name() {
        let stat = "7 (a ) b) S 1 7 7 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 100 1000 10";

        assert_eq!(cpu_seconds(stat), Some(3.0));
        assert_eq!(cpu_seconds(""), None);
    }

    #[test]
    fn memory_is_told_in_kibibytes() {
        let status = "Name:\tsluice\nVmRSS:\t    1024 kB\nRssAnon:\t  512 kB\n";

        assert_eq!(kibibytes(status, "VmRSS:"), Some(1_048_576.0));
        assert_eq!(kibibytes(status, "VmSwap:"), None);
    }
}
