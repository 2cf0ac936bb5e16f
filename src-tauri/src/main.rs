//! The program of a site: its window, and the orders that do without one.
//!
//! Thin on purpose. What a command does stands in `passerelle-desk`; here are only the window,
//! the way from its page to the desk, and the command line.

// A window needs no console beside it; the command line attaches the one it was called from.
#![cfg_attr(all(windows, not(debug_assertions)), windows_subsystem = "windows")]

mod command_line;
mod commands;
mod door;
mod incidents;
mod neighbour;
mod papers;
mod reading;
mod surroundings;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    #[cfg(windows)]
    attach_console();
    command_line::run(std::env::args_os())
}

#[cfg(windows)]
fn attach_console() {
    const THE_PARENTS: u32 = u32::MAX;
    // Opened by a double click there is none to attach, and nobody to read it either.
    let _ = win32console::console::WinConsole::attach_console(THE_PARENTS);
}
