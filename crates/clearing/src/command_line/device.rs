//! `device`: the desks, and stopping one.

use super::{Said, aftermath, instant, number};
use clap::Subcommand;
use passerelle_clearing::{Clearing, DeviceStanding, Error};
use passerelle_words::{Value, say, say_with};
use serde_json::json;

#[derive(Debug, Subcommand)]
pub enum DeviceCommand {
    #[command(about = say("clearing-help-device-list"))]
    List,
    #[command(about = say("clearing-help-device-revoke"))]
    Revoke {
        #[arg(value_name = "IDENTITE", help = say("clearing-help-device-identity"))]
        device: String,
        #[arg(long, value_name = "TEXTE", help = say("clearing-help-reason"))]
        reason: String,
    },
}

/// Does what was asked.
pub fn run(clearing: &Clearing, command: &DeviceCommand) -> Result<Said, Error> {
    match command {
        DeviceCommand::List => {
            let devices = clearing.list_devices()?;
            Ok(Said {
                sentence: aftermath::after(clearing, list(&devices))?,
                json: json!(devices),
            })
        }
        DeviceCommand::Revoke { device, reason } => {
            let known = clearing.get_device_named(device)?;
            clearing.revoke(known.device, reason)?;
            let values = [
                ("label", Value::from(known.label.as_str())),
                ("structure", known.structure.as_str().into()),
            ];
            Ok(Said {
                sentence: say_with("clearing-said-revoked", &values),
                json: json!({ "device": known.device.to_string(), "siret": known.siret }),
            })
        }
    }
}

fn list(devices: &[DeviceStanding]) -> String {
    let mut lines = vec![say_with(
        "clearing-said-devices",
        &[("count", number(devices.len() as u64))],
    )];
    lines.extend(devices.iter().map(line));
    lines.join("\n")
}

/// A desk: whose it is, and when it was last heard.
pub fn line(device: &DeviceStanding) -> String {
    let heard = match (device.revoked_at, device.last_heard_at) {
        (Some(at), _) => say_with("clearing-said-device-revoked", &[("at", instant(at).into())]),
        (None, Some(at)) => say_with("clearing-said-device-heard", &[("at", instant(at).into())]),
        (None, None) => say("clearing-said-device-silent"),
    };
    let values = [
        ("device", Value::from(device.device.to_string())),
        ("label", device.label.as_str().into()),
        ("structure", device.structure.as_str().into()),
        ("heard", heard.into()),
    ];
    let mut line = say_with("clearing-said-device-line", &values);
    if device.is_silent {
        line.push_str(&say("clearing-said-device-unreported"));
    }
    if device.forks > 0 {
        line.push('\n');
        line.push_str(&say("clearing-said-device-forked"));
    }
    line
}
