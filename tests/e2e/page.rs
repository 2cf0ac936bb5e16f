//! What a person perceives of the page: roles, names, text, focus.

use fantoccini::Client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// An element as it is announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Perceived {
    /// Its role: `button`, `textbox`, `heading`.
    pub role: String,
    /// Its accessible name.
    pub name: String,
    /// What it holds.
    pub value: String,
}

/// Loads the eyes of the tests into the page. A reload forgets them.
pub async fn look(client: &Client) {
    let axe = std::fs::read_to_string(repository().join("ui/node_modules/axe-core/axe.min.js"))
        .expect("axe-core is installed by script/bootstrap");
    client.execute(&axe, vec![]).await.expect("axe-core loads");
    client
        .execute(include_str!("page.js"), vec![])
        .await
        .expect("the page is looked at");
}

/// What has the focus.
pub async fn focused(client: &Client) -> Perceived {
    perceived(&ask(client, "focused", &[]).await)
}

/// Every element of a role, in the order of the page.
pub async fn list(client: &Client, role: &str) -> Vec<Perceived> {
    let listed = ask(client, "list", &[json!(role)]).await;
    listed.as_array().expect("a list").iter().map(perceived).collect()
}

/// All the text that can be seen, with plain spaces; of the open dialog when there is one.
pub async fn text(client: &Client) -> String {
    ask(client, "text", &[])
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Calls a function of `page.js`, waiting for its promise if it gives one.
pub async fn ask(client: &Client, function: &str, arguments: &[Value]) -> Value {
    let script = "const [name, given, done] = arguments;
        Promise.resolve(window.passerelle_test[name](...given)).then(done, (fault) => done({ fault: String(fault) }));";
    let answer = client
        .execute_async(script, vec![json!(function), json!(arguments)])
        .await
        .expect("the page answers");
    assert!(answer.get("fault").is_none(), "{function}: {}", answer["fault"]);
    answer
}

/// The root of the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the repository")
        .to_owned()
}

/// Any kind of space is a space to the eye.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn perceived(value: &Value) -> Perceived {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    Perceived {
        role: text("role"),
        name: text("name"),
        value: text("value"),
    }
}
