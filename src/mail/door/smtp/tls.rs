//! Whom we trust, and what went wrong where we do not.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{
    AlertDescription, CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use crate::mail::door::DoorError;

/// The certificate that a server showed last, also where it was not believed.
pub type Shown = Arc<Mutex<Option<CertificateDer<'static>>>>;

/// Trusts what the system trusts, and `authorities` besides. TLS 1.2 and 1.3.
///
/// # Errors
///
/// When the system has no certificate authorities and no other was named.
pub fn config(
    authorities: &[CertificateDer<'static>],
    shown: &Shown,
) -> Result<Arc<ClientConfig>, DoorError> {
    let no_authorities = |error: Error| DoorError::NoAuthorities { message: error.to_string() };
    let provider = Arc::new(ring::default_provider());
    let verifier = verifier(authorities, provider.clone()).map_err(no_authorities)?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(no_authorities)?
        .dangerous() // the name of the call; every certificate is still judged by the system's rules
        .with_custom_certificate_verifier(Arc::new(Watched { verifier, shown: shown.clone() }))
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn verifier(
    authorities: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, Error> {
    match authorities {
        [] => Verifier::new(provider),
        _ => Verifier::new_with_extra_roots(authorities.iter().cloned(), provider),
    }
}

/// The verifier of the system, whose every decision stands; the certificate is kept, so that a
/// person can be shown what was refused.
#[derive(Debug)]
struct Watched {
    verifier: Verifier,
    shown: Shown,
}

impl ServerCertVerifier for Watched {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        *shown = Some(end_entity.clone().into_owned());
        self.verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.verifier.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.verifier.supported_verify_schemes()
    }
}

/// Why there is no encryption with `host`, and what a person can do.
pub fn explain(error: &Error, host: &str) -> String {
    match error {
        Error::InvalidCertificate(certificate) => distrust(certificate, host),
        Error::InvalidMessage(_) => format!(
            "{host} does not answer in TLS on this port; \
             with `smtp://` the encryption begins by STARTTLS, with `smtps://` at once (port 465)"
        ),
        Error::AlertReceived(AlertDescription::ProtocolVersion) | Error::PeerIncompatible(_) => {
            format!(
                "{host} and this program have no version of TLS in common ({error}); \
             the server needs TLS 1.2 or 1.3"
            )
        }
        Error::AlertReceived(alert) => {
            format!("{host} ended the handshake: {alert:?}; its log says why")
        }
        other => format!("no encrypted connection with {host}: {other}"),
    }
}

fn distrust(error: &CertificateError, host: &str) -> String {
    use CertificateError::*;
    match error {
        Expired | ExpiredContext { .. } => format!(
            "the certificate of {host} has expired; \
             whoever runs the server has to renew it (or the clock of this machine is wrong)"
        ),
        NotValidYet | NotValidYetContext { .. } => format!(
            "the certificate of {host} is not valid yet; is the clock of this machine right?"
        ),
        UnknownIssuer => format!(
            "the certificate of {host} is from an authority that this machine does not know; \
             if it is your own, name its certificate in LITTLETHINGS_SMTP_CA_FILE"
        ),
        NotValidForName => format!(
            "the certificate is for another name than {host}; \
             write the server's own name in LITTLETHINGS_SMTP_URL"
        ),
        NotValidForNameContext { presented, .. } if presented.is_empty() => format!(
            "the certificate names no server, and so not {host}; \
             whoever runs the server has to put the name into it (subjectAltName)"
        ),
        NotValidForNameContext { presented, .. } => {
            let names: Vec<&str> = presented.iter().take(5).map(|name| plain(name)).collect();
            format!(
                "the certificate is for {} and not for {host}; \
                 write the server's own name in LITTLETHINGS_SMTP_URL",
                names.join(", ")
            )
        }
        Revoked => format!("the certificate of {host} has been revoked"),
        Other(why) if why.0.to_string() == "CaUsedAsEndEntity" => format!(
            "the certificate of {host} is marked as that of an authority (CA:TRUE), and a server \
             may not show one; whoever runs the server has to make one for it (CA:FALSE, the name \
             in subjectAltName), which, where it is self-signed, LITTLETHINGS_SMTP_CA_FILE can name"
        ),
        Other(why) => format!("the certificate of {host} cannot be used ({})", why.0),
        other => format!("the certificate of {host} cannot be used: {other}"),
    }
}

/// rustls names a name as `DnsName("mail.example.org")`.
fn plain(name: &str) -> &str {
    name.split('"').nth(1).unwrap_or(name)
}
