//! The window of a desk, with a person before it.

use super::{
    display::Display,
    driver::{Driver, program},
    keyboard::{Key, Keyboard},
    metropole::MintedPass,
    page::{self, Perceived, plain},
    tour::Tour,
};
use fantoccini::{Client, ClientBuilder, Locator};
use passerelle_words::say;
use serde_json::{Value, json};
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// How long a person waits for something to appear before they call it broken.
const PATIENCE: Duration = Duration::from_secs(10);

/// More Tab presses than any screen has stops.
const MOST_STOPS: usize = 150;

/// An open window. Close it with [`Window::close`]; dropped, it is killed.
pub struct Window {
    /// Its page.
    pub client: Client,
    /// What is typed.
    pub keyboard: Keyboard,
    /// Where it is shown.
    pub display: Display,
    /// What is kept of it.
    pub tour: Tour,
    driver: Driver,
}

impl Window {
    /// Opens the real window on a profile, before somebody with a French keyboard.
    pub async fn open(profile: &Path, tour: &Tour) -> Self {
        let display = Display::start();
        display.set_layout("fr");
        let home = tour.folder().join("home");
        std::fs::create_dir_all(&home).expect("a folder");
        let driver = Driver::start(display.name(), &home).await;
        let client = session(&driver, profile).await;
        let keyboard = Keyboard::on(display.name());
        let window = Self {
            client,
            keyboard,
            display,
            tour: tour.clone(),
            driver,
        };
        window.settle().await;
        window
    }

    /// Closes it as a person does.
    pub async fn close(self) {
        self.client.clone().close().await.expect("the session ends");
        drop(self.driver);
    }

    /// Closes it by the cross of its frame, and waits until its process has ended by itself.
    pub async fn close_by_its_frame(self) {
        let name = program("passerelle");
        let is_open = || {
            let started = self.driver.started();
            started.iter().any(|process| {
                std::fs::read_link(format!("/proc/{process}/exe")).is_ok_and(|running| running == name)
            })
        };
        assert!(is_open(), "the window's process is there");
        self.keyboard.close_window();
        let started = Instant::now();
        while is_open() {
            assert!(started.elapsed() < PATIENCE, "the window stays open");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits for the first screen, and takes its place before the keyboard.
    async fn settle(&self) {
        page::look(&self.client).await;
        self.until("the first screen", async |client| {
            !page::list(client, "heading").await.is_empty()
        })
        .await;
        let address = self.client.current_url().await.expect("an address");
        assert_eq!(
            address.scheme(),
            "tauri",
            "built without its pages: use script/test's features"
        );
        self.keyboard.focus_window();
    }

    /// Sets the size of the window's content.
    pub async fn resize(&self, width: u32, height: u32) {
        self.keyboard.resize_window(width, height);
        self.breathe().await;
    }

    /// Lets the page lay itself out after its size has changed.
    pub async fn breathe(&self) {
        tokio::time::sleep(Duration::from_millis(300)).await;
    }

    /// What has the focus.
    pub async fn focused(&self) -> Perceived {
        page::focused(&self.client).await
    }

    /// Presses Tab until the element of that role and name has the focus. Its name may go on.
    pub async fn reach(&self, role: &str, name: &str) {
        let sought = plain(name);
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            let here = self.focused().await;
            if here.role == role && here.name.starts_with(&sought) {
                return;
            }
            passed.push(format!("{} « {} »", here.role, here.name));
            self.keyboard.press(Key::Tab);
        }
        passed.dedup();
        panic!(
            "no {role} « {sought} » with Tab; passed:\n  {}",
            passed.join("\n  ")
        );
    }

    /// Reaches a button or link by keyboard, and presses it.
    pub async fn press(&self, role: &str, name: &str) {
        self.reach(role, name).await;
        self.keyboard.press(Key::Enter);
    }

    /// Reaches a text field by keyboard, and types over what it holds.
    pub async fn fill(&self, label: &str, text: &str) {
        self.fill_box("textbox", label, text).await;
    }

    /// The same for a field of another role.
    pub async fn fill_box(&self, role: &str, label: &str, text: &str) {
        self.reach(role, label).await;
        self.keyboard.select_all();
        self.keyboard.type_text(text);
    }

    /// Types in a field that suggests, and takes the suggestion that begins so with Enter.
    pub async fn choose(&self, label: &str, typed: &str, suggestion: &str) {
        self.fill_box("combobox", label, typed).await;
        let sought = plain(suggestion);
        self.until(&format!("the suggestion « {sought} »"), async |client| {
            page::list(client, "option")
                .await
                .first()
                .is_some_and(|first| first.name.starts_with(&sought))
        })
        .await;
        self.keyboard.press(Key::Enter);
    }

    /// Gives a file to a file field: the one thing for which a keyboard needs the system's own dialog.
    pub async fn give_file(&self, id: &str, path: &Path) {
        let field = self.client.find(Locator::Id(id)).await.expect("a file field");
        field
            .send_keys(&path.to_string_lossy())
            .await
            .expect("the file is given");
    }

    /// Waits for that very pass to be accepted.
    pub async fn accepts(&self, pass: &MintedPass) {
        let order = plain(&say("answer-accepted-order"));
        self.until(&format!("pass {} accepted", pass.number), async |client| {
            let text = page::text(client).await;
            text.contains(&order) && text.replace(' ', "").contains(&pass.number)
        })
        .await;
    }

    /// The same when the desk may ask first for what it is.
    pub async fn accepts_for(&self, pass: &MintedPass, service: &str) {
        let asked = plain(&say("answer-which-service"));
        self.until(&format!("an answer to pass {}", pass.number), async |client| {
            let text = page::text(client).await.to_lowercase().replace(' ', "");
            text.contains(&format!("pass{}", pass.number))
        })
        .await;
        if page::text(&self.client).await.contains(&asked) {
            self.press("button", service).await;
        }
        self.accepts(pass).await;
    }

    /// Waits until a text can be seen, whatever its spaces.
    pub async fn sees(&self, text: &str) {
        let sought = plain(text);
        self.until(&format!("« {sought} »"), async |client| {
            page::text(client).await.contains(&sought)
        })
        .await;
    }

    /// Waits for the screen of that title, which must have taken the focus on its `<h1>`.
    pub async fn arrives_at(&self, title: &str) {
        let sought = plain(title);
        self.until(
            &format!("the screen « {sought} » with its title focused"),
            async |client| {
                let here = page::focused(client).await;
                here.role == "heading" && here.name.starts_with(&sought)
            },
        )
        .await;
    }

    /// Follows a destination of the rail.
    pub async fn goes_to(&self, destination: &str) {
        self.press("link", &say(destination)).await;
    }

    /// Takes a picture, once what was just said is also drawn.
    pub async fn picture(&self, what: &str) {
        self.breathe().await;
        self.tour
            .picture(what, &self.client.screenshot().await.expect("a picture"));
    }

    /// Runs `check` until it holds.
    pub async fn until(&self, what: &str, check: impl AsyncFn(&Client) -> bool) {
        let started = Instant::now();
        while !check(&self.client).await {
            if started.elapsed() > PATIENCE {
                let here = self.focused().await;
                panic!(
                    "{what} never came; focus on {here:?}; on the screen:\n{}",
                    page::text(&self.client).await
                );
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

async fn session(driver: &Driver, profile: &Path) -> Client {
    let capabilities = json!({
        "webkitgtk:browserOptions": { "binary": program("passerelle"), "args": ["--profile", profile] },
        "timeouts": { "script": 30_000 },
    });
    let Value::Object(capabilities) = capabilities else {
        unreachable!("an object")
    };
    let connector = hyper_util::client::legacy::connect::HttpConnector::new();
    ClientBuilder::new(connector)
        .capabilities(capabilities)
        .connect(&driver.address())
        .await
        .expect("a session")
}
