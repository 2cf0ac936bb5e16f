//! What 200 redemptions weigh on the wire, beside the same facts in the formats that others send.

use crate::{draws::Draws, figures::Figure};
use anyhow::Result;
use chrono::{Days, NaiveDate};
use passerelle_domain::{
    event::{Act, Event, Link},
    id::{DeviceId, Epoch},
    key::{PrivateKey, Purpose},
    pass::{PassId, Rank},
    programme::{ProgrammeId, ServiceCode},
    wire::{Batch, Envelope, SiteEntry, pack},
};
use serde_json::{Value, json};

const REDEMPTIONS: usize = 200;
const WORKSHOPS: usize = 25;
/// A site's lot: booklets of ten passes.
const BOOKLETS: usize = 50;
const PER_BOOKLET: Rank = 10;

/// Weighs a month of a site.
///
/// # Errors
/// None: it only counts.
pub fn measure() -> Result<Vec<Figure>> {
    let mut draws = Draws::from_seed(0x5eed);
    let batch = month(&mut draws);
    let json = serde_json::to_vec(&as_json(&batch, &mut draws))?;
    let squeezed = zstd::bulk::compress(&json, 9)?;
    let key = PrivateKey::from_seed(&[1; 32]);
    let content = pack(&batch);
    let signed = Envelope::seal(batch.device.0, &key, Purpose::Batch, &batch).to_bytes();
    let weight = |name: &str, bytes: &[u8]| Figure::new(name, bytes.len() as f64, "B");
    let each = |bytes: usize| bytes as f64 / REDEMPTIONS as f64;
    Ok(vec![
        weight("200 redemptions, JSON with UUIDs", &json),
        weight("200 redemptions, the same under zstd", &squeezed),
        weight("200 redemptions, ours, signed", &signed)
            .against("the JSON under zstd", squeezed.len() as f64)
            .at_most("<= 1024 B", 1024.0),
        Figure::new("a redemption, ours", each(content.len()), "B")
            .against("JSON under zstd", each(squeezed.len()))
            .at_most("<= 4 B", 4.0),
    ])
}

/// Workshops of eight people who each hand over the next pass of their booklet, in no order.
fn month(draws: &mut Draws) -> Batch {
    let first_day = NaiveDate::from_ymd_opt(2026, 10, 20).expect("a date");
    let mut next_rank = [1; BOOKLETS];
    let mut events = Vec::new();
    for workshop in 0..WORKSHOPS {
        let service = ServiceCode(u8::try_from(1 + draws.below(3)).expect("small"));
        let mut came = Vec::new();
        while came.len() < REDEMPTIONS / WORKSHOPS {
            let person = draws.below(BOOKLETS);
            if next_rank[person] <= PER_BOOKLET && !came.contains(&person) {
                came.push(person);
            }
        }
        for person in came {
            let pass = PassId {
                programme: ProgrammeId(3),
                booklet: 12_750 + u32::try_from(person).expect("small"),
                rank: next_rank[person],
            };
            next_rank[person] += 1;
            events.push(Event {
                seq: 4_001 + events.len() as u64,
                day: first_day + Days::new(workshop as u64),
                site: 1,
                act: Act::Redemption { pass, service },
            });
        }
    }
    let key = PrivateKey::from_seed(&[1; 32]);
    let link = Link::root(key.public().device_id(), Epoch(draws.any()), None);
    Batch {
        device: DeviceId(key.public().device_id().0),
        epoch: Epoch(draws.any()),
        parent: None,
        before: link,
        known_time: Some(1_795_000_000),
        sites: vec![SiteEntry {
            site: 1,
            name: "Médiathèque des Deux-Rives".into(),
            insee_code: "94016".into(),
        }],
        events,
    }
}

/// The same facts as an application writes them that gives each thing a random name.
fn as_json(batch: &Batch, draws: &mut Draws) -> Value {
    let mut uuid = || {
        let (high, low) = (draws.any(), draws.any());
        let text = format!("{high:016x}{low:016x}");
        format!(
            "{}-{}-{}-{}-{}",
            &text[..8],
            &text[8..12],
            &text[12..16],
            &text[16..20],
            &text[20..]
        )
    };
    let (device, site) = (uuid(), uuid());
    let workshops: Vec<String> = (0..WORKSHOPS).map(|_| uuid()).collect();
    let redemptions = batch.events.iter().enumerate().map(|(number, event)| {
        let pass = event.act.pass();
        json!({
            "id": uuid(),
            "device_id": device,
            "site_id": site,
            "workshop_id": workshops[number * WORKSHOPS / REDEMPTIONS],
            "pass": format!("04{:07}{:02}", pass.booklet, pass.rank),
            "redeemed_at": format!("{}T14:00:00+01:00", event.day),
        })
    });
    Value::Array(redemptions.collect())
}
