//! What the service counts while it runs, for whoever watches over it. No label says who: a label is
//! the name of a route, a verdict or a refusal, and there are few of each.

use passerelle_domain::{
    exchange::StateVersion,
    wire::{Refused, Verdict},
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::Registry,
};
use std::time::Duration;

/// In which a request's duration is counted, in seconds: from a health check to a batch that waits
/// for a busy disk.
const DURATIONS: [f64; 10] = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// The counters of one process, from zero at its start.
#[derive(Debug, Clone)]
pub struct Meters {
    requests: Family<RequestLabels, Counter>,
    seconds: Family<RouteLabel, Histogram>,
    refusals: Family<RefusalLabel, Counter>,
    batches: Family<BatchLabel, Counter>,
    verdicts: Family<VerdictLabel, Counter>,
    decisions: Counter,
    recalls: Counter,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabel {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabel {
    kind: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct BatchLabel {
    content: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct VerdictLabel {
    verdict: &'static str,
}

impl Default for Meters {
    fn default() -> Self {
        Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(DURATIONS)),
            refusals: Family::default(),
            batches: Family::default(),
            verdicts: Family::default(),
            decisions: Counter::default(),
            recalls: Counter::default(),
        }
    }
}

impl Meters {
    /// Counts a request that was answered. The route is the pattern that it met, never its path.
    pub fn count_request(&self, method: &'static str, route: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        let labels = RequestLabels {
            method,
            route: route.clone(),
            status: u32::from(status),
        };
        self.requests.get_or_create(&labels).inc();
        self.seconds
            .get_or_create(&RouteLabel { route })
            .observe(took.as_secs_f64());
    }

    /// Counts a request that was not taken at all.
    pub fn count_refusal(&self, refused: Refused) {
        let kind = refused.code();
        self.refusals.get_or_create(&RefusalLabel { kind }).inc();
    }

    /// Counts a batch that has its receipt, and the first words on what was new in it.
    pub fn count_batch(&self, new: &[Verdict]) {
        let content = if new.is_empty() { "known" } else { "new" };
        self.batches.get_or_create(&BatchLabel { content }).inc();
        for verdict in new {
            let verdict = verdict.code();
            self.verdicts.get_or_create(&VerdictLabel { verdict }).inc();
        }
    }

    /// Counts decisions that a desk was told.
    pub fn count_decisions(&self, told: usize) {
        self.decisions.inc_by(told as u64);
    }

    /// Counts a proof of what the books had lost.
    pub fn count_recall(&self) {
        self.recalls.inc();
    }

    /// Everything in the text format of OpenMetrics 1.0, which Prometheus reads. Without a version of
    /// the state, the books do not answer.
    #[must_use]
    pub fn to_text(&self, state: Option<StateVersion>) -> String {
        let mut registry = Registry::with_prefix("passerelle");
        self.register(&mut registry);
        let gauge = |value: u64| {
            let gauge: Gauge = Gauge::default();
            gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
            gauge
        };
        registry.register(
            "books_up",
            "Whether the books answer",
            gauge(u64::from(state.is_some())),
        );
        if let Some(state) = state {
            registry.register(
                "state_version",
                "The version of the state that desks are told",
                gauge(state.version),
            );
            registry.register(
                "generation",
                "How many times the books were restored",
                gauge(u64::from(state.generation)),
            );
        }
        let mut text = String::new();
        encode(&mut text, &registry).expect("memory takes all that is written");
        text
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("http_requests", "Requests answered", self.requests.clone());
        registry.register(
            "http_request_duration_seconds",
            "From the head of a request to that of its answer",
            self.seconds.clone(),
        );
        registry.register(
            "refusals",
            "Requests not taken at all, by the refusal that was sent",
            self.refusals.clone(),
        );
        registry.register("batches", "Batches answered with a receipt", self.batches.clone());
        registry.register(
            "verdicts",
            "First words on redemptions and voids",
            self.verdicts.clone(),
        );
        registry.register(
            "decisions_told",
            "Later words sent to desks, once for each desk that asked",
            self.decisions.clone(),
        );
        registry.register(
            "recalls",
            "Proofs taken of what restored books had lost",
            self.recalls.clone(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_counted_is_told_and_what_the_books_do_not_say_is_not() {
        let meters = Meters::default();
        meters.count_batch(&[Verdict::Credited, Verdict::Credited, Verdict::Unknown]);
        meters.count_batch(&[]);
        meters.count_refusal(Refused::Gap { expected_seq: 7 });
        meters.count_request("POST", "/v1/batches", 200, Duration::from_millis(7));
        let text = meters.to_text(None);
        for line in [
            "passerelle_batches_total{content=\"new\"} 1",
            "passerelle_batches_total{content=\"known\"} 1",
            "passerelle_verdicts_total{verdict=\"credited\"} 2",
            "passerelle_verdicts_total{verdict=\"unknown\"} 1",
            "passerelle_refusals_total{kind=\"gap\"} 1",
            "passerelle_http_requests_total{method=\"POST\",route=\"/v1/batches\",status=\"200\"} 1",
            "passerelle_http_request_duration_seconds_bucket{le=\"0.01\",route=\"/v1/batches\"} 1",
            "passerelle_books_up 0",
        ] {
            assert!(
                text.lines().any(|found| found == line),
                "{line} is not in\n{text}"
            );
        }
        assert!(!text.contains("state_version"));
        let state = StateVersion {
            generation: 2,
            version: 41,
        };
        let text = meters.to_text(Some(state));
        assert!(text.contains("passerelle_state_version 41\n") && text.contains("passerelle_generation 2\n"));
    }
}
