/**
 * The whole application, as the window sees it: one method for each thing a person wants to do.
 *
 * What goes in is a form, as filled; what comes out is a view, ready to be put into words. A
 * method that cannot do what it is asked throws a {@link UserError}: `fields` (what is to be
 * corrected, field by field), `refused` (a rule said no), or what prevents it: `locked`, for all
 * but {@link Desk.unlock} and {@link Desk.recover}, as long as the ledger is shut; `nobody-here`,
 * as long as the screen is hidden; `not-allowed`, for what is a manager's to do. Nothing here waits
 * for a network but {@link Desk.enrol} and {@link Desk.sync}.
 */
import type {
  Account,
  AccountForm,
  AttendeeForm,
  AttendeeRow,
  AttendeeView,
  AuditLine,
  BatchesView,
  BroughtPouch,
  CertificateForm,
  CertificateRow,
  CodeFound,
  CodeRead,
  Commune,
  ContestForm,
  DayForm,
  DeskSituation,
  DoubleMatch,
  EnrolForm,
  ForgottenPinForm,
  HeadCountForm,
  Idle,
  KeptCode,
  NewcomerForm,
  PaperRef,
  PaperView,
  PassReport,
  PassphraseForm,
  PinForm,
  PouchReport,
  ProtectForm,
  ReadProgress,
  RecoverForm,
  RedeemForm,
  Redemption,
  RedemptionAnswer,
  RedemptionFilter,
  RouteForm,
  RouteView,
  ServiceRef,
  SetUpForm,
  Settings,
  SheetView,
  SignInForm,
  Site,
  SiteForm,
  StructureForm,
  SyncReport,
  Today,
  Topic,
  VoidForm,
  WorkshopFilter,
  WorkshopForm,
  WorkshopList,
  WorkshopView,
} from "./types";

export type * from "./types";

/** Whoever waits for a file: told how far its reading has come, and free to stop it. */
export type Reading = {
  onProgress: (progress: ReadProgress) => void;
  /** Once aborted, the reading is `unreadable`, as one that was cancelled. */
  signal: AbortSignal;
};

export interface Desk {
  // ---- Where we are, who works here -----------------------------------------------------

  /** What the frame of every screen shows: site, person, link. */
  situation(): Promise<DeskSituation>;
  /** The first start, all at once. */
  setUp(form: SetUpForm): Promise<void>;
  /** Communes by the first letters of their name, or by postcode. */
  findCommunes(text: string): Promise<Commune[]>;
  /** Changes who is paid. */
  changeStructure(form: StructureForm): Promise<void>;
  /** Every site of the structure. */
  listSites(): Promise<Site[]>;
  addSite(form: SiteForm): Promise<void>;
  changeSite(id: number, form: SiteForm): Promise<void>;
  /** Works at another site from now on. */
  useSite(id: number): Promise<void>;
  /** Everybody who works here, told to whoever is about to say who they are too. */
  listAccounts(): Promise<Account[]>;
  addAccount(form: AccountForm): Promise<void>;
  changeAccount(id: number, form: AccountForm): Promise<void>;
  /** Ends a colleague's account: what was done there keeps its name. */
  closeAccount(id: number): Promise<void>;
  /** Goes by the day that the person says, where the computer's clock is wrong. */
  sayDay(form: DayForm): Promise<void>;
  changeSettings(settings: Settings): Promise<void>;

  // ---- Who is here, and what was done -----------------------------------------------------

  /** Takes somebody's place; `pin-rests` after too many wrong PINs. */
  signIn(form: SignInForm): Promise<void>;
  /** Hides everything until somebody takes their place. */
  lock(): Promise<void>;
  /** Shuts the ledger: its passphrase opens it again. */
  closeLedger(): Promise<void>;
  /** Chooses one's own PIN, or another one. */
  choosePin(form: PinForm): Promise<void>;
  /** Takes away a PIN: one's own, or a colleague's who has forgotten it. */
  removePin(id: number): Promise<void>;
  /** Takes one's place by the recovery sheet's code: the forgotten PIN is gone then. */
  forgetPin(form: ForgottenPinForm): Promise<void>;
  /** When the screen hides itself. */
  changeIdle(idle: Idle): Promise<void>;
  /** What was done before that act, the youngest first, 50 at a time. */
  listAudits(before: number | null): Promise<AuditLine[]>;
  /** Asks where, saves the whole record there and gives its path; nothing if the person thinks better of it. */
  saveAudits(): Promise<string | null>;

  // ---- The passphrase and the recovery sheet --------------------------------------------

  /** Opens the ledger; takes up to a second, and longer after several wrong passphrases. */
  unlock(passphrase: string): Promise<void>;
  /** Opens the ledger by the recovery sheet's code, and sets a new passphrase at once. */
  recover(form: RecoverForm): Promise<void>;
  /** Draws a recovery code; nothing is in force before {@link Desk.confirmSheet}. */
  protect(form: ProtectForm): Promise<SheetView>;
  /** Draws another code; the sheet in force holds until the new one is confirmed. */
  renewSheet(passphrase: string): Promise<SheetView>;
  /** The group asked for, typed from the paper: now the sheet is in force, and the passphrase with it. */
  confirmSheet(group: string): Promise<void>;
  /** Gives up what waits to be confirmed. */
  dropSheet(): Promise<void>;
  changePassphrase(form: PassphraseForm): Promise<void>;

  // ---- Workshops -----------------------------------------------------------------------

  /** What to resume, what to hold again, what waits. */
  today(): Promise<Today>;
  /** The youngest first, 50 at a time. */
  listWorkshops(filter: WorkshopFilter): Promise<WorkshopList>;
  getWorkshop(id: number): Promise<WorkshopView>;
  /** Opens a new one, for today or a past day; gives its row. */
  openWorkshop(form: WorkshopForm): Promise<number>;
  /** Opens one like that one, today and now; gives its row. */
  repeatWorkshop(id: number): Promise<number>;
  changeWorkshop(id: number, form: WorkshopForm): Promise<void>;
  /** Its attendances no longer change. */
  closeWorkshop(id: number): Promise<void>;
  reopenWorkshop(id: number): Promise<void>;
  /** Notes the participants without a name. */
  countHeads(id: number, form: HeadCountForm): Promise<void>;

  // ---- People --------------------------------------------------------------------------

  /** People by some letters of either name, accents or not; the last seen when there are none. */
  findAttendees(text: string): Promise<AttendeeRow[]>;
  /** People already here who may be the one about to be added, the likeliest first. */
  findDoubles(form: AttendeeForm): Promise<DoubleMatch[]>;
  /** Adds a person, and enters them at a workshop if one is named; gives their row. */
  addAttendee(form: NewcomerForm): Promise<number>;
  getAttendee(id: number): Promise<AttendeeView>;
  changeAttendee(id: number, form: AttendeeForm): Promise<void>;
  /** Enters a person at a workshop. */
  attend(workshop: number, attendee: number): Promise<void>;
  /** Takes a person out of a workshop: they did not come after all. */
  leave(workshop: number, attendee: number): Promise<void>;

  // ---- Passes --------------------------------------------------------------------------

  /** Takes a pass. It is on disk before the answer comes back. */
  redeem(form: RedeemForm): Promise<RedemptionAnswer>;
  /** Cancels a redemption, with its reason; the pass can be taken again. */
  voidRedemption(form: VoidForm): Promise<void>;
  /** Writes to the officer about a pass that waits for a decision: `fields`, or `refused` when none is awaited. */
  contestRedemption(form: ContestForm): Promise<void>;
  /** Says what a pass is worth here, and records nothing. */
  checkPass(read: CodeRead): Promise<PassReport>;
  /** The passes found in a picture or a PDF, one file at a time; `unreadable` when there is none. */
  readFile(file: File, reading: Reading): Promise<CodeFound[]>;
  /** Passes taken, the youngest first, 50 at a time. */
  listRedemptions(filter: RedemptionFilter): Promise<Redemption[]>;
  /** Codes that wait for their programme to be known here. */
  listKeptCodes(): Promise<KeptCode[]>;
  /** Takes a kept code now, for a service that the person names when several are possible. */
  redeemKeptCode(id: number, service: ServiceRef | null): Promise<RedemptionAnswer>;
  /** The paper of a kept code was handed back: it waits no more. */
  putAsideKeptCode(id: number): Promise<void>;

  // ---- Batches and the link ------------------------------------------------------------

  /** Where every pass stands, in counts and amounts. */
  batches(): Promise<BatchesView>;
  /** Exchanges with clearing now. */
  sync(): Promise<SyncReport>;
  /** Joins clearing with the letter's address and code. */
  enrol(form: EnrolForm): Promise<void>;
  /** Keeps the letter's address and code: the next pouch asks clearing to let this device in. */
  askEnrolment(form: EnrolForm): Promise<void>;
  /** Asks where, packs there what waits for a courier and gives its path; nothing if the person thinks better of it. */
  savePouch(): Promise<string | null>;
  /** Takes in what a courier has brought back: the file, or a picture or PDF of its codes. */
  unpackPouch(file: File): Promise<PouchReport>;
  /** Brings the pouch of a neighbour to clearing, and keeps what comes back for it. */
  bringPouch(file: File): Promise<BroughtPouch>;
  /** Asks where, writes there what came back for the neighbour and gives its path; nothing if the person thinks better of it. */
  saveReturn(): Promise<string | null>;
  /** The way to clearing, where the computer's own does not do. */
  getRoute(): Promise<RouteView>;
  changeRoute(form: RouteForm): Promise<void>;

  // ---- Papers --------------------------------------------------------------------------

  /** A certificate as it would be, without a number. */
  previewCertificate(form: CertificateForm): Promise<PaperView>;
  /** Gives it its number, and keeps it. */
  issueCertificate(form: CertificateForm): Promise<PaperView>;
  /** Certificates issued, the youngest first. */
  listCertificates(): Promise<CertificateRow[]>;
  /** A paper, page by page. */
  showPaper(paper: PaperRef): Promise<PaperView>;
  /** Hands the paper to the system's PDF reader, from where it is printed. */
  printPaper(paper: PaperRef): Promise<void>;
  /** Asks where, saves the PDF there and gives its path; nothing if the person thinks better of it. */
  savePaper(paper: PaperRef): Promise<string | null>;

  // ---- Announcements -------------------------------------------------------------------

  /** Calls back with what each write changed, until the function it gives is called. */
  onChange(listener: (topics: Topic[]) => void): () => void;
}
