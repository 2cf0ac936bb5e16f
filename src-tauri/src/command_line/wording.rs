//! From data to the French sentences of the command line.

use chrono::NaiveDate;
use passerelle_desk::{
    UserError,
    view::{PassCheck, SyncReport, Tally},
};
use passerelle_domain::refusal::Refusal;
use passerelle_words::{Value, format, has, say, say_with};
use serde::Serialize;

/// `12 pass · 120 €`
pub fn tally(tally: Tally) -> String {
    say_with(
        "cli-tally",
        &[
            ("count", tally.count.into()),
            ("amount", format::amount(tally.amount_cents.0).into()),
        ],
    )
}

/// What clearing has answered, a line for each sort of news.
pub fn answered(report: &SyncReport) -> Vec<String> {
    let tallies = [
        ("cli-sync-credited", report.credited),
        ("cli-sync-to-examine", report.to_examine),
        ("cli-sync-refused", report.refused),
    ];
    let tallies = tallies.into_iter().filter(|(_, it)| it.count > 0);
    let counts = [
        ("batches-came-settled", report.settled_months),
        ("batches-came-noted", report.noted),
    ];
    let counts = counts.into_iter().filter(|(_, count)| *count > 0);
    tallies
        .map(|(id, it)| say_with(id, &[("tally", tally(it).into())]))
        .chain(counts.map(|(id, count)| say_with(id, &[("count", count.into())])))
        .collect()
}

/// What prevented something, and what to do.
pub fn sentence(problem: &UserError) -> String {
    if problem.code == "refused" {
        let kind = problem.data["kind"]
            .as_str()
            .unwrap_or_default()
            .replace('_', "-");
        return say_shown(&format!("refusal-{kind}"), &problem.data);
    }
    // What is to be corrected is said field by field.
    if problem.code == "fields" {
        let faults = problem.data.as_array().into_iter().flatten();
        let said = faults.map(|fault| {
            let code = fault["code"].as_str().unwrap_or_default();
            say_shown(&format!("fault-{code}"), &fault["data"])
        });
        return said.collect::<Vec<_>>().join("\n");
    }
    // A link or a file may fail in several ways, each with its own sentence: `link-portal`.
    let precise = format!(
        "{}-{}",
        problem.code,
        problem.data["fault"].as_str().unwrap_or_default()
    );
    let general = format!("error-{}", problem.code);
    say_shown(if has(&precise) { &precise } else { &general }, &problem.data)
}

/// What would be answered to a pass.
pub fn check(check: &PassCheck) -> String {
    match check {
        PassCheck::Good => say("passes-good"),
        PassCheck::Provisional { doubt } => say(&format!("doubt-{}", doubt.code().replace('_', "-"))),
        PassCheck::Refused { refusal } => refusal_sentence(refusal),
        PassCheck::UnknownProgramme => say("passes-unidentified"),
    }
}

fn refusal_sentence(refusal: &Refusal) -> String {
    say_shown(&format!("refusal-{}", refusal.code()), refusal)
}

/// A sentence with the fields of `data`: amounts and days in French.
fn say_shown(id: &str, data: &impl Serialize) -> String {
    let data = serde_json::to_value(data).expect("what is said is plain data");
    let fields: Vec<(String, Value<'_>)> = data
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(name, value)| shown(name, value))
        .collect();
    let borrowed: Vec<(&str, Value<'_>)> = fields
        .iter()
        .map(|(name, value)| (name.as_str(), value.clone()))
        .collect();
    say_with(id, &borrowed)
}

fn shown<'a>(name: &str, value: &'a serde_json::Value) -> Option<(String, Value<'a>)> {
    if let Some(number) = value.as_i64() {
        return Some(match name.strip_suffix("_cents") {
            Some(name) => (name.to_owned(), format::amount(number).into()),
            None => (name.to_owned(), number.into()),
        });
    }
    let text = value.as_str()?;
    let shown = match text.parse::<NaiveDate>() {
        Ok(day) => format::day_month_year(day).into(),
        Err(_) => text.into(),
    };
    Some((name.to_owned(), shown))
}

#[cfg(test)]
mod tests {
    use super::*;
    use passerelle_desk::Error;
    use passerelle_domain::cents::Cents;

    #[test]
    fn a_refusal_says_its_days_and_amounts_in_french() {
        let refusal = Refusal::TooManyProvisional {
            cap: 50,
            amount_cents: Cents(50_000),
        };
        let said = refusal_sentence(&refusal);
        assert!(said.contains("50") && said.contains("500\u{a0}€"), "{said}");
        let day = NaiveDate::from_ymd_opt(2026, 11, 12).expect("a day");
        assert!(refusal_sentence(&Refusal::TakenHere { held_on: day }).contains("12\u{a0}novembre"));
    }

    #[test]
    fn what_is_to_be_corrected_is_said_field_by_field() {
        use passerelle_domain::{fault::FaultList, route::RouteFault};
        let mut faults = FaultList::default();
        faults.note("proxy", RouteFault::ProxyPort);
        faults.note("authority", RouteFault::AuthorityDamaged { rank: 2 });
        let said = sentence(&UserError::from(&Error::Fields(faults.into_vec())));
        assert_eq!(said.lines().count(), 2, "{said}");
        assert!(said.contains('2') && !said.contains('{'), "{said}");
    }

    #[test]
    fn what_prevents_something_is_a_sentence_and_never_a_code() {
        let said = sentence(&UserError::from(&Error::NotEnrolled));
        assert!(said.contains("lettre"), "{said}");
        let refused = UserError::from(&Error::from(Refusal::NotACode));
        assert!(!sentence(&refused).contains('{') && sentence(&refused).contains(' '));
    }
}
