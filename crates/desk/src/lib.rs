//! The offline application, without its window.
