//! What a courier brings: each part goes through the methods that answer the network.

use super::Clearing;
use crate::{error::Error, router::MAX_REQUEST_BYTES};
use passerelle_domain::{
    exchange::{Answer, BATCHES, ENROLMENTS, OBJECTIONS, POUCHES, RECALLS, Request, StateVersion},
    key::Purpose,
    wire::{
        Decisions, Heard, MAX_POUCH_BYTES, MAX_POUCH_DECISIONS, MonthsHeard, Outward, Question, Refused,
        Return, read_log_path,
    },
};

/// Where a desk asks for the state.
const STATE: &str = "/v1/state";

impl Clearing {
    /// Answers one request, whatever carried it. What is refused is answered too.
    ///
    /// # Errors
    /// The books do not answer.
    pub fn answer(&self, request: &Request) -> Result<Answer, Error> {
        let answered = match request {
            Request::Post { body, .. } if body.len() > MAX_REQUEST_BYTES => Err(Refused::TooLarge.into()),
            Request::Post { path, body } => match *path {
                ENROLMENTS => self.enrol(body).map(Answer::Parcel),
                RECALLS => self.recall(body).map(|()| Answer::Unchanged),
                BATCHES => self.receive(body).map(Answer::Parcel),
                POUCHES => self.receive_several(body).map(Answer::Parcel),
                OBJECTIONS => self.object(body).map(Answer::Parcel),
                _ => Err(Refused::Malformed.into()),
            },
            Request::Get { path, question } => self.answer_question(path, question),
            Request::Keys => self.chain_of_keys().map(Answer::Parcel),
        };
        match answered {
            Err(Error::Refused(refused)) => Ok(Answer::Refused(refused)),
            answered => answered,
        }
    }

    /// Answers a pouch, part by part: nothing that is wrong with one keeps the others from their
    /// answers. The stream of decisions is followed to its end, since nobody asks again.
    ///
    /// # Errors
    /// The books do not answer. What was answered until then stays, and the same pouch brought again
    /// gets the same answers.
    pub fn answer_pouch(&self, outward: &Outward) -> Result<Return, Error> {
        let (mut back, outcome) = outward.bring(|request| self.answer(request));
        outcome?;
        if let Some(asked) = &outward.decisions
            && let Some(heard) = Heard::from_path(&asked.path)
        {
            self.follow(&mut back, heard)?;
        }
        Ok(back)
    }

    /// Adds what comes after a first piece of the stream, for which its device has signed, and what
    /// the device lacks of its own log.
    fn follow(&self, back: &mut Return, mut heard: Heard) -> Result<(), Error> {
        let mut bytes = 0;
        while let Some(Answer::Parcel(parcel)) = back.decisions.last() {
            bytes += parcel.len();
            let told: Decisions = self.own(parcel, Purpose::Decisions)?;
            let is_full = back.decisions.len() == MAX_POUCH_DECISIONS || bytes > MAX_POUCH_BYTES / 4;
            let asker = self.get_device(back.device)?;
            let Some(last) = told.decisions.last().filter(|_| told.more && !is_full) else {
                if told.is_ahead {
                    back.log = Some(Answer::Parcel(self.log(&asker, &heard.heads)?));
                }
                return Ok(());
            };
            heard.since = last.number;
            heard.last = None;
            back.decisions
                .push(Answer::Parcel(self.decisions(&asker, &heard)?));
        }
        Ok(())
    }

    fn answer_question(&self, path: &str, question: &Question) -> Result<Answer, Error> {
        let asker = self.asker(question, path)?;
        if let Some(heard) = Heard::from_path(path) {
            return self.decisions(&asker, &heard).map(Answer::Parcel);
        }
        if let Some(heads) = read_log_path(path) {
            return self.log(&asker, &heads).map(Answer::Parcel);
        }
        if let Some(heard) = MonthsHeard::from_path(path) {
            return self.standing(&asker, &heard).map(Answer::Parcel);
        }
        let held = held_version(path).ok_or(Refused::Malformed)?;
        let state = self.state(held)?;
        Ok(state.map_or(Answer::Unchanged, |state| Answer::Parcel(state.to_vec())))
    }
}

/// The version named in a question about the state, `Some(None)` for none; `None` when it asks
/// something else.
fn held_version(path: &str) -> Option<Option<StateVersion>> {
    let asked = path.strip_prefix(STATE)?;
    if asked.is_empty() {
        return Some(None);
    }
    let (mut version, mut generation) = (None, 0);
    for pair in asked.strip_prefix('?')?.split('&') {
        match pair.split_once('=')? {
            ("since", number) => version = Some(number.parse().ok()?),
            ("generation", number) => generation = number.parse().ok()?,
            (_, _) => return None,
        }
    }
    Some(version.map(|version| StateVersion { generation, version }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_about_the_state_is_read_as_over_http() {
        let held = |version, generation| StateVersion { generation, version };
        assert_eq!(held_version("/v1/state"), Some(None));
        assert_eq!(
            held_version("/v1/state?since=4&generation=2"),
            Some(Some(held(4, 2)))
        );
        assert_eq!(held_version("/v1/state?since=4"), Some(Some(held(4, 0))));
        assert_eq!(held_version("/v1/state?generation=2"), Some(None));
        for path in [
            "/v1/health",
            "/v1/state?since=x",
            "/v1/states",
            "/v1/state?colour=red",
        ] {
            assert_eq!(held_version(path), None, "{path}");
        }
    }
}
