//! Addresses to listen at, and listeners.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs};
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use sluice_component::BuildError;
use socket2::{Domain, Protocol, Socket, Type};

/// How many connections the kernel keeps for us until we accept them.
const BACKLOG: i32 = 4096;

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Address {
    /// A host name, an IP address, or nothing for all of the machine's; and a port, 0 for any free one.
    Tcp {
        /// The host, without brackets.
        host: String,
        /// The port.
        port: u16,
        /// Which of the host's addresses.
        family: Family,
    },
    /// A socket in the file system.
    Unix(PathBuf),
}

/// A version of the Internet Protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Either, and both where all addresses of the machine are meant.
    Any,
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

/// A text is no address to listen at.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be host:port, found {0:?}")]
pub struct NoAddress(String);

/// Where a server listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Local {
    /// At this address and port.
    Tcp(SocketAddr),
    /// At this path.
    Unix(PathBuf),
}

/// A bound socket.
pub(super) enum Listener {
    Tcp(std::net::TcpListener, SocketAddr),
    Unix(std::os::unix::net::UnixListener, SocketFile),
}

/// The file of a Unix socket, removed when dropped.
pub(super) struct SocketFile(PathBuf);

impl Address {
    /// Reads `host:port`; the host may be empty, and an IPv6 address stands in brackets.
    ///
    /// # Errors
    ///
    /// It is not that.
    pub fn tcp(text: &str, family: Family) -> Result<Self, NoAddress> {
        let wrong = || NoAddress(text.to_owned());
        let (host, port) = text.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let host = match host.strip_prefix('[') {
            Some(inner) => inner.strip_suffix(']').filter(|inner| inner.contains(':')).ok_or_else(wrong)?,
            None if host.contains([':', ']', '/']) => return Err(wrong()),
            None => host,
        };
        Ok(Self::Tcp { host: host.to_owned(), port, family })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp { host, port, .. } if host.contains(':') => write!(f, "[{host}]:{port}"),
            Self::Tcp { host, port, .. } => write!(f, "{host}:{port}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl fmt::Display for Local {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "{}", path.display()),
        }
    }
}

impl Listener {
    pub(super) fn bind(address: &Address) -> Result<Self, BuildError> {
        let failed = |error: io::Error| BuildError::at("endpoint", format!("cannot listen at {address}: {error}"));
        match address {
            Address::Tcp { host, port, family } => bind_tcp(host, *port, *family).map_err(failed),
            Address::Unix(path) => bind_unix(path).map_err(failed),
        }
    }

    pub(super) fn local(&self) -> Local {
        match self {
            Self::Tcp(_, address) => Local::Tcp(*address),
            Self::Unix(_, file) => Local::Unix(file.0.clone()),
        }
    }
}

/// Binds one address: the first of the host, IPv4 before IPv6; all of the machine's, of both families, if the host is
/// empty, `0.0.0.0` or `::`, as Go does it.
fn bind_tcp(host: &str, port: u16, family: Family) -> io::Result<Listener> {
    let any = host.is_empty() || host.parse::<IpAddr>().is_ok_and(|address| address.is_unspecified());
    if any {
        let v6 = SocketAddr::from((Ipv6Addr::UNSPECIFIED, port));
        let v4 = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
        return match family {
            Family::V4 => listen(v4, false),
            Family::V6 => listen(v6, true),
            Family::Any => match listen(v6, false) {
                Err(error) if error.raw_os_error() == Some(libc::EAFNOSUPPORT) => listen(v4, false),
                other => other,
            },
        };
    }
    let wanted = |address: &SocketAddr| match family {
        Family::Any => true,
        Family::V4 => address.is_ipv4(),
        Family::V6 => address.is_ipv6(),
    };
    let first = (host, port).to_socket_addrs()?.filter(wanted).min_by_key(SocketAddr::is_ipv6);
    listen(first.ok_or_else(|| io::Error::other("the host has no such address"))?, true)
}

fn listen(address: SocketAddr, only_v6: bool) -> io::Result<Listener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(only_v6)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    let listener = std::net::TcpListener::from(socket);
    let address = listener.local_addr()?;
    Ok(Listener::Tcp(listener, address))
}

fn bind_unix(path: &Path) -> io::Result<Listener> {
    remove_if_abandoned(path);
    let listener = std::os::unix::net::UnixListener::bind(path)?;
    listener.set_nonblocking(true)?;
    Ok(Listener::Unix(listener, SocketFile(path.to_owned())))
}

/// Removes a socket that a process left behind which did not end in order: nobody answers at it.
fn remove_if_abandoned(path: &Path) {
    let is_socket = std::fs::symlink_metadata(path).is_ok_and(|metadata| metadata.file_type().is_socket());
    if !is_socket {
        return;
    }
    let refused = std::os::unix::net::UnixStream::connect(path)
        .is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused);
    if refused && std::fs::remove_file(path).is_ok() {
        tracing::info!(path = %path.display(), "removed a socket that nobody listened at any more");
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody else may have removed it already.
        let _ = std::fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_host_and_a_port() {
        let family = Family::Any;
        let tcp = |host: &str, port| Ok(Address::Tcp { host: host.into(), port, family });

        assert_eq!(Address::tcp("localhost:4317", Family::Any), tcp("localhost", 4317));
        assert_eq!(Address::tcp(":4317", Family::Any), tcp("", 4317));
        assert_eq!(Address::tcp("[::1]:0", Family::Any), tcp("::1", 0));
        for wrong in ["", "localhost", "4317", "localhost:", "localhost:x", "localhost:70000", "::1:4317", "[::1]"] {
            assert_eq!(Address::tcp(wrong, family), Err(NoAddress(wrong.into())), "{wrong}");
        }
        assert_eq!(
            Address::tcp("http://a:1", Family::Any).unwrap_err().to_string(),
            r#"must be host:port, found "http://a:1""#
        );
        assert_eq!(Address::tcp("[::1]:9", Family::Any).unwrap().to_string(), "[::1]:9");
    }

    #[test]
    fn a_taken_port_is_an_error_that_names_it() {
        let first = Listener::bind(&Address::tcp("127.0.0.1:0", Family::Any).unwrap()).unwrap();
        let taken = Address::tcp(&first.local().to_string(), Family::Any).unwrap();

        let error = Listener::bind(&taken).err().unwrap();

        let expected = format!("cannot listen at {taken}: Address already in use (os error 98)");
        assert_eq!((&*error.key, &*error.message), ("endpoint", &*expected));
    }

    #[test]
    fn an_abandoned_unix_socket_is_taken_over_and_one_in_use_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sluice.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());

        let listener = Listener::bind(&Address::Unix(path.clone())).unwrap();
        assert!(Listener::bind(&Address::Unix(path.clone())).is_err());

        drop(listener);
        assert!(!path.exists());
    }
}
