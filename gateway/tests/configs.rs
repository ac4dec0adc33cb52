//! Every file in `configs/` does what it says: it is read without a warning, and what it asks for can be built.

#![allow(clippy::unwrap_used, reason = "a failed expectation should end the test, in helpers too")]

mod nothing_runs;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use sluice::components::Components;
use sluice::config::{Gates, Request, load};
use sluice::graph::Graph;

use nothing_runs::{PROGRAM, built_extensions};

fn configs() -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../configs");
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let mut configs: Vec<_> = entries.filter(|path| path.extension().is_some_and(|kind| kind == "yaml")).collect();
    configs.sort();
    assert!(!configs.is_empty());
    configs
}

/// The certificates that `tls-mtls.yaml` names.
fn write_certificates(directory: &Path) {
    let mut params = CertificateParams::new([]).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    fs::write(directory.join("ca.pem"), params.self_signed(&key).unwrap().pem()).unwrap();
    let authority = Issuer::new(params, key);
    for name in ["server", "client"] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        fs::write(directory.join(format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(directory.join(format!("{name}-key.pem")), key.serialize_pem()).unwrap();
    }
}

#[tokio::test]
async fn every_file_is_read_without_a_warning_and_built() {
    let directory = tempfile::tempdir().unwrap();
    write_certificates(directory.path());
    // What `auth-gateway.yaml` names.
    for name in ["htpasswd", "tokens", "backend-password"] {
        fs::write(directory.path().join(name), "ada:secret").unwrap();
    }
    let environment = |name: &str| {
        let value = directory.path().as_os_str();
        match name {
            "CERTS" | "SECRETS" | "DIRECTORY" => Some(OsString::from(value)),
            "SCRAPED_AT" => Some("127.0.0.1:0".into()),
            _ => None,
        }
    };
    for config in configs() {
        let text = fs::read_to_string(&config).unwrap();
        // Any free port, so that tests do not meet.
        let pages = ["health_check", "zpages"].into_iter().filter(|name| text.contains(&format!("  {name}:")));
        let sets: Vec<_> = ["grpc", "http"]
            .iter()
            .filter(|way| text.contains(&format!("      {way}:")))
            .map(|way| format!("receivers.otlp.protocols.{way}.endpoint=127.0.0.1:0"))
            .chain(pages.map(|name| format!("extensions.{name}.endpoint=127.0.0.1:0")))
            .collect();
        let configs = [config.display().to_string()];
        let request = Request { configs: &configs, sets: &sets, gates: Gates::default(), environment: &environment };

        let loaded = load(&request, &Components::built_in()).unwrap_or_else(|problems| panic!("{problems}"));

        assert!(!sets.is_empty(), "{}", config.display());
        assert_eq!(loaded.warnings, [], "{}", config.display());
        let (_extensions, offered) = built_extensions(&loaded.plan);
        Graph::build(&loaded.plan, PROGRAM, &offered).unwrap_or_else(|error| panic!("{}: {error}", config.display()));
    }
}

#[test]
fn every_file_says_what_it_is_for_and_how_to_start_it_and_is_listed() {
    let readme = fs::read_to_string(configs()[0].with_file_name("README.md")).unwrap();
    for config in configs() {
        let name = config.file_name().unwrap().to_str().unwrap();
        let text = fs::read_to_string(&config).unwrap();
        let header: String = text.lines().take_while(|line| line.starts_with('#')).collect();

        assert!(header.contains(&format!("sluice --config configs/{name}")), "{name}");
        assert!(readme.contains(&format!("[`{name}`]({name})")), "{name}");
    }
}
