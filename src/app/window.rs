//! The real window: eframe with OpenGL, settings kept between starts.

use std::sync::Arc;

use anyhow::anyhow;

use crate::engine::{Backend, Command};

use super::notice::Desktop;
use super::settings::Settings;
use super::shell::Shell;
use super::theme;

/// Called by the engine, from any thread, when it has news.
pub type Wake = Arc<dyn Fn() + Send + Sync>;
/// Makes the engine once the window can be woken.
pub type BackendFactory = Box<dyn FnOnce(Wake) -> Box<dyn Backend>>;

/// How the window begins.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Sent first: `Open` or `OpenSample`. None: the start page.
    pub first: Option<Command>,
    /// Where "Open the sample bank" puts its workspace.
    pub sample_dir: Option<std::path::PathBuf>,
    /// Keeps nothing between starts (demonstrations, tests).
    pub forget: bool,
    /// Without a first command, open the workspace that was open last.
    pub reopen_last: bool,
}

const KEY: &str = "karat";

/// Opens the window and returns when it was closed. Fails where there is no display.
pub fn run(factory: BackendFactory, options: Options) -> anyhow::Result<()> {
    let native = eframe::NativeOptions {
        viewport: egui::ViewportBuilder::default()
            .with_title("Karat")
            .with_app_id("karat")
            .with_inner_size([1360.0, 800.0])
            .with_min_inner_size([1024.0, 600.0])
            .with_drag_and_drop(true),
        renderer: eframe::Renderer::Glow,
        persist_window: !options.forget,
        ..eframe::NativeOptions::default()
    };
    eframe::run_native("karat", native, Box::new(move |cc| Ok(Box::new(Window::new(cc, factory, options)))))
        .map_err(|error| anyhow!("The window cannot be opened: {error}"))
}

struct Window {
    shell: Shell,
    forget: bool,
}

impl Window {
    fn new(cc: &eframe::CreationContext<'_>, factory: BackendFactory, options: Options) -> Self {
        theme::apply(&cc.egui_ctx);
        let stored = cc.storage.filter(|_| !options.forget).and_then(|storage| storage.get_string(KEY));
        let settings = stored.map(|text| Settings::from_json(&text)).unwrap_or_default();
        cc.egui_ctx.set_theme(settings.theme.preference());
        cc.egui_ctx.set_zoom_factor(settings.zoom);
        let ctx = cc.egui_ctx.clone();
        let mut shell = Shell::new(factory(Arc::new(move || ctx.request_repaint())), settings).with_notifier(Box::new(Desktop));
        if let Some(dir) = options.sample_dir {
            shell.sample_dir = dir;
        }
        let last = options
            .reopen_last
            .then(|| shell.settings.recent.first().map(|recent| Command::Open { dir: recent.dir.clone().into() }))
            .flatten();
        if let Some(first) = options.first.or(last) {
            shell.data.send(first);
        }
        Self { shell, forget: options.forget }
    }
}

impl eframe::App for Window {
    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.shell.ui(ui);
        self.shell.settings.zoom = ui.ctx().zoom_factor();
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        if !self.forget {
            storage.set_string(KEY, self.shell.settings.to_json());
        }
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn persist_egui_memory(&self) -> bool {
        false
    }
}
