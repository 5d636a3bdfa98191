//! `karat`: the window and the command line of one engine.

fn main() {}
