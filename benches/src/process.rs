//! A gateway as a child process, and what `/proc` says of it (Linux).

use std::fs::{self, File};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// How often a condition is looked at again.
const POLL: Duration = Duration::from_millis(20);

/// A gateway started by us; killed when dropped.
#[derive(Debug)]
pub struct Gateway {
    child: Child,
    log: PathBuf,
}

/// What a process has used.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// User and system time of all its threads.
    pub cpu: Duration,
    /// Resident memory now, in bytes.
    pub resident: u64,
    /// The largest resident memory so far, or since [`Gateway::forget_peak`], in bytes.
    pub peak: u64,
}

/// The gateway did not do what it was started for.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The program is not there, or its figures cannot be read.
    #[error("{}: {error}", program.display())]
    Io {
        /// The program or the file.
        program: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It ended by itself.
    #[error("the gateway ended with {status}:\n{log}")]
    Ended {
        /// How.
        status: ExitStatus,
        /// The last lines that it wrote.
        log: String,
    },
    /// It did not take connections in time.
    #[error("{address} takes no connections after {}s:\n{log}", within.as_secs())]
    NotReady {
        /// Where it should listen.
        address: SocketAddr,
        /// How long we waited.
        within: Duration,
        /// The last lines that it wrote.
        log: String,
    },
}

impl Gateway {
    /// Starts `program --config CONFIG`; what it writes goes to the file `log`.
    pub fn start(program: &Path, config: &Path, log: &Path) -> Result<Gateway, Error> {
        let failed = |error| Error::Io { program: program.into(), error };
        let output = File::create(log).map_err(failed)?;
        let errors = output.try_clone().map_err(failed)?;
        let child = Command::new(program)
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .map_err(failed)?;
        Ok(Gateway { child, log: log.into() })
    }

    /// Waits until it takes connections at all the addresses.
    pub async fn ready(&mut self, addresses: &[SocketAddr], within: Duration) -> Result<(), Error> {
        let deadline = Instant::now() + within;
        for &address in addresses {
            while TcpStream::connect(address).await.is_err() {
                if let Ok(Some(status)) = self.child.try_wait() {
                    return Err(Error::Ended { status, log: self.last_lines() });
                }
                if Instant::now() > deadline {
                    return Err(Error::NotReady { address, within, log: self.last_lines() });
                }
                sleep(POLL).await;
            }
        }
        Ok(())
    }

    /// What it has used so far; an error when it has ended.
    pub fn usage(&mut self) -> Result<Usage, Error> {
        if let Ok(Some(status)) = self.child.try_wait() {
            return Err(Error::Ended { status, log: self.last_lines() });
        }
        let folder = PathBuf::from(format!("/proc/{}", self.child.id()));
        usage(&folder).map_err(|error| Error::Io { program: folder, error })
    }

    /// Lets [`Usage::peak`] begin anew from what is resident now.
    pub fn forget_peak(&self) -> Result<(), Error> {
        let file = PathBuf::from(format!("/proc/{}/clear_refs", self.child.id()));
        // See proc_pid_clear_refs(5).
        fs::write(&file, "5").map_err(|error| Error::Io { program: file, error })
    }

    /// Sends SIGTERM and waits; `None` when it had to be killed.
    pub async fn stop(mut self, within: Duration) -> io::Result<Option<ExitStatus>> {
        let deadline = Instant::now() + within;
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            kill_process(pid, Signal::TERM)?;
        }
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(Some(status));
            }
            sleep(POLL).await;
        }
        Ok(None)
    }

    fn last_lines(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<_> = log.lines().rev().take(20).collect();
        lines.into_iter().rev().collect::<Vec<_>>().join("\n")
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        // Both fail only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// CPU time of this process's threads that have the name.
pub fn thread_cpu(name: &str) -> Duration {
    let threads = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    threads
        .filter(|thread| fs::read_to_string(thread.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name))
        .filter_map(|thread| cpu(&thread.path()).ok())
        .sum()
}

fn usage(folder: &Path) -> io::Result<Usage> {
    let status = fs::read_to_string(folder.join("status"))?;
    Ok(Usage { cpu: cpu(folder)?, resident: kib(&status, "VmRSS:")?, peak: kib(&status, "VmHWM:")? })
}

/// Fields 14 and 15 of `stat`, utime and stime, in clock ticks; the name before them may contain anything.
fn cpu(folder: &Path) -> io::Result<Duration> {
    let stat = fs::read_to_string(folder.join("stat"))?;
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks: Vec<u64> = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse().ok()).collect();
    let [user, system] = ticks[..] else { return Err(io::Error::other("no times in stat")) };
    Ok(Duration::from_secs_f64((user + system) as f64 / rustix::param::clock_ticks_per_second() as f64))
}

fn kib(status: &str, name: &str) -> io::Result<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.map(|kib| kib * 1024).ok_or_else(|| io::Error::other(format!("no {name} in status")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_figures_of_a_process() {
        let usage = usage(Path::new("/proc/self")).unwrap();

        assert!(usage.resident > 0 && usage.peak >= usage.resident);
    }

    #[tokio::test]
    async fn says_how_a_gateway_ended() {
        let folder = tempfile::tempdir().unwrap();
        let mut gateway = Gateway::start(Path::new("false"), Path::new("none"), &folder.path().join("log")).unwrap();
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();

        let error = gateway.ready(&[nobody], Duration::from_secs(10)).await.unwrap_err();

        assert_eq!(error.to_string(), "the gateway ended with exit status: 1:\n");
    }
}
