//! What `serve` is told: by a flag, or by the variable of the environment that the help names.

use super::logs::LogFormat;
use clap::Args;
use passerelle_clearing::{Certificate, Error, Limits, limits::Allowance};
use passerelle_words::say;
use std::{net::IpAddr, path::PathBuf, time::Duration};

/// The arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Where desks knock.
    #[arg(long, env = "PASSERELLE_LISTEN", value_name = "HOST:PORT", default_value = "127.0.0.1:8480", help = say("clearing-help-listen"))]
    pub listen: String,
    /// Where the administration knocks.
    #[arg(long, env = "PASSERELLE_ADMIN_LISTEN", value_name = "HOST:PORT", help = say("clearing-help-admin-listen"))]
    pub admin_listen: Option<String>,
    #[arg(long, env = "PASSERELLE_TLS_CERTIFICATE", value_name = "FILE.pem", requires = "tls_key", help = say("clearing-help-tls-certificate"))]
    tls_certificate: Option<PathBuf>,
    #[arg(long, env = "PASSERELLE_TLS_KEY", value_name = "FILE.pem", requires = "tls_certificate", help = say("clearing-help-tls-key"))]
    tls_key: Option<PathBuf>,
    #[arg(long = "trusted-proxy", env = "PASSERELLE_TRUSTED_PROXIES", value_name = "IP", value_delimiter = ',', help = say("clearing-help-trusted-proxy"))]
    trusted_proxies: Vec<IpAddr>,
    /// How the log is written.
    #[arg(long, env = "PASSERELLE_LOG", value_name = "FORMAT", default_value = "text", hide_possible_values = true, help = say("clearing-help-log"))]
    pub log: LogFormat,
    #[arg(long, env = "PASSERELLE_PER_ADDRESS", value_name = "N/N", default_value_t = Limits::default().per_address, help = say("clearing-help-per-address"))]
    per_address: Allowance,
    #[arg(long, env = "PASSERELLE_PER_DEVICE", value_name = "N/N", default_value_t = Limits::default().per_device, help = say("clearing-help-per-device"))]
    per_device: Allowance,
    #[arg(long, env = "PASSERELLE_GUESSES_PER_ADDRESS", value_name = "N/N", default_value_t = Limits::default().guesses_per_address, help = say("clearing-help-guesses-per-address"))]
    guesses_per_address: Allowance,
    #[arg(long, env = "PASSERELLE_GUESSES_PER_CODE", value_name = "N/N", default_value_t = Limits::default().guesses_per_code, help = say("clearing-help-guesses-per-code"))]
    guesses_per_code: Allowance,
    #[arg(long, env = "PASSERELLE_CONNECTIONS", value_name = "N", default_value_t = Limits::CONNECTIONS as u32, value_parser = clap::value_parser!(u32).range(1..=1_000_000), help = say("clearing-help-connections"))]
    connections: u32,
    #[arg(long, env = "PASSERELLE_HEAD_SECONDS", value_name = "S", default_value_t = 15, value_parser = seconds(), help = say("clearing-help-head-seconds"))]
    head_seconds: u64,
    #[arg(long, env = "PASSERELLE_BODY_SECONDS", value_name = "S", default_value_t = 60, value_parser = seconds(), help = say("clearing-help-body-seconds"))]
    body_seconds: u64,
    #[arg(long, env = "PASSERELLE_CONNECTION_SECONDS", value_name = "S", default_value_t = 1_800, value_parser = seconds(), help = say("clearing-help-connection-seconds"))]
    connection_seconds: u64,
    #[arg(long, env = "PASSERELLE_STOP_SECONDS", value_name = "S", default_value_t = 20, value_parser = seconds(), help = say("clearing-help-stop-seconds"))]
    stop_seconds: u64,
    /// How many seconds desks are asked to leave between two exchanges when they have nothing to send.
    #[arg(long, env = "PASSERELLE_PACE_SECONDS", value_name = "S", default_value_t = 900, value_parser = clap::value_parser!(u32).range(300..=86_400), help = say("clearing-help-pace-seconds"))]
    pub pace_seconds: u32,
}

impl ServeArguments {
    /// The certificate to be shown, if there is one.
    ///
    /// # Errors
    /// It cannot be.
    pub fn certificate(&self) -> Result<Option<Certificate>, Error> {
        match (&self.tls_certificate, &self.tls_key) {
            (Some(chain), Some(key)) => Certificate::open(chain, key).map(Some),
            (Some(_), None) | (None, Some(_) | None) => Ok(None),
        }
    }

    /// The limits asked for.
    pub fn limits(&self) -> Limits {
        Limits {
            per_address: self.per_address,
            per_device: self.per_device,
            guesses_per_address: self.guesses_per_address,
            guesses_per_code: self.guesses_per_code,
            connections: self.connections as usize,
            head: Duration::from_secs(self.head_seconds),
            body: Duration::from_secs(self.body_seconds),
            connection: Duration::from_secs(self.connection_seconds),
            stop: Duration::from_secs(self.stop_seconds),
            trusted_proxies: self.trusted_proxies.iter().map(IpAddr::to_canonical).collect(),
            ..Limits::default()
        }
    }
}

fn seconds() -> clap::builder::RangedU64ValueParser<u64> {
    clap::value_parser!(u64).range(1..=86_400)
}
