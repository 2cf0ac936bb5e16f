//! Every screen, as people with a screen reader, a magnifier or a small old laptop get it.

use super::{page, window::Window};

/// How a screen is looked at: the mock's size, the smallest laptop's, and zoomed to 200 %.
const VIEWS: [(&str, (u32, u32), u32); 3] = [
    ("wide", (1440, 900), 0),
    ("small", (1024, 600), 0),
    ("zoomed", (1440, 900), 5),
];

/// Fails with everything that axe-core finds wrong in each view, and when a text sticks out sideways.
pub async fn assert_accessible(window: &mut Window, screen: &str) {
    for (view, (width, height), steps_of_zoom) in VIEWS {
        window.resize(width, height).await;
        for _ in 0..steps_of_zoom {
            window.keyboard.zoom('=');
        }
        window.breathe().await;
        let violations = page::ask(&window.client, "violations", &[]).await;
        let overflow = page::ask(&window.client, "overflow", &[]).await;
        window.picture(&format!("{screen}-{view}")).await;
        for _ in 0..steps_of_zoom {
            window.keyboard.zoom('-');
        }
        assert_eq!(
            violations,
            serde_json::json!([]),
            "{screen}, {view}:\n{violations:#}"
        );
        assert_eq!(overflow, 0, "{screen}, {view}, sticks out by {overflow} pixels");
    }
    window.resize(1440, 900).await;
}
