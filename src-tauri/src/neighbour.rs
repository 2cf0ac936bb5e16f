//! Two processes on one profile: the one that has the ledger open answers for the other.
//!
//! One JSON line each way, over a local socket in the profile's folder that its owner alone can
//! reach (on Windows a named pipe, called after the folder).

use interprocess::local_socket::{ListenerOptions, Name, Stream, prelude::*};
use passerelle_desk::Profile;
use serde::{Serialize, de::DeserializeOwned};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    sync::Arc,
    thread,
};

/// No question of ours is longer; whoever sends more is not one of us.
const LONGEST_QUESTION: u64 = 1024 * 1024;

/// Asks the process that has this profile open.
///
/// # Errors
/// Nobody is there, or the conversation broke off.
pub fn ask<A: DeserializeOwned>(profile: &Profile, question: &impl Serialize) -> io::Result<A> {
    let mut stream = Stream::connect(name(profile)?)?;
    writeln!(stream, "{}", serde_json::to_string(question)?)?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// Answers whoever asks, on threads of their own, until the process ends. Call it only while
/// holding the ledger: a socket left by a process that was killed is replaced.
///
/// # Errors
/// The socket cannot be made.
pub fn listen<Q: DeserializeOwned, A: Serialize>(
    profile: &Profile,
    answer: impl Fn(Q) -> A + Send + Sync + 'static,
) -> io::Result<()> {
    let options = ListenerOptions::new().name(name(profile)?).try_overwrite(true);
    #[cfg(unix)]
    let options = {
        use interprocess::os::unix::local_socket::ListenerOptionsExt;
        options.mode(0o600)
    };
    let listener = options.create_sync()?;
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            // Whoever hangs up, or says what we do not understand, gets no answer.
            thread::spawn(move || converse(stream, &*answer));
        }
    });
    Ok(())
}

fn converse<Q: DeserializeOwned, A: Serialize>(stream: Stream, answer: &dyn Fn(Q) -> A) -> io::Result<()> {
    let mut line = String::new();
    let mut reader = BufReader::new(stream);
    reader.by_ref().take(LONGEST_QUESTION).read_line(&mut line)?;
    let answer = answer(serde_json::from_str(&line)?);
    writeln!(reader.get_mut(), "{}", serde_json::to_string(&answer)?)
}

#[cfg(unix)]
fn name(profile: &Profile) -> io::Result<Name<'static>> {
    use interprocess::local_socket::GenericFilePath;
    profile
        .folder()
        .join("passerelle.sock")
        .to_fs_name::<GenericFilePath>()
}

#[cfg(windows)]
fn name(profile: &Profile) -> io::Result<Name<'static>> {
    use interprocess::local_socket::GenericNamespaced;
    use std::hash::{DefaultHasher, Hash, Hasher};
    // Both ends are this binary: the hash need not mean anything to anybody else.
    let mut hasher = DefaultHasher::new();
    std::path::absolute(profile.folder())?.hash(&mut hasher);
    format!("passerelle-{:016x}", hasher.finish()).to_ns_name::<GenericNamespaced>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_who_listens_answers_the_one_who_asks() {
        let folder = tempfile::tempdir().expect("a folder");
        let profile = Profile::at(folder.path());
        listen(&profile, |question: String| format!("{question} ?")).expect("a socket");
        assert_eq!(ask::<String>(&profile, &"qui").expect("an answer"), "qui ?");
        assert_eq!(ask::<String>(&profile, &"quoi").expect("an answer"), "quoi ?");
    }

    #[test]
    fn a_socket_left_by_a_killed_process_is_replaced() {
        let folder = tempfile::tempdir().expect("a folder");
        let profile = Profile::at(folder.path());
        std::fs::write(folder.path().join("passerelle.sock"), "").expect("a file in the way");
        listen(&profile, |(): ()| 1).expect("a socket");
        assert_eq!(ask::<i32>(&profile, &()).expect("an answer"), 1);
    }

    #[test]
    fn nobody_there_is_an_error_and_not_a_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(ask::<i32>(&Profile::at(folder.path()), &()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn the_socket_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("a folder");
        listen(&Profile::at(folder.path()), |(): ()| 1).expect("a socket");
        let mode = folder
            .path()
            .join("passerelle.sock")
            .metadata()
            .expect("a socket")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
