//! `karat`: the window and the command line of one engine.

use std::process::ExitCode;

use karat::cli::{self, Wanted};

fn main() -> ExitCode {
    let code = match cli::run() {
        Wanted::Done(code) => code,
        #[cfg(feature = "gui")]
        Wanted::Window(request) => window::open(&request),
        #[cfg(feature = "gui")]
        Wanted::Screenshot(request) => window::picture(&request),
        #[cfg(not(feature = "gui"))]
        Wanted::Window(_) => cli::stopped(&cli::Stop::Failed(
            "this Karat was built without a window. Say 'karat demo --headless', or 'karat --help'.".to_owned(),
        )),
    };
    ExitCode::from(code)
}

#[cfg(feature = "gui")]
mod window {
    use karat::app::{self, Options, screenshot, theme::ThemeChoice};
    use karat::cli::client::session_options;
    use karat::cli::{self, ScreenshotRequest, Stop, WindowRequest};
    use karat::engine::{Command, Engine, sample_dir};

    pub fn open(request: &WindowRequest) -> u8 {
        if let Some(why) = app::what_is_missing() {
            return cli::stopped(&Stop::Failed(why));
        }
        let first = match (&request.workspace, request.sample) {
            (Some(dir), true) => Some(Command::OpenSample { dir: dir.clone() }),
            (Some(dir), false) => Some(Command::Open { dir: dir.clone() }),
            (None, _) => None,
        };
        let mut options = session_options(&request.common, "window", false);
        options.read_only_if_held = true;
        options.prepares_review = true;
        options.watches = true;
        options.keeps_schedule = true;
        let factory: app::BackendFactory = Box::new(move |wake| Box::new(Engine::new(options, Box::new(move || wake()))));
        let result = app::run(factory, Options { first, sample_dir: Some(sample_dir()), forget: false, reopen_last: !request.sample });
        result.map_or_else(|error| cli::stopped(&Stop::Failed(format!("{error}. 'karat demo --headless' works without one."))), |()| 0)
    }

    pub fn picture(request: &ScreenshotRequest) -> u8 {
        let engine = Engine::new(session_options(&request.common, "screenshot", true), Box::new(|| ()));
        let theme = if request.is_dark { ThemeChoice::Dark } else { ThemeChoice::Light };
        let first = request.common.workspace.clone().map(|dir| Command::Open { dir });
        let drawn = screenshot::render(Box::new(engine), first, &request.page, request.size, theme, &request.out);
        drawn.map_or_else(|error| cli::stopped(&Stop::Failed(error.to_string())), |()| 0)
    }
}
