//! One command for each intention of the window, called as in `ui/src/api/index.ts`. Each hands
//! its form to the desk and gives back what the desk says; nothing is decided here.

use crate::{
    door::{Answer, Door},
    papers,
    reading::Readings,
};
use passerelle_desk::{
    form::{
        AccountForm, CertificateForm, CodeRead, ContestForm, DayForm, EnrolForm, ForgottenPinForm,
        NewcomerForm, PaperRef, PassphraseForm, PinForm, ProtectForm, RecoverForm, RedeemForm,
        RedemptionFilter, RouteForm, ServiceRef, SetUpForm, SignInForm, SiteForm, StructureForm, Typed,
        VoidForm, WorkshopFilter,
    },
    sync::HttpLink,
    view::{
        Account, AttendeeRow, AttendeeView, AuditLine, BatchesView, BroughtPouch, CertificateRow, CodeFound,
        DeskSituation, DoubleMatch, Idle, KeptCode, PaperView, PassReport, PouchReport, Redemption,
        RedemptionAnswer, RouteView, Settings, SheetView, Site, SyncReport, Today, WorkshopList,
        WorkshopView,
    },
};
use passerelle_domain::{
    attendee::AttendeeForm,
    commune::Commune,
    head_count::HeadCountForm,
    id::{AccountId, AttendeeId, KeptCodeId, SiteId, WorkshopId},
    workshop::WorkshopForm,
};
use std::{ops::ControlFlow, path::PathBuf, sync::Arc};
use tauri::{
    AppHandle, State,
    ipc::{Invoke, InvokeBody, Request},
};

type Desk<'a> = State<'a, Arc<Door>>;

/// Every command, for the window: the list is data, and longer than any function should be.
macro_rules! commands {
    ($($name:ident),+ $(,)?) => {
        /// Every command, for the window.
        pub fn all() -> impl Fn(Invoke) -> bool + Send + Sync + 'static {
            tauri::generate_handler![$($name),+]
        }
    };
}

commands! {
    situation,
    unlock,
    recover,
    protect,
    renew_sheet,
    confirm_sheet,
    drop_sheet,
    change_passphrase,
    set_up,
    find_communes,
    change_structure,
    list_sites,
    add_site,
    change_site,
    use_site,
    list_accounts,
    add_account,
    change_account,
    close_account,
    sign_in,
    lock,
    close_ledger,
    choose_pin,
    remove_pin,
    forget_pin,
    change_idle,
    list_audits,
    save_audits,
    say_day,
    change_settings,
    today,
    list_workshops,
    get_workshop,
    open_workshop,
    repeat_workshop,
    change_workshop,
    close_workshop,
    reopen_workshop,
    count_heads,
    find_attendees,
    find_doubles,
    add_attendee,
    get_attendee,
    change_attendee,
    attend,
    leave,
    redeem,
    void_redemption,
    contest_redemption,
    check_pass,
    read_file,
    stop_reading,
    list_redemptions,
    list_kept_codes,
    redeem_kept_code,
    put_aside_kept_code,
    batches,
    sync,
    enrol,
    ask_enrolment,
    save_pouch,
    unpack_pouch,
    bring_pouch,
    save_return,
    get_route,
    change_route,
    preview_certificate,
    issue_certificate,
    list_certificates,
    show_paper,
    print_paper,
    save_paper,
}

// ---- Where we are, who works here ----------------------------------------------------------

#[tauri::command]
async fn situation(desk: Desk<'_>) -> Answer<DeskSituation> {
    desk.ask(|desk| desk.situation()).await
}

// ---- What opens the ledger -----------------------------------------------------------------

#[tauri::command]
async fn unlock(desk: Desk<'_>, passphrase: Typed) -> Answer<()> {
    desk.unlock(move |profile, surroundings| {
        passerelle_desk::Desk::unlock(profile, surroundings, &passphrase)
    })
    .await
}

#[tauri::command]
async fn recover(desk: Desk<'_>, form: RecoverForm) -> Answer<()> {
    desk.unlock(move |profile, surroundings| passerelle_desk::Desk::recover(profile, surroundings, &form))
        .await
}

#[tauri::command]
async fn protect(desk: Desk<'_>, form: ProtectForm) -> Answer<SheetView> {
    desk.ask(move |desk| desk.protect(&form)).await
}

#[tauri::command]
async fn renew_sheet(desk: Desk<'_>, passphrase: Typed) -> Answer<SheetView> {
    desk.ask(move |desk| desk.renew_sheet(&passphrase)).await
}

#[tauri::command]
async fn confirm_sheet(desk: Desk<'_>, group: String) -> Answer<()> {
    desk.ask(move |desk| {
        desk.confirm_sheet(&group)?;
        papers::clear_sheet(desk.profile());
        Ok(())
    })
    .await
}

#[tauri::command]
async fn drop_sheet(desk: Desk<'_>) -> Answer<()> {
    desk.ask(|desk| {
        desk.drop_sheet();
        papers::clear_sheet(desk.profile());
        Ok(())
    })
    .await
}

#[tauri::command]
async fn change_passphrase(desk: Desk<'_>, form: PassphraseForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_passphrase(&form)).await
}

// ---- The first start, and what is changed later --------------------------------------------

#[tauri::command]
async fn set_up(desk: Desk<'_>, form: SetUpForm) -> Answer<()> {
    desk.ask(move |desk| desk.set_up(&form)).await
}

#[tauri::command]
async fn find_communes(desk: Desk<'_>, text: String) -> Answer<Vec<Commune>> {
    desk.ask(move |desk| Ok(desk.find_communes(&text))).await
}

#[tauri::command]
async fn change_structure(desk: Desk<'_>, form: StructureForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_structure(&form)).await
}

#[tauri::command]
async fn list_sites(desk: Desk<'_>) -> Answer<Vec<Site>> {
    desk.ask(|desk| desk.list_sites()).await
}

#[tauri::command]
async fn add_site(desk: Desk<'_>, form: SiteForm) -> Answer<()> {
    desk.ask(move |desk| desk.add_site(&form).map(|_| ())).await
}

#[tauri::command]
async fn change_site(desk: Desk<'_>, id: SiteId, form: SiteForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_site(id, &form)).await
}

#[tauri::command]
async fn use_site(desk: Desk<'_>, id: SiteId) -> Answer<()> {
    desk.ask(move |desk| desk.use_site(id)).await
}

#[tauri::command]
async fn list_accounts(desk: Desk<'_>) -> Answer<Vec<Account>> {
    desk.ask(|desk| desk.list_accounts()).await
}

#[tauri::command]
async fn add_account(desk: Desk<'_>, form: AccountForm) -> Answer<()> {
    desk.ask(move |desk| desk.add_account(&form).map(|_| ())).await
}

#[tauri::command]
async fn change_account(desk: Desk<'_>, id: AccountId, form: AccountForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_account(id, &form)).await
}

#[tauri::command]
async fn close_account(desk: Desk<'_>, id: AccountId) -> Answer<()> {
    desk.ask(move |desk| desk.close_account(id)).await
}

// ---- Who is here, and what was done ---------------------------------------------------------

#[tauri::command]
async fn sign_in(desk: Desk<'_>, form: SignInForm) -> Answer<()> {
    desk.ask(move |desk| desk.sign_in(&form)).await
}

#[tauri::command]
async fn lock(desk: Desk<'_>) -> Answer<()> {
    desk.ask(|desk| desk.lock()).await
}

#[tauri::command]
async fn close_ledger(desk: Desk<'_>) -> Answer<()> {
    desk.shut().await
}

#[tauri::command]
async fn choose_pin(desk: Desk<'_>, form: PinForm) -> Answer<()> {
    desk.ask(move |desk| desk.choose_pin(&form)).await
}

#[tauri::command]
async fn remove_pin(desk: Desk<'_>, id: AccountId) -> Answer<()> {
    desk.ask(move |desk| desk.remove_pin(id)).await
}

#[tauri::command]
async fn forget_pin(desk: Desk<'_>, form: ForgottenPinForm) -> Answer<()> {
    desk.ask(move |desk| desk.forget_pin(&form)).await
}

#[tauri::command]
async fn change_idle(desk: Desk<'_>, idle: Idle) -> Answer<()> {
    desk.ask(move |desk| desk.change_idle(idle)).await
}

#[tauri::command]
async fn list_audits(desk: Desk<'_>, before: Option<i64>) -> Answer<Vec<AuditLine>> {
    desk.ask(move |desk| desk.list_audits(before)).await
}

#[tauri::command]
async fn save_audits(app: AppHandle, desk: Desk<'_>) -> Answer<Option<PathBuf>> {
    desk.ask(move |desk| papers::save_audits(&app, desk)).await
}

// ---- The day, and what is remembered ---------------------------------------------------------

#[tauri::command]
async fn say_day(desk: Desk<'_>, form: DayForm) -> Answer<()> {
    desk.ask(move |desk| desk.say_day(&form)).await
}

#[tauri::command]
async fn change_settings(desk: Desk<'_>, settings: Settings) -> Answer<()> {
    desk.ask(move |desk| desk.change_settings(&settings)).await
}

// ---- Workshops -----------------------------------------------------------------------------

#[tauri::command]
async fn today(desk: Desk<'_>) -> Answer<Today> {
    desk.ask(|desk| desk.today()).await
}

#[tauri::command]
async fn list_workshops(desk: Desk<'_>, filter: WorkshopFilter) -> Answer<WorkshopList> {
    desk.ask(move |desk| desk.list_workshops(&filter)).await
}

#[tauri::command]
async fn get_workshop(desk: Desk<'_>, id: WorkshopId) -> Answer<WorkshopView> {
    desk.ask(move |desk| desk.get_workshop(id)).await
}

#[tauri::command]
async fn open_workshop(desk: Desk<'_>, form: WorkshopForm) -> Answer<WorkshopId> {
    desk.ask(move |desk| desk.open_workshop(&form)).await
}

#[tauri::command]
async fn repeat_workshop(desk: Desk<'_>, id: WorkshopId) -> Answer<WorkshopId> {
    desk.ask(move |desk| desk.repeat_workshop(id)).await
}

#[tauri::command]
async fn change_workshop(desk: Desk<'_>, id: WorkshopId, form: WorkshopForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_workshop(id, &form)).await
}

#[tauri::command]
async fn close_workshop(desk: Desk<'_>, id: WorkshopId) -> Answer<()> {
    desk.ask(move |desk| desk.close_workshop(id)).await
}

#[tauri::command]
async fn reopen_workshop(desk: Desk<'_>, id: WorkshopId) -> Answer<()> {
    desk.ask(move |desk| desk.reopen_workshop(id)).await
}

#[tauri::command]
async fn count_heads(desk: Desk<'_>, id: WorkshopId, form: HeadCountForm) -> Answer<()> {
    desk.ask(move |desk| desk.count_heads(id, &form)).await
}

// ---- People --------------------------------------------------------------------------------

#[tauri::command]
async fn find_attendees(desk: Desk<'_>, text: String) -> Answer<Vec<AttendeeRow>> {
    desk.ask(move |desk| desk.find_attendees(&text)).await
}

#[tauri::command]
async fn find_doubles(desk: Desk<'_>, form: AttendeeForm) -> Answer<Vec<DoubleMatch>> {
    desk.ask(move |desk| desk.find_doubles(&form)).await
}

#[tauri::command]
async fn add_attendee(desk: Desk<'_>, form: NewcomerForm) -> Answer<AttendeeId> {
    desk.ask(move |desk| desk.add_attendee(&form)).await
}

#[tauri::command]
async fn get_attendee(desk: Desk<'_>, id: AttendeeId) -> Answer<AttendeeView> {
    desk.ask(move |desk| desk.get_attendee(id)).await
}

#[tauri::command]
async fn change_attendee(desk: Desk<'_>, id: AttendeeId, form: AttendeeForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_attendee(id, &form)).await
}

#[tauri::command]
async fn attend(desk: Desk<'_>, workshop: WorkshopId, attendee: AttendeeId) -> Answer<()> {
    desk.ask(move |desk| desk.attend(workshop, attendee)).await
}

#[tauri::command]
async fn leave(desk: Desk<'_>, workshop: WorkshopId, attendee: AttendeeId) -> Answer<()> {
    desk.ask(move |desk| desk.leave(workshop, attendee)).await
}

// ---- Passes --------------------------------------------------------------------------------

#[tauri::command]
async fn redeem(desk: Desk<'_>, form: RedeemForm) -> Answer<RedemptionAnswer> {
    desk.ask(move |desk| desk.redeem(&form)).await
}

#[tauri::command]
async fn void_redemption(desk: Desk<'_>, form: VoidForm) -> Answer<()> {
    desk.ask(move |desk| desk.void_redemption(&form)).await
}

#[tauri::command]
async fn contest_redemption(desk: Desk<'_>, form: ContestForm) -> Answer<()> {
    desk.ask(move |desk| desk.contest(&form)).await
}

#[tauri::command]
async fn check_pass(desk: Desk<'_>, read: CodeRead) -> Answer<PassReport> {
    desk.ask(move |desk| desk.check_pass(&read)).await
}

#[tauri::command]
async fn read_file(
    app: AppHandle,
    desk: Desk<'_>,
    readings: State<'_, Readings>,
    request: Request<'_>,
) -> Answer<Vec<CodeFound>> {
    let (bytes, reading) = (bytes_of(&request), readings.begin(app));
    desk.ask(move |desk| desk.read_file(&bytes, &mut |progress| reading.tell(progress)))
        .await
}

#[tauri::command]
fn stop_reading(readings: State<'_, Readings>) {
    readings.stop();
}

#[tauri::command]
async fn list_redemptions(desk: Desk<'_>, filter: RedemptionFilter) -> Answer<Vec<Redemption>> {
    desk.ask(move |desk| desk.list_redemptions(&filter)).await
}

#[tauri::command]
async fn list_kept_codes(desk: Desk<'_>) -> Answer<Vec<KeptCode>> {
    desk.ask(|desk| desk.list_kept_codes()).await
}

#[tauri::command]
async fn redeem_kept_code(
    desk: Desk<'_>,
    id: KeptCodeId,
    service: Option<ServiceRef>,
) -> Answer<RedemptionAnswer> {
    desk.ask(move |desk| desk.redeem_kept_code(id, service)).await
}

#[tauri::command]
async fn put_aside_kept_code(desk: Desk<'_>, id: KeptCodeId) -> Answer<()> {
    desk.ask(move |desk| desk.put_aside_kept_code(id)).await
}

// ---- Batches and the link ------------------------------------------------------------------

#[tauri::command]
async fn batches(desk: Desk<'_>) -> Answer<BatchesView> {
    desk.ask(|desk| desk.batches()).await
}

#[tauri::command]
async fn sync(desk: Desk<'_>) -> Answer<SyncReport> {
    desk.ask(|desk| desk.sync(&HttpLink::of(desk)?)).await
}

#[tauri::command]
async fn enrol(desk: Desk<'_>, form: EnrolForm) -> Answer<()> {
    desk.ask(move |desk| desk.enrol(&form, &HttpLink::from_desk(desk, &form.address)?))
        .await?;
    // The programmes come with the first exchange; if it fails now, another one follows.
    let _ = desk.ask(|desk| desk.sync(&HttpLink::of(desk)?)).await;
    Ok(())
}

#[tauri::command]
async fn ask_enrolment(desk: Desk<'_>, form: EnrolForm) -> Answer<()> {
    desk.ask(move |desk| desk.ask_enrolment(&form)).await
}

#[tauri::command]
async fn save_pouch(app: AppHandle, desk: Desk<'_>) -> Answer<Option<PathBuf>> {
    desk.ask(move |desk| papers::save_pouch(&app, desk)).await
}

#[tauri::command]
async fn unpack_pouch(desk: Desk<'_>, request: Request<'_>) -> Answer<PouchReport> {
    let bytes = bytes_of(&request);
    desk.ask(move |desk| desk.unpack_pouch(&bytes, &mut |_| ControlFlow::Continue(())))
        .await
}

#[tauri::command]
async fn bring_pouch(desk: Desk<'_>, request: Request<'_>) -> Answer<BroughtPouch> {
    let bytes = bytes_of(&request);
    desk.ask(move |desk| desk.bring_pouch(&bytes, &HttpLink::of(desk)?, &mut |_| ControlFlow::Continue(())))
        .await
}

#[tauri::command]
async fn save_return(app: AppHandle, desk: Desk<'_>) -> Answer<Option<PathBuf>> {
    desk.ask(move |desk| papers::save_return(&app, desk)).await
}

#[tauri::command]
async fn get_route(desk: Desk<'_>) -> Answer<RouteView> {
    desk.ask(|desk| desk.get_route()).await
}

#[tauri::command]
async fn change_route(desk: Desk<'_>, form: RouteForm) -> Answer<()> {
    desk.ask(move |desk| desk.change_route(&form)).await
}

// ---- Papers --------------------------------------------------------------------------------

#[tauri::command]
async fn preview_certificate(desk: Desk<'_>, form: CertificateForm) -> Answer<PaperView> {
    desk.ask(move |desk| desk.preview_certificate(&form)).await
}

#[tauri::command]
async fn issue_certificate(desk: Desk<'_>, form: CertificateForm) -> Answer<PaperView> {
    desk.ask(move |desk| desk.issue_certificate(&form)).await
}

#[tauri::command]
async fn list_certificates(desk: Desk<'_>) -> Answer<Vec<CertificateRow>> {
    desk.ask(|desk| desk.list_certificates()).await
}

#[tauri::command]
async fn show_paper(desk: Desk<'_>, paper: PaperRef) -> Answer<PaperView> {
    desk.ask(move |desk| desk.show_paper(paper)).await
}

#[tauri::command]
async fn print_paper(desk: Desk<'_>, paper: PaperRef) -> Answer<()> {
    desk.ask(move |desk| papers::print(desk, paper)).await
}

#[tauri::command]
async fn save_paper(app: AppHandle, desk: Desk<'_>, paper: PaperRef) -> Answer<Option<PathBuf>> {
    desk.ask(move |desk| papers::save(&app, desk, paper)).await
}

/// The bytes of a request that carries nothing else. JSON in their place is no picture either.
fn bytes_of(request: &Request<'_>) -> Vec<u8> {
    match request.body() {
        InvokeBody::Raw(bytes) => bytes.clone(),
        InvokeBody::Json(_) => Vec::new(),
    }
}
