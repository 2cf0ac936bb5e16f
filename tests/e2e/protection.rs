//! A computer that somebody protects: in the real window, to the words of every start, and back in by the sheet.

use super::{
    accessibility::assert_accessible, desk_at_cachan, driver::program, page, tour::Tour, webview::holds,
    window::Window,
};
use passerelle_words::{say, say_with};
use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

const WORDS: &str = "girafe tambour octobre";
const OTHERS: &str = "trois chats au grenier";

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_ledger_is_opened_by_its_words_and_by_its_sheet() {
    let tour = Tour::begin("protection");
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));

    let code = protect(&tour, &profile).await;
    assert!(!profile.join("ledger.key").exists(), "the bare key is gone");
    assert!(
        !profile.join("to-print/fiche-de-secours.pdf").exists(),
        "the sheet is on paper alone"
    );
    orders_ask_for_the_words(&tour, &profile);
    open_by_the_words(&tour, &profile).await;
    open_by_the_sheet(&tour, &profile, &code).await;

    let mut window = Window::open(&profile, &tour).await;
    window.sees(&say("unlock-sentence")).await;
    window.fill(&say("protection-passphrase"), OTHERS).await;
    window.press("button", &say("unlock-open")).await;
    window.sees(&say("today-no-workshop")).await;
    assert_accessible(&mut window, "today").await;
    window.close().await;
    secrets_are_nowhere(&tour, &code);
}

/// From the notice of the day to the sheet that is read from paper; gives its groups.
async fn protect(tour: &Tour, profile: &Path) -> Vec<String> {
    let mut window = Window::open(profile, tour).await;
    window.sees(&say("today-not-protected")).await;
    window.press("link", &say("today-protect")).await;
    window.arrives_at(&say("protection-title")).await;
    window.press("button", &say("protection-protect")).await;
    window.sees(&say("protection-passphrase-title")).await;
    window.fill(&say("protection-passphrase"), WORDS).await;
    window
        .fill(&say("protection-again"), "girafe tambour octobr")
        .await;
    window.press("button", &say("form-continue")).await;
    window.sees(&say("fault-passphrase-different")).await;
    window.fill(&say("protection-again"), WORDS).await;
    window.press("button", &say("form-continue")).await;
    window.sees(&say("protection-sheet-title")).await;
    assert_accessible(&mut window, "sheet").await;
    window.picture("fiche").await;
    let code = groups_shown(&window).await;
    window.press("button", &say("protection-sheet-print")).await;
    let paper = tour.folder().join("fiche.pdf");
    fs::copy(tour.given_to_read(), &paper).expect("the sheet is printed");
    let printed = text_of(&paper);
    assert!(code.iter().all(|group| printed.contains(group)), "{printed}");
    window.press("button", &say("protection-sheet-in-hand")).await;
    window.sees(&say("protection-proof-title")).await;
    let asked = say_with("protection-group", &[("rank", 4.into())]);
    assert!(groups_shown(&window).await.is_empty(), "it is read from paper");
    window.fill(&asked, &code[0]).await;
    window.press("button", &say("protection-confirm")).await;
    window.sees(&say("fault-recovery-group-differs")).await;
    window.fill(&asked, &code[3].to_lowercase()).await;
    window.press("button", &say("protection-confirm")).await;
    window.sees(&say("protection-done-title")).await;
    window.press("button", &say("form-done")).await;
    window.sees(&say("protection-on")).await;
    assert_accessible(&mut window, "protected").await;
    window.close().await;
    code
}

fn orders_ask_for_the_words(tour: &Tour, profile: &Path) {
    let order = |words: &str| {
        let mut order = Command::new(program("passerelle"))
            .args(["check", "--profile"])
            .arg(profile)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut line = order.stdin.take().expect("an input");
        writeln!(line, "{words}").expect("somebody reads");
        drop(line);
        let done = order.wait_with_output().expect("it ends");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        tour.tell(&format!("$ passerelle check\n{said}"));
        (done.status.code(), said)
    };
    assert_eq!(order(WORDS).0, Some(0));
    let (code, said) = order("girafe tambour");
    assert_eq!(code, Some(7));
    assert!(said.contains(&say("cli-passphrase-wrong")), "{said}");
    assert_eq!(order("").0, Some(7));
}

async fn open_by_the_words(tour: &Tour, profile: &Path) {
    let mut window = Window::open(profile, tour).await;
    window.sees(&say("unlock-sentence")).await;
    assert_accessible(&mut window, "unlock").await;
    window.fill(&say("protection-passphrase"), "girafe tambour").await;
    window.press("button", &say("unlock-open")).await;
    window.sees(&say("fault-passphrase-wrong")).await;
    window.picture("mauvaise-phrase").await;
    window.fill(&say("protection-passphrase"), WORDS).await;
    window.press("button", &say("unlock-open")).await;
    window.sees(&say("today-no-workshop")).await;
    window.close().await;
}

async fn open_by_the_sheet(tour: &Tour, profile: &Path, code: &[String]) {
    let mut window = Window::open(profile, tour).await;
    window.sees(&say("unlock-sentence")).await;
    window.press("button", &say("unlock-lost")).await;
    window.arrives_at(&say("unlock-recover-title")).await;
    assert_accessible(&mut window, "recover").await;
    let mut slip = code.to_vec();
    slip.swap(1, 2);
    for (typed, passphrase) in [(slip, WORDS), (code.to_vec(), OTHERS)] {
        window
            .fill(&say("unlock-code"), &typed.join(" ").to_lowercase())
            .await;
        window.fill(&say("protection-passphrase-new"), passphrase).await;
        window.fill(&say("protection-again"), passphrase).await;
        window.press("button", &say("unlock-recover")).await;
        if passphrase == WORDS {
            window
                .sees(&say_with("fault-recovery-group", &[("rank", 2.into())]))
                .await;
        }
    }
    window.sees(&say("today-no-workshop")).await;
    window.close().await;
}

/// The groups of the code, as far as the page shows them.
async fn groups_shown(window: &Window) -> Vec<String> {
    let text = page::text(&window.client).await;
    let is_group = |word: &&str| {
        let is_written_so = |letter: char| letter.is_ascii_digit() || letter.is_ascii_uppercase();
        word.len() == 4 && word.chars().all(is_written_so)
    };
    let Some((_, after)) = text.split_once(&page::plain(&say("protection-code"))) else {
        return Vec::new();
    };
    after
        .split_whitespace()
        .filter(is_group)
        .take(6)
        .map(str::to_owned)
        .collect()
}

fn text_of(pdf: &Path) -> String {
    let done = Command::new("pdftotext")
        .arg(pdf)
        .arg("-")
        .output()
        .expect("pdftotext is installed by script/bootstrap");
    String::from_utf8_lossy(&done.stdout).into_owned()
}

/// Neither the words nor the code stand in any file that the window has written: its ledger, what the webview keeps.
fn secrets_are_nowhere(tour: &Tour, code: &[String]) {
    let mut folders = vec![tour.folder().join("profile"), tour.folder().join("home")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // A socket has nothing to read.
            let bytes = fs::read(&path).unwrap_or_default();
            for secret in [WORDS, OTHERS, &code.concat(), &code.join("-"), &code.join(" ")] {
                assert!(!holds(&bytes, secret), "{} holds a secret", path.display());
            }
        }
    }
}
