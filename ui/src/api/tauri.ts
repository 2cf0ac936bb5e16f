/** The desk inside Tauri: one command for each method. The only file that imports `@tauri-apps`. */
import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { CodeFound, Desk, Reading, ReadProgress, Topic } from ".";

/** The event that each write announces, with what it changed. */
const CHANGED = "changed";
/** The event that tells how far the reading of a file has come. */
const READING = "reading";

/** What opens the ledger. */
const LOCK: Pick<
  Desk,
  "unlock" | "recover" | "protect" | "renewSheet" | "confirmSheet" | "dropSheet" | "changePassphrase"
> = {
  unlock: (passphrase) => invoke("unlock", { passphrase }),
  recover: (form) => invoke("recover", { form }),
  protect: (form) => invoke("protect", { form }),
  renewSheet: (passphrase) => invoke("renew_sheet", { passphrase }),
  confirmSheet: (group) => invoke("confirm_sheet", { group }),
  dropSheet: () => invoke("drop_sheet"),
  changePassphrase: (form) => invoke("change_passphrase", { form }),
};

/** Who is here, and what was done. */
const SESSION: Pick<
  Desk,
  | "signIn"
  | "lock"
  | "closeLedger"
  | "choosePin"
  | "removePin"
  | "forgetPin"
  | "closeAccount"
  | "changeIdle"
  | "listAudits"
  | "saveAudits"
> = {
  signIn: (form) => invoke("sign_in", { form }),
  lock: () => invoke("lock"),
  closeLedger: () => invoke("close_ledger"),
  choosePin: (form) => invoke("choose_pin", { form }),
  removePin: (id) => invoke("remove_pin", { id }),
  forgetPin: (form) => invoke("forget_pin", { form }),
  closeAccount: (id) => invoke("close_account", { id }),
  changeIdle: (idle) => invoke("change_idle", { idle }),
  listAudits: (before) => invoke("list_audits", { before }),
  saveAudits: () => invoke("save_audits"),
};

export function tauriDesk(): Desk {
  return {
    situation: () => invoke("situation"),
    setUp: (form) => invoke("set_up", { form }),
    findCommunes: (text) => invoke("find_communes", { text }),
    changeStructure: (form) => invoke("change_structure", { form }),
    listSites: () => invoke("list_sites"),
    addSite: (form) => invoke("add_site", { form }),
    changeSite: (id, form) => invoke("change_site", { id, form }),
    useSite: (id) => invoke("use_site", { id }),
    listAccounts: () => invoke("list_accounts"),
    addAccount: (form) => invoke("add_account", { form }),
    changeAccount: (id, form) => invoke("change_account", { id, form }),
    sayDay: (form) => invoke("say_day", { form }),
    changeSettings: (settings) => invoke("change_settings", { settings }),
    ...LOCK,
    ...SESSION,

    today: () => invoke("today"),
    listWorkshops: (filter) => invoke("list_workshops", { filter }),
    getWorkshop: (id) => invoke("get_workshop", { id }),
    openWorkshop: (form) => invoke("open_workshop", { form }),
    repeatWorkshop: (id) => invoke("repeat_workshop", { id }),
    changeWorkshop: (id, form) => invoke("change_workshop", { id, form }),
    closeWorkshop: (id) => invoke("close_workshop", { id }),
    reopenWorkshop: (id) => invoke("reopen_workshop", { id }),
    countHeads: (id, form) => invoke("count_heads", { id, form }),

    findAttendees: (text) => invoke("find_attendees", { text }),
    findDoubles: (form) => invoke("find_doubles", { form }),
    addAttendee: (form) => invoke("add_attendee", { form }),
    getAttendee: (id) => invoke("get_attendee", { id }),
    changeAttendee: (id, form) => invoke("change_attendee", { id, form }),
    attend: (workshop, attendee) => invoke("attend", { workshop, attendee }),
    leave: (workshop, attendee) => invoke("leave", { workshop, attendee }),

    redeem: (form) => invoke("redeem", { form }),
    voidRedemption: (form) => invoke("void_redemption", { form }),
    contestRedemption: (form) => invoke("contest_redemption", { form }),
    checkPass: (read) => invoke("check_pass", { read }),
    readFile,
    listRedemptions: (filter) => invoke("list_redemptions", { filter }),
    listKeptCodes: () => invoke("list_kept_codes"),
    redeemKeptCode: (id, service) => invoke("redeem_kept_code", { id, service }),
    putAsideKeptCode: (id) => invoke("put_aside_kept_code", { id }),

    batches: () => invoke("batches"),
    sync: () => invoke("sync"),
    enrol: (form) => invoke("enrol", { form }),
    askEnrolment: (form) => invoke("ask_enrolment", { form }),
    savePouch: () => invoke("save_pouch"),
    unpackPouch: async (file) => invoke("unpack_pouch", await file.arrayBuffer()),
    bringPouch: async (file) => invoke("bring_pouch", await file.arrayBuffer()),
    saveReturn: () => invoke("save_return"),
    getRoute: () => invoke("get_route"),
    changeRoute: (form) => invoke("change_route", { form }),

    previewCertificate: (form) => invoke("preview_certificate", { form }),
    issueCertificate: (form) => invoke("issue_certificate", { form }),
    listCertificates: () => invoke("list_certificates"),
    showPaper: (paper) => invoke("show_paper", { paper }),
    printPaper: (paper) => invoke("print_paper", { paper }),
    savePaper: (paper) => invoke("save_paper", { paper }),

    onChange(listener) {
      const listening = listen<Topic[]>(CHANGED, ({ payload }) => listener(payload));
      return () => void listening.then((stop) => stop());
    },
  };
}

async function readFile(file: File, { onProgress, signal }: Reading): Promise<CodeFound[]> {
  const stop = () => void invoke("stop_reading");
  const hush = await listen<ReadProgress>(READING, ({ payload }) => {
    // Stopped before the desk had begun: it hears of it again, now that it reads.
    if (signal.aborted) stop();
    else onProgress(payload);
  });
  signal.addEventListener("abort", stop);
  try {
    const bytes = await file.arrayBuffer();
    signal.throwIfAborted();
    // The bytes go as they are: as JSON, a photograph would weigh four times as much.
    return await invoke("read_file", bytes);
  } finally {
    signal.removeEventListener("abort", stop);
    hush();
  }
}
