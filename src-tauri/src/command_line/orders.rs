//! What can be asked, and how it is written on a command line.

use super::{Exit, exit_codes};
use clap::{
    ColorChoice, CommandFactory, FromArgMatches, Parser, Subcommand,
    error::{ContextKind, ErrorKind},
};
use passerelle_desk::Profile;
use passerelle_words::{say, say_with};
use serde::{Deserialize, Serialize};
use std::{ffi::OsString, path::PathBuf};

/// A question that one process may put to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Ask {
    /// Show the window.
    Show,
    /// Exchange with clearing.
    Sync,
    /// Say where everything stands.
    Status,
    /// Verify the ledger.
    Check,
    /// Say which way clearing is reached, once changed if that is asked for.
    Link {
        /// The network's proxy; blank for the system's. Unchanged when absent.
        proxy: Option<String>,
        /// The absolute path of a file of authorities to keep.
        authority: Option<PathBuf>,
        /// Whether to let go of the authorities kept.
        no_authority: bool,
    },
    /// Read the passes in files.
    Scan {
        /// Their absolute paths: the process that answers may be in another folder.
        files: Vec<PathBuf>,
    },
    /// Pack a pouch for a courier.
    Export {
        /// The absolute path of a file, or of a folder that it is to be put in.
        out: PathBuf,
    },
    /// Take in what a courier has brought back.
    Import {
        /// Absolute paths.
        files: Vec<PathBuf>,
    },
    /// Bring the pouch of a neighbour to clearing.
    Bring {
        /// Absolute paths: a file, or the pictures of all its codes.
        files: Vec<PathBuf>,
        /// The absolute path of a file for the answer, or of a folder that it is to be put in.
        out: PathBuf,
    },
}

/// An order, read.
#[derive(Debug, PartialEq, Eq)]
pub struct Order {
    /// The folder of the ledger.
    pub profile: Profile,
    /// What to ask; the window when nothing.
    pub ask: Option<Ask>,
    /// Whether another program reads the answer.
    pub as_json: bool,
}

/// What to say in place of doing something.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    /// The text.
    pub text: String,
    /// How to end.
    pub exit: Exit,
}

#[derive(Parser)]
#[command(
    name = "passerelle",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true
)]
struct Line {
    #[arg(long, global = true, value_name = "DIR")]
    profile: Option<PathBuf>,
    #[arg(long, short, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    #[arg(long, short = 'V', action = clap::ArgAction::Version)]
    version: Option<bool>,
    #[command(subcommand)]
    order: Option<Verb>,
}

#[derive(Subcommand)]
enum Verb {
    Sync(Format),
    Status(Format),
    Check(Format),
    Link {
        #[arg(long, value_name = "URL", conflicts_with = "no-proxy")]
        proxy: Option<String>,
        #[arg(long, id = "no-proxy")]
        no_proxy: bool,
        #[arg(long, value_name = "FILE", conflicts_with = "no-authority")]
        authority: Option<PathBuf>,
        #[arg(long, id = "no-authority")]
        no_authority: bool,
        #[command(flatten)]
        format: Format,
    },
    Scan {
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    #[command(subcommand)]
    Courier(CourierVerb),
}

#[derive(Subcommand)]
enum CourierVerb {
    Export {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
    Import {
        #[arg(required = true, value_name = "FILE")]
        returns: Vec<PathBuf>,
        #[command(flatten)]
        format: Format,
    },
    Bring {
        #[arg(required = true, value_name = "FILE")]
        pouches: Vec<PathBuf>,
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
        #[command(flatten)]
        format: Format,
    },
}

#[derive(clap::Args)]
struct Format {
    #[arg(long)]
    json: bool,
}

impl Order {
    /// Reads the arguments, the program's own name first.
    ///
    /// # Errors
    /// Help was asked for, or the line makes no sense: either way, what to say.
    pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, Told> {
        let line = in_french()
            .try_get_matches_from(arguments)
            .and_then(|matches| Line::from_arg_matches(&matches))
            .map_err(|error| told(&error))?;
        let (ask, as_json) = match line.order {
            None => (None, false),
            Some(Verb::Sync(format)) => (Some(Ask::Sync), format.json),
            Some(Verb::Status(format)) => (Some(Ask::Status), format.json),
            Some(Verb::Check(format)) => (Some(Ask::Check), format.json),
            Some(Verb::Link {
                proxy,
                no_proxy,
                authority,
                no_authority,
                format,
            }) => {
                let ask = Ask::Link {
                    proxy: proxy.or_else(|| no_proxy.then(String::new)),
                    authority: authority.map(in_full),
                    no_authority,
                };
                (Some(ask), format.json)
            }
            Some(Verb::Scan { files, format }) => {
                let files = files.into_iter().map(in_full).collect();
                (Some(Ask::Scan { files }), format.json)
            }
            Some(Verb::Courier(CourierVerb::Export { out, format })) => {
                (Some(Ask::Export { out: in_full(out) }), format.json)
            }
            Some(Verb::Courier(CourierVerb::Import { returns, format })) => {
                let files = returns.into_iter().map(in_full).collect();
                (Some(Ask::Import { files }), format.json)
            }
            Some(Verb::Courier(CourierVerb::Bring { pouches, out, format })) => {
                let files = pouches.into_iter().map(in_full).collect();
                let out = in_full(out);
                (Some(Ask::Bring { files, out }), format.json)
            }
        };
        let folder = line.profile.or_else(usual_folder).ok_or_else(|| Told {
            text: say("cli-no-folder"),
            exit: Exit::Misuse,
        })?;
        Ok(Self {
            profile: Profile::at(in_full(folder)),
            ask,
            as_json,
        })
    }
}

/// A path that means the same in another folder.
fn in_full(path: PathBuf) -> PathBuf {
    std::path::absolute(&path).unwrap_or(path)
}

/// Where the system keeps an application's own files on this computer, for this person.
fn usual_folder() -> Option<PathBuf> {
    let name = if cfg!(any(windows, target_os = "macos")) {
        "Passerelle"
    } else {
        "passerelle"
    };
    Some(dirs::data_local_dir()?.join(name))
}

/// The command line with its sentences: clap's own are English.
fn in_french() -> clap::Command {
    const ORDER: &str = "{about}\n\n{usage-heading} {usage}\n\n{all-args}{after-help}";
    // clap sets a colon after a heading, and French a space before it.
    let heading = |id: &str| say(id) + "\u{a0}";
    let dressed = |command: clap::Command, about: &str| {
        command
            .about(say(about))
            .help_template(ORDER.replace("{usage-heading}", &say("cli-usage")))
            .mut_args(|arg| match arg.get_id().as_str() {
                id @ ("files" | "returns" | "pouches") => {
                    let sentence = say(&format!("cli-{id}"));
                    arg.help(sentence).help_heading(heading("cli-arguments"))
                }
                id => {
                    let sentence = say(&format!("cli-{id}"));
                    arg.help(sentence).help_heading(heading("cli-options"))
                }
            })
    };
    dressed(Line::command(), "cli-about")
        .color(ColorChoice::Never)
        .subcommand_help_heading(heading("cli-orders"))
        .subcommand_value_name(say("cli-order"))
        .after_help(exit_codes())
        .mut_subcommands(|verb| {
            let about = format!("cli-{}", verb.get_name());
            let verb = verb.mut_subcommands(|way| {
                let about = format!("{about}-{}", way.get_name());
                dressed(way, &about)
            });
            dressed(verb, &about)
                .subcommand_help_heading(heading("cli-orders"))
                .subcommand_value_name(say("cli-order"))
        })
}

fn told(error: &clap::Error) -> Told {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return Told {
            text: error.render().to_string().trim_end().to_owned(),
            exit: Exit::Done,
        };
    }
    let word = [ContextKind::InvalidSubcommand, ContextKind::InvalidArg]
        .into_iter()
        .find_map(|kind| error.get(kind))
        .map(ToString::to_string);
    let text = match word {
        Some(word) => say_with("cli-not-understood", &[("word", word.into())]),
        None => say("cli-incomplete"),
    };
    Told {
        text,
        exit: Exit::Misuse,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Order, Told> {
        Order::parse(line.split(' ').map(OsString::from))
    }

    #[test]
    fn without_an_order_the_window_opens() {
        let order = parse("passerelle --profile /tmp/p").expect("an order");
        assert_eq!(
            order,
            Order {
                profile: Profile::at("/tmp/p"),
                ask: None,
                as_json: false
            }
        );
    }

    #[test]
    fn the_profile_may_stand_before_or_after_the_order() {
        let before = parse("passerelle --profile /tmp/p status --json").expect("an order");
        let after = parse("passerelle status --profile /tmp/p --json").expect("an order");
        assert_eq!(before, after);
        assert_eq!(before.ask, Some(Ask::Status));
        assert!(before.as_json);
    }

    #[test]
    fn files_are_named_in_full_for_whoever_reads_them() {
        let order = parse("passerelle --profile /tmp/p scan a.png").expect("an order");
        let Some(Ask::Scan { files }) = order.ask else {
            panic!("a scan")
        };
        assert!(files[0].is_absolute());
    }

    #[test]
    fn the_way_to_clearing_is_shown_unless_something_is_to_change() {
        let asked = |line: &str| parse(line).expect("an order").ask;
        let shown = Ask::Link {
            proxy: None,
            authority: None,
            no_authority: false,
        };
        assert_eq!(asked("passerelle link"), Some(shown));
        let changed = Ask::Link {
            proxy: Some(String::new()),
            authority: None,
            no_authority: true,
        };
        assert_eq!(asked("passerelle link --no-proxy --no-authority"), Some(changed));
        assert!(parse("passerelle link --proxy a:1 --no-proxy").is_err());
    }

    #[test]
    fn a_line_that_makes_no_sense_is_told_in_french_and_ends_in_2() {
        for line in [
            "passerelle fly",
            "passerelle --nowhere",
            "passerelle scan",
            "passerelle sync --profile",
        ] {
            let told = parse(line).expect_err("nonsense");
            assert_eq!(told.exit, Exit::Misuse, "{line}");
            assert!(!told.text.contains("error"), "{}", told.text);
        }
    }

    #[test]
    fn help_names_every_order_and_every_exit_code_in_french() {
        let told = parse("passerelle --help").expect_err("help");
        assert_eq!(told.exit, Exit::Done);
        for word in [
            "sync",
            "status",
            "check",
            "link",
            "scan",
            "courier",
            "--profile",
            "0 ",
            "6 ",
        ] {
            assert!(told.text.contains(word), "{word} in\n{}", told.text);
        }
        for english in ["Usage:", "Options:", "Commands:", "Print "] {
            assert!(!told.text.contains(english), "{english} in\n{}", told.text);
        }
    }
}
