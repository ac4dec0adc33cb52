//! What an error of TLS means to who has set it up: which setting mends it.

use std::io;

use rustls::{AlertDescription, CertificateError, Error};

/// The same error, and what to do about it where that is known.
pub(super) fn explained(error: io::Error) -> io::Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref()).and_then(advice) {
        Some(advice) => io::Error::new(error.kind(), format!("{error}; {advice}")),
        None => error,
    }
}

/// Whether the other side ends the connection because of who we are.
pub(super) fn is_refusal(error: &io::Error) -> bool {
    matches!(
        error.get_ref().and_then(|inner| inner.downcast_ref()),
        Some(Error::AlertReceived(alert)) if alert_advice(*alert).is_some()
    )
}

fn advice(error: &Error) -> Option<&'static str> {
    match error {
        Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
            Some("tls::ca_file must name the authority that signed it")
        }
        Error::InvalidCertificate(CertificateError::Expired | CertificateError::ExpiredContext { .. }) => {
            Some("the server has to renew it")
        }
        Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        ) => Some("tls::server_name_override says which other name to expect"),
        Error::InvalidMessage(_) => Some("the server does not seem to speak TLS"),
        Error::AlertReceived(alert) => alert_advice(*alert),
        _ => None,
    }
}

/// Source: RFC 8446, 6.2.
fn alert_advice(alert: AlertDescription) -> Option<&'static str> {
    match alert {
        AlertDescription::CertificateRequired => {
            Some("the server wants a certificate, which tls::cert_file and tls::key_file name")
        }
        AlertDescription::BadCertificate
        | AlertDescription::UnsupportedCertificate
        | AlertDescription::CertificateRevoked
        | AlertDescription::CertificateExpired
        | AlertDescription::CertificateUnknown
        | AlertDescription::UnknownCA
        | AlertDescription::AccessDenied => Some("the server does not take the certificate of tls::cert_file"),
        _ => None,
    }
}
