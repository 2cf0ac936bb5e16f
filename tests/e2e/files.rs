//! Files that hold no pass: each is told in a sentence, and the screen goes on.

use super::{desk_at_cachan, page::repository, tour::Tour, window::Window};
use passerelle_words::say;
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn a_file_without_a_pass_is_told_in_a_sentence() {
    let tour = Tour::begin("files");
    let profile = tour.folder().join("profile");
    drop(desk_at_cachan(&profile));
    let window = Window::open(&profile, &tour).await;
    window.arrives_at("").await;
    window.goes_to("frame-passes").await;
    window.arrives_at(&say("passes-title")).await;
    for (name, bytes, sentence) in [
        (
            "lettre.pdf",
            b"Bonjour, ceci est un texte.".to_vec(),
            "unreadable-not-a-picture",
        ),
        ("vide.png", Vec::new(), "unreadable-empty"),
        (
            "coupe.pdf",
            b"%PDF-1.7\n1 0 obj\n<<".to_vec(),
            "unreadable-damaged",
        ),
    ] {
        let file = tour.folder().join(name);
        fs::write(&file, bytes).expect("written");
        window.give_file("pass-file", &file).await;
        window.sees(&say(sentence)).await;
        window.picture(name).await;
    }
    // What takes long can be stopped, and the screen is as good as before.
    let photo = tour.folder().join("photo.png");
    fs::write(&photo, ten_megabytes_of_noise()).expect("written");
    window.give_file("pass-file", &photo).await;
    window.sees(&say("workshop-file-stop")).await;
    window.picture("lecture").await;
    window.press("button", &say("workshop-file-stop")).await;
    let icon = repository().join("icons/128x128.png");
    assert!(icon.exists(), "an image of ours");
    window.give_file("pass-file", &icon).await;
    window.sees(&say("unreadable-no-code")).await;
    window.close().await;
}

/// A picture that no compression makes smaller, as a bad telephone makes them in the dark.
fn ten_megabytes_of_noise() -> Vec<u8> {
    let (width, height) = (2_000, 1_700);
    let mut state = 1_u32;
    let mut noise = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state.to_le_bytes()[0]
    };
    let pixels = (0..width * height * 3).map(|_| noise()).collect();
    let picture = image::RgbImage::from_raw(width, height, pixels).expect("three bytes a pixel");
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .expect("encoded");
    assert!(bytes.get_ref().len() > 10_000_000, "it is a large file");
    bytes.into_inner()
}
