//! Embeds the icon, the configuration and the capabilities; with `custom-protocol`, the pages too.

use std::path::Path;

const PAGES: &str = "../ui/dist";

fn main() {
    if std::env::var_os("CARGO_FEATURE_CUSTOM_PROTOCOL").is_some() {
        assert!(
            Path::new(PAGES).join("index.html").exists(),
            "the pages are not built yet: run `npm ci --prefix ui && npm run --prefix ui build`"
        );
        println!("cargo:rerun-if-changed={PAGES}");
    }
    tauri_build::build();
}
