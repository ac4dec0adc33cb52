//! How much memory the process uses, and how much it may use, as Linux tells it.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

/// Reads the resident memory of the process.
///
/// The file stays open, so that measuring works even when no file descriptor is left.
pub(super) struct Resident(File);

impl Resident {
    pub(super) fn open() -> io::Result<Self> {
        let resident = Self(File::open("/proc/self/status")?);
        resident.bytes()?;
        Ok(resident)
    }

    /// Resident memory (`VmRSS`), in bytes.
    pub(super) fn bytes(&self) -> io::Result<u64> {
        let mut text = [0; 4096];
        let read = self.0.read_at(&mut text, 0)?;
        field(&String::from_utf8_lossy(&text[..read]), "VmRSS:")
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no VmRSS in /proc/self/status"))
    }
}

/// The memory that the process may use, in bytes: the machine's, or the lowest limit of its control groups.
pub(super) fn total() -> io::Result<u64> {
    total_in(Path::new("/"))
}

/// [`total`] of the system whose `/proc` and `/sys` stand in `root`.
pub(super) fn total_in(root: &Path) -> io::Result<u64> {
    let meminfo = fs::read_to_string(root.join("proc/meminfo"))?;
    let machine = field(&meminfo, "MemTotal:")
        .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidData, "no MemTotal in /proc/meminfo"))?;
    let groups = fs::read_to_string(root.join("proc/self/cgroup")).unwrap_or_default();
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).unwrap_or_default();
    let limits = limit_files(&groups, &mounts).into_iter().filter_map(|file| {
        let text = fs::read_to_string(root.join(file.strip_prefix("/").unwrap_or(&file))).ok()?;
        // "max" in version 2, a huge number in version 1, mean no limit.
        text.trim().parse().ok()
    });
    Ok(limits.fold(machine, u64::min))
}

/// The value of a line such as `VmRSS:     1700 kB`, in bytes.
fn field(text: &str, name: &str) -> Option<u64> {
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kib.checked_mul(1024)
}

/// The files that may hold a memory limit: of the process's control group and of every group around it.
///
/// Source: `proc_pid_mountinfo(5)` and `cgroups(7)`.
fn limit_files(groups: &str, mounts: &str) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for line in groups.lines() {
        let mut parts = line.splitn(3, ':');
        let (Some(_), Some(controllers), Some(group)) = (parts.next(), parts.next(), parts.next()) else { continue };
        let (kind, name) = match controllers {
            "" => ("cgroup2", "memory.max"),
            list if list.split(',').any(|controller| controller == "memory") => ("cgroup", "memory.limit_in_bytes"),
            _ => continue,
        };
        let Some((mount_root, mount_point)) = mounts.lines().find_map(|line| mount(line, kind)) else { continue };
        // Inside a container the group may be named as the host sees it, of which the mount shows the last part only.
        let below = Path::new(group).strip_prefix(mount_root).unwrap_or(Path::new(""));
        let below = below.strip_prefix("/").unwrap_or(below);
        let ancestors = below.ancestors();
        files.extend(ancestors.map(|ancestor| Path::new(mount_point).join(ancestor).join(name)));
    }
    files
}

/// Root and mount point of a mount of `kind` (with the memory controller, in version 1).
fn mount<'a>(line: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    let (place, file_system) = line.split_once(" - ")?;
    let mut file_system = file_system.split(' ');
    let (mount_kind, options) = (file_system.next()?, file_system.nth(1).unwrap_or_default());
    let holds_memory = kind == "cgroup2" || options.split(',').any(|option| option == "memory");
    let mut place = place.split(' ').skip(3);
    (mount_kind == kind && holds_memory).then_some((place.next()?, place.next()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn system(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    const MEMINFO: (&str, &str) = ("proc/meminfo", "MemTotal:        1000 kB\nMemFree: 1 kB\n");

    #[test]
    fn the_process_has_resident_memory() {
        let resident = Resident::open().unwrap();

        let held = vec![1u8; 32 << 20];
        let with = resident.bytes().unwrap();
        assert_eq!(held.iter().map(|&byte| u64::from(byte)).sum::<u64>(), 32 << 20);

        assert!(with >= 32 << 20, "{with}");
        assert!(with < total().unwrap(), "{with}");
    }

    #[test]
    fn without_control_groups_the_total_is_the_machines() {
        let root = system(&[MEMINFO]);

        assert_eq!(total_in(root.path()).unwrap(), 1000 * 1024);
    }

    #[test]
    fn version_2_limits_of_all_groups_around_count() {
        let root = system(&[
            MEMINFO,
            ("proc/self/cgroup", "0::/pods/one\n"),
            ("proc/self/mountinfo", "41 31 0:38 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup2 rw\n"),
            ("sys/fs/cgroup/pods/one/memory.max", "max\n"),
            ("sys/fs/cgroup/pods/memory.max", "512000\n"),
        ]);

        assert_eq!(total_in(root.path()).unwrap(), 512_000);
    }

    #[test]
    fn version_1_limits_are_found_below_the_mounts_root() {
        let root = system(&[
            MEMINFO,
            ("proc/self/cgroup", "5:devices:/docker/abc\n4:cpu,memory:/docker/abc\n0::/\n"),
            (
                "proc/self/mountinfo",
                "33 31 0:30 /docker/abc /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n\
                 35 31 0:32 /docker/abc /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory\n",
            ),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "256000\n"),
        ]);

        assert_eq!(total_in(root.path()).unwrap(), 256_000);
    }

    #[test]
    fn a_limit_above_the_machines_memory_is_none() {
        let root = system(&[
            MEMINFO,
            ("proc/self/cgroup", "4:memory:/\n"),
            ("proc/self/mountinfo", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"),
            ("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"),
        ]);

        assert_eq!(total_in(root.path()).unwrap(), 1000 * 1024);
    }
}
