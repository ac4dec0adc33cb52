//! Credentials that stand in the configuration, or in files that may change while we run.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use http::{HeaderName, HeaderValue};
use sluice_component::Stop;
use sluice_component::config::{Secret, Section};

/// How often files are read again. Reading works where watching does not: across renamed files, links that are
/// switched (Kubernetes), file systems of the network.
const INTERVAL: Duration = Duration::from_secs(1);

/// The most that a file may hold, in bytes.
const MAX_FILE: u64 = 64 * 1024;

/// Where a credential comes from.
#[derive(Clone, Debug)]
pub(crate) enum Source {
    /// The configuration.
    Inline(Secret),
    /// A file, without the blanks around what it holds.
    File(PathBuf),
}

impl Source {
    /// Reads a credential and the path of its file; the file wins. `None` if neither stands there.
    pub(crate) fn read(section: &mut Section<'_>, key: &'static str, file_key: &'static str) -> Option<Self> {
        let inline = section.secret(key);
        let path = section.string(file_key, "");
        Self::of(inline, &path)
    }

    /// A credential, or the file in its place.
    pub(crate) fn of(inline: Secret, path: &str) -> Option<Self> {
        match (inline.reveal().is_empty(), path) {
            (true, "") => None,
            (false, "") => Some(Self::Inline(inline)),
            (_, path) => Some(Self::File(path.into())),
        }
    }

    /// The credential as it is now.
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is empty. Its content is not in the text.
    pub(crate) fn load(&self) -> Result<Secret, String> {
        match self {
            Self::Inline(secret) => Ok(secret.clone()),
            Self::File(path) => load(path).map_err(|error| format!("{}: {error}", path.display())),
        }
    }
}

fn load(path: &Path) -> Result<Secret, String> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| error.to_string())?;
    file.take(MAX_FILE + 1).read_to_string(&mut text).map_err(|error| error.to_string())?;
    match text.trim() {
        "" => Err("is empty".into()),
        _ if text.len() as u64 > MAX_FILE => Err(format!("is larger than {} KiB", MAX_FILE / 1024)),
        text => Ok(Secret::new(text)),
    }
}

/// What is made of credentials, and made again when a file of theirs changes.
pub(crate) struct Derived<T> {
    sources: Vec<Source>,
    make: Make<T>,
    current: ArcSwap<T>,
    /// What it was made of last.
    texts: Mutex<Vec<Secret>>,
    /// Whether the files cannot be used at the moment, which is said once.
    failing: AtomicBool,
}

type Make<T> = Box<dyn Fn(&[Secret]) -> Result<T, String> + Send + Sync>;

impl<T: Send + Sync + 'static> Derived<T> {
    /// Makes the first.
    ///
    /// # Errors
    ///
    /// A file cannot be read, or the credentials cannot be used.
    pub(crate) fn new(
        sources: Vec<Source>,
        make: impl Fn(&[Secret]) -> Result<T, String> + Send + Sync + 'static,
    ) -> Result<Arc<Self>, String> {
        let texts = load_all(&sources)?;
        let current = ArcSwap::from_pointee(make(&texts)?);
        let failing = AtomicBool::new(false);
        Ok(Arc::new(Self { sources, make: Box::new(make), current, texts: Mutex::new(texts), failing }))
    }

    /// What holds now.
    pub(crate) fn current(&self) -> arc_swap::Guard<Arc<T>> {
        self.current.load()
    }

    /// Reads the files again, on a thread that may block.
    pub(crate) async fn renew(self: &Arc<Self>) {
        if self.has_files() {
            let derived = Arc::clone(self);
            // It ends early only with the runtime.
            let _ = tokio::task::spawn_blocking(move || derived.renew_here()).await;
        }
    }

    /// Reads the files again and again until `stop` is requested.
    pub(crate) async fn keep(self: Arc<Self>, stop: Stop) {
        let stopped = stop.requested();
        if !self.has_files() {
            stopped.await;
            return;
        }
        tokio::pin!(stopped);
        loop {
            tokio::select! {
                _ = &mut stopped => return,
                () = tokio::time::sleep(INTERVAL) => self.renew().await,
            }
        }
    }

    fn has_files(&self) -> bool {
        self.sources.iter().any(|source| matches!(source, Source::File(_)))
    }

    /// The files, for a log line.
    fn files(&self) -> String {
        let files = self.sources.iter().filter_map(|source| match source {
            Source::File(path) => Some(path.display().to_string()),
            Source::Inline(_) => None,
        });
        files.collect::<Vec<_>>().join(", ")
    }

    /// What cannot be used leaves the former in place, with a warning.
    fn renew_here(&self) {
        let mut texts = self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        let renewed = load_all(&self.sources).and_then(|loaded| {
            if loaded != *texts {
                self.current.store(Arc::new((self.make)(&loaded)?));
                *texts = loaded;
                tracing::info!(files = self.files(), "credentials reloaded");
            }
            Ok(())
        });
        let failed = renewed.is_err();
        match renewed {
            Err(error) if !self.failing.load(Ordering::Relaxed) => {
                tracing::warn!(%error, "credentials not reloaded, the former ones stay in use");
            }
            _ => {}
        }
        self.failing.store(failed, Ordering::Relaxed);
    }
}

fn load_all(sources: &[Source]) -> Result<Vec<Secret>, String> {
    sources.iter().map(Source::load).collect()
}

/// A value that is not shown.
///
/// # Errors
///
/// It cannot stand in a header.
pub(crate) fn header_value(text: &[u8]) -> Result<HeaderValue, String> {
    let mut value = HeaderValue::from_bytes(text).map_err(|_| "has characters that a header cannot have".to_owned())?;
    value.set_sensitive(true);
    Ok(value)
}

/// The header of a name that stands at `key`.
pub(crate) fn header_name(section: &Section<'_>, key: &str, name: &str) -> Option<HeaderName> {
    let header = HeaderName::try_from(name);
    if header.is_err() {
        section.problem(key, format!("{name:?} is no name of a header"));
    }
    header.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(path: &Path) -> Arc<Derived<String>> {
        let make = |texts: &[Secret]| match texts[0].reveal() {
            "bad" => Err("cannot be used".to_owned()),
            text => Ok(text.to_owned()),
        };
        Derived::new(vec![Source::File(path.into())], make).unwrap()
    }

    #[tokio::test]
    async fn what_a_file_holds_is_used_as_soon_as_it_is_read_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        std::fs::write(&path, " one\n").unwrap();
        let derived = derived(&path);
        assert_eq!(**derived.current(), "one");

        std::fs::write(directory.path().join("new"), "two").unwrap();
        std::fs::rename(directory.path().join("new"), &path).unwrap();
        derived.renew().await;
        assert_eq!(**derived.current(), "two");

        for unusable in ["", "bad"] {
            std::fs::write(&path, unusable).unwrap();
            derived.renew().await;
            assert_eq!(**derived.current(), "two");
        }
        std::fs::remove_file(&path).unwrap();
        derived.renew().await;
        assert_eq!(**derived.current(), "two");
    }

    #[tokio::test(start_paused = true)]
    async fn files_are_read_every_second_while_it_runs() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("token");
        std::fs::write(&path, "one").unwrap();
        let derived = derived(&path);
        let stop = sluice_component::StopSource::default();
        let keeping = tokio::spawn(Arc::clone(&derived).keep(stop.listener()));

        std::fs::write(&path, "two").unwrap();
        while **derived.current() != "two" {
            tokio::time::sleep(INTERVAL).await;
        }

        stop.stop(std::time::Instant::now());
        keeping.await.unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_used_is_named_without_its_content() {
        let directory = tempfile::tempdir().unwrap();
        let error = |name: &str, content: Option<Vec<u8>>| {
            let path = directory.path().join(name);
            if let Some(content) = content {
                std::fs::write(&path, content).unwrap();
            }
            let error = Source::File(path).load().unwrap_err();
            error.strip_prefix(&format!("{}/{name}: ", directory.path().display())).unwrap().to_owned()
        };

        assert_eq!(error("none", None), "No such file or directory (os error 2)");
        assert_eq!(error("empty", Some(b" \n".into())), "is empty");
        assert_eq!(error("large", Some(vec![b'x'; 64 * 1024 + 1])), "is larger than 64 KiB");
        assert_eq!(error("binary", Some(vec![0xff])), "stream did not contain valid UTF-8");
    }
}
