//! What the user writes.

use sluice_component::config::{Secret, Section};

use crate::credentials::Source;

/// Settings of `basicauth`.
#[derive(Clone, Debug)]
pub(super) enum Config {
    /// `htpasswd`: for servers.
    Server(Htpasswd),
    /// `client_auth`: for clients.
    Client(Credentials),
}

/// Whom a server lets in.
#[derive(Clone, Debug)]
pub(super) struct Htpasswd {
    /// The path of a file, read once at the start; empty for none.
    pub(super) file: String,
    /// Lines that win over those of the file.
    pub(super) inline: Secret,
}

/// What a client shows.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) username: Source,
    pub(super) password: Source,
}

impl Config {
    pub(super) fn read(section: &mut Section<'_>) -> Self {
        let server = section.has("htpasswd").then(|| section.section("htpasswd", Htpasswd::read));
        let client = section.has("client_auth").then(|| section.section("client_auth", Credentials::read));
        // Asked for, so that null is known.
        section.ignored("htpasswd");
        section.ignored("client_auth");
        match (server, client) {
            (Some(_), Some(client)) => {
                section.problem("", "only one of `htpasswd` or `client_auth` can be specified");
                Self::Client(client)
            }
            (Some(server), None) => Self::Server(server),
            (None, Some(client)) => Self::Client(client),
            (None, None) => {
                section
                    .problem("", "no credential source provided, expected htpasswd (servers) or client_auth (clients)");
                Self::Server(Htpasswd { file: String::new(), inline: Secret::default() })
            }
        }
    }
}

impl Htpasswd {
    fn read(section: &mut Section<'_>) -> Self {
        let htpasswd = Self { file: section.string("file", ""), inline: section.secret("inline") };
        if htpasswd.file.is_empty() && htpasswd.inline.reveal().is_empty() {
            section.problem("", "no credential source provided, expected file or inline");
        }
        htpasswd
    }
}

impl Credentials {
    fn read(section: &mut Section<'_>) -> Self {
        let nothing = || Source::Inline(Secret::default());
        let username = section.string("username", "");
        let username_file = section.string("username_file", "");
        let password = Source::read(section, "password", "password_file");
        section.unsupported("aws_secrets_manager", "let the secret be written to username_file and password_file");
        if username.contains(':') && username_file.is_empty() {
            section.problem("username", "must not have a colon in it");
        }
        Self {
            username: Source::of(Secret::new(username), &username_file).unwrap_or_else(nothing),
            password: password.unwrap_or_else(nothing),
        }
    }
}
