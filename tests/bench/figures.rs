//! What is measured, and how it is told.

use serde_json::{Value, json};
use std::{fs, io, path::Path, time::Duration};

/// One measured figure.
pub struct Figure {
    name: String,
    value: f64,
    unit: &'static str,
    floor: Option<Floor>,
    goal: &'static str,
    is_met: Option<bool>,
}

/// What the figure is held against, measured in the same run.
struct Floor {
    what: &'static str,
    value: f64,
}

impl Figure {
    /// A figure without a goal or a floor yet.
    pub fn new(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            name: name.into(),
            value,
            unit,
            floor: None,
            goal: "",
            is_met: None,
        }
    }

    /// A duration, in milliseconds.
    pub fn milliseconds(name: impl Into<String>, duration: Duration) -> Self {
        Self::new(name, in_milliseconds(duration), "ms")
    }

    /// Held against a floor or a peer, in the unit of the figure.
    pub fn against(mut self, what: &'static str, value: f64) -> Self {
        self.floor = Some(Floor { what, value });
        self
    }

    /// The goal that the value stays at or under `most`.
    pub fn at_most(mut self, goal: &'static str, most: f64) -> Self {
        self.goal = goal;
        self.is_met = Some(self.value <= most);
        self
    }

    /// The goal that the value stays at or under `most` times its floor.
    pub fn at_most_times(mut self, goal: &'static str, most: f64) -> Self {
        self.goal = goal;
        self.is_met = self.ratio().map(|ratio| ratio <= most);
        self
    }

    /// The goal that the value reaches `least`, or half of its floor where the machine is slow.
    pub fn at_least_or_half(mut self, goal: &'static str, least: f64) -> Self {
        self.goal = goal;
        let is_half = self.ratio().is_some_and(|ratio| ratio >= 0.5);
        self.is_met = Some(self.value >= least || is_half);
        self
    }

    fn ratio(&self) -> Option<f64> {
        self.floor.as_ref().map(|floor| self.value / floor.value)
    }

    fn to_json(&self) -> Value {
        json!({
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "floor": self.floor.as_ref().map(|floor| floor.value),
            "floor_is": self.floor.as_ref().map(|floor| floor.what),
            "ratio": self.ratio(),
            "goal": self.goal,
            "met": self.is_met,
        })
    }
}

/// Durations of one thing done many times.
#[derive(Default)]
pub struct Samples(Vec<Duration>);

impl Samples {
    pub fn push(&mut self, duration: Duration) {
        self.0.push(duration);
    }

    /// The duration that a share of the samples does not exceed: 0.5 for the median.
    pub fn quantile(&self, share: f64) -> Duration {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (share * (sorted.len() - 1) as f64).round() as usize;
        sorted[rank]
    }
}

/// A duration in milliseconds.
pub fn in_milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Prints the figures of one name as a table.
#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
pub fn print(name: &str, figures: &[Figure]) {
    println!("\n{name}");
    println!(
        "  {:<46} {:>10} {:<4} {:>10} {:>7}  goal",
        "", "value", "", "floor", "ratio"
    );
    for figure in figures {
        let floor = figure
            .floor
            .as_ref()
            .map_or(String::new(), |floor| format!("{:.2}", floor.value));
        let ratio = figure
            .ratio()
            .map_or(String::new(), |ratio| format!("{ratio:.2}"));
        let verdict = match figure.is_met {
            Some(true) => "met",
            Some(false) => "MISSED",
            None => "",
        };
        let what = figure.floor.as_ref().map_or("", |floor| floor.what);
        println!(
            "  {:<46} {:>10.2} {:<4} {floor:>10} {ratio:>7}  {} {verdict} {what}",
            figure.name, figure.value, figure.unit, figure.goal
        );
    }
}

/// Writes them to `NAME.json` in a folder.
pub fn write(folder: &Path, name: &str, figures: &[Figure]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let list: Vec<Value> = figures.iter().map(Figure::to_json).collect();
    let text = serde_json::to_string_pretty(&list)?;
    fs::write(folder.join(format!("{name}.json")), text + "\n")
}
