//! A computer on a wrong day, at its window: the person says which day it is, and works.

use super::{
    accessibility::assert_accessible, desk_at_cachan, later::LaterService, tour::Tour, window::Window,
};
use chrono::{Days, Local, NaiveDate};
use passerelle_words::{format, say, say_with};

const DAYS_BEHIND: u32 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn on_a_computer_that_is_behind_the_person_says_the_day_and_workshops_bear_it() {
    let tour = Tour::begin("clock");
    let profile = tour.folder().join("profile");
    let service = tokio::task::block_in_place(|| {
        let service = LaterService::start(&tour.folder().join("metropole"));
        service.go_ahead(DAYS_BEHIND.into());
        let desk = desk_at_cachan(&profile);
        let link = service.let_in(&desk);
        desk.sync(&link).expect("an exchange");
        service
    });
    let mut window = Window::open(&profile, &tour).await;
    window.sees(&say("clock-behind-title")).await;
    assert_accessible(&mut window, "horloge").await;
    window.picture("horloge").await;
    window.press("button", &say("clock-say")).await;
    window.sees(&say("clock-dialog-hint")).await;
    window.press("button", &say("form-save")).await;
    window.sees(&say("fault-date-missing")).await;
    let day = the_computers_day() + Days::new(u64::from(DAYS_BEHIND) + 2);
    let typed = day.format("%d/%m/%Y").to_string();
    window.fill(&say("clock-day"), &typed).await;
    assert_accessible(&mut window, "quel-jour").await;
    window.picture("quel-jour").await;
    window.press("button", &say("form-save")).await;

    let title = say_with("today-title", &[("day", format::weekday_and_day(day).into())]);
    window.sees(&title).await;
    let computer = [("computer", format::day_month_year(the_computers_day()).into())];
    window.sees(&say_with("clock-said", &computer)).await;
    assert_accessible(&mut window, "date-dite").await;
    window.picture("date-dite").await;
    assert_eq!(window.focused().await.name, say("clock-say-again"));
    window.close().await;
    drop(service);
}

#[expect(
    clippy::disallowed_methods,
    reason = "the window reads the real clock, and so must its test"
)]
fn the_computers_day() -> NaiveDate {
    Local::now().date_naive()
}
