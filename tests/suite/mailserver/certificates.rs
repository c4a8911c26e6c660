//! Certificates of an authority that lives as long as one server of the tests.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject;

/// What the server shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// For `localhost` and 127.0.0.1, by the authority.
    Good,
    /// By the authority, for `mail.elsewhere.example`.
    OfAnother,
    Expired,
    NotYetValid,
    /// By nobody but itself.
    SelfSigned,
    /// The same, and marked as an authority's: what `openssl req -x509` makes.
    Authority,
}

/// The authority as PEM; a certificate with its chain and its key, as PEM.
pub struct Made {
    pub authority: String,
    pub certificate: String,
    pub key: String,
}

pub fn make(kind: Certificate) -> Made {
    let mut ca = CertificateParams::new(vec![]).unwrap();
    ca.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    ca.distinguished_name.push(DnType::CommonName, "An authority of the tests");
    let ca_key = KeyPair::generate().unwrap();
    let authority = ca.self_signed(&ca_key).unwrap().pem();
    let issuer = Issuer::new(ca, ca_key);

    let names: &[&str] = match kind {
        Certificate::OfAnother => &["mail.elsewhere.example"],
        _ => &["localhost", "127.0.0.1"],
    };
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut leaf = CertificateParams::new(names).unwrap();
    leaf.distinguished_name.push(DnType::CommonName, "A mail server of the tests");
    match kind {
        Certificate::Expired => {
            leaf.not_before = date_time_ymd(2020, 1, 1);
            leaf.not_after = date_time_ymd(2021, 1, 1);
        }
        Certificate::Authority => leaf.is_ca = IsCa::Ca(BasicConstraints::Unconstrained),
        Certificate::NotYetValid => leaf.not_before = date_time_ymd(2099, 1, 1),
        _ => {}
    }
    let key = KeyPair::generate().unwrap();
    let certificate = match kind {
        Certificate::SelfSigned | Certificate::Authority => leaf.self_signed(&key).unwrap(),
        _ => leaf.signed_by(&key, &issuer).unwrap(),
    };
    Made { authority, certificate: certificate.pem(), key: key.serialize_pem() }
}

impl Made {
    pub fn server_config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let chain = rustls::pki_types::CertificateDer::pem_slice_iter(self.certificate.as_bytes())
            .map(|it| it.unwrap())
            .collect();
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        Arc::new(config)
    }
}
