//! The dialogs that ask for paths or for a yes: add files, open, new, go back to an earlier gold.

use std::path::{Path, PathBuf};

use egui::{Id, Rect, Response, Ui, pos2, vec2};

use crate::app::cx::Pick;
use crate::app::theme::kind::{DENSE, DENSE_M, icon};
use crate::app::theme::tokens;
use crate::app::widgets::{Button, ButtonKind, ButtonSize, Field, dialog, draw};
use crate::base::GoldVersion;
use crate::engine::Command;

use super::ask_trust::AskTrust;
use super::files::Want;

/// The dialog that is open, with what was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    Files {
        path: String,
    },
    Workspace {
        path: String,
    },
    New {
        name: String,
        dir: String,
        from: String,
    },
    Rollback {
        version: Option<u32>,
        to: String,
    },
    Trust(Box<AskTrust>),
    /// A file or folder for a page. Not every desktop has a file dialog: a path can always be typed.
    Path {
        pick: Pick,
        want: Want,
        path: String,
    },
}

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    Nothing,
    Close,
    Browse(Want),
    Take(Vec<PathBuf>),
    Send(Command),
    Path(Pick, PathBuf),
}

impl Ask {
    /// `folder`: where something was last written to or read from; else the home folder.
    pub fn path(pick: Pick, want: Want, folder: Option<&Path>) -> Self {
        let home = || directories::BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
        let path = match want.file().as_str() {
            "" => String::new(),
            name => folder.map(PathBuf::from).or_else(home).unwrap_or_default().join(name).display().to_string(),
        };
        Self::Path { pick, want, path }
    }

    /// Fills what the system's dialog gave. None: there is nothing left to ask.
    pub fn picked(&mut self, paths: &[PathBuf]) -> Option<Asked> {
        let first = paths.first()?.display().to_string();
        match self {
            Self::Files { .. } => Some(Asked::Take(paths.to_vec())),
            Self::Workspace { .. } => Some(Asked::Send(Command::Open { dir: PathBuf::from(first) })),
            Self::New { name, dir, from } => {
                *from = first;
                if name.is_empty() {
                    *name = folder_name(from);
                }
                if dir.is_empty() {
                    *dir = beside(from);
                }
                None
            }
            Self::Path { pick, .. } => Some(Asked::Path(pick.clone(), PathBuf::from(first))),
            Self::Rollback { .. } | Self::Trust(_) => None,
        }
    }

    pub fn show(&mut self, ui: &Ui, user: &str) -> Asked {
        let mut asked = Asked::Nothing;
        let title = match self {
            Self::Files { .. } => "Which files shall be added?".to_owned(),
            Self::Workspace { .. } => "Which workspace shall be opened?".to_owned(),
            Self::New { .. } => "From which files shall the workspace be made?".to_owned(),
            Self::Rollback { to, .. } => format!("Go back to {to}?"),
            Self::Trust(ask) => ask.title(),
            Self::Path { want, .. } => want.title().to_owned(),
        };
        let beside = dialog::show(ui, "ask", &title, |ui, rect| {
            let mut form = Form { ui, rect, y: rect.top(), enter: false };
            match self {
                Self::Files { path } => form.files(path, &mut asked),
                Self::Workspace { path } => form.workspace(path, &mut asked),
                Self::New { name, dir, from } => form.new_workspace(name, dir, from, &mut asked),
                Self::Rollback { version, to } => form.rollback(*version, to, user, &mut asked),
                Self::Trust(ask) => ask.show(&mut form, user, &mut asked),
                Self::Path { pick, want, path } => form.path(pick, *want, path, &mut asked),
            }
            form.y - rect.top()
        });
        if beside && asked == Asked::Nothing { Asked::Close } else { asked }
    }
}

/// `~` at the beginning is the home folder.
pub fn expanded(path: &str) -> PathBuf {
    let path = path.trim().trim_matches('"');
    match (path.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(path),
    }
}

fn folder_name(path: &str) -> String {
    Path::new(path).file_name().map(|name| name.to_string_lossy().replace('_', " ")).unwrap_or_default()
}

fn beside(path: &str) -> String {
    let path = Path::new(path);
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!("{name}.karat")).display().to_string()
}

pub(super) struct Form<'u> {
    pub(super) ui: &'u mut Ui,
    pub(super) rect: Rect,
    pub(super) y: f32,
    enter: bool,
}

impl Form<'_> {
    pub(super) fn words(&mut self, text: &str) {
        let t = tokens(self.ui);
        let galley = draw::wrapped(self.ui, text, DENSE, t.t2, self.rect.width());
        let height = galley.size().y;
        let place = Rect::from_min_size(pos2(self.rect.left(), self.y), galley.size());
        draw::spoken(self.ui, place, self.ui.scope_id().with(("words", text)), egui::accesskit::Role::Label, text);
        self.ui.painter().galley(draw::snapped(self.ui, place.min), galley, t.t2);
        self.y += height + 12.0;
    }

    pub(super) fn field(&mut self, name: &str, hint: &str, text: &mut String, first: bool) {
        let show = |ui: &mut Ui, place: Rect| {
            let field = Field { id: Id::unique(("ask-field", name)), name, hint, icon: None, keys: None, mono: true };
            field.show(ui, place, text)
        };
        self.labelled(name, show, first);
    }

    /// A field under its name. `first`: takes the keyboard where nothing has it.
    pub(super) fn labelled(&mut self, name: &str, show: impl FnOnce(&mut Ui, Rect) -> Response, first: bool) {
        let t = tokens(self.ui);
        let label = Rect::from_min_size(pos2(self.rect.left(), self.y), vec2(self.rect.width(), 16.0));
        draw::text_in(self.ui, label, name, DENSE_M, t.t2);
        self.y += 20.0;
        let place = Rect::from_min_size(pos2(self.rect.left(), self.y), vec2(self.rect.width(), 30.0));
        let response = show(self.ui, place);
        let entered = response.lost_focus() && self.ui.input(|input| input.key_pressed(egui::Key::Enter));
        if first && !entered && !self.has_focus() {
            response.request_focus();
        }
        self.enter |= entered;
        self.y += 30.0 + 12.0;
    }

    pub(super) fn has_focus(&self) -> bool {
        self.ui.ctx().memory(egui::Memory::focused).is_some()
    }

    /// Buttons at the right, the deed last. True: it was pressed, or Enter.
    pub(super) fn buttons(&mut self, deed: &Button<'_>, ready: bool, asked: &mut Asked) -> bool {
        self.y += 8.0;
        let middle = self.y + 14.0;
        let deed = deed.clone().size(ButtonSize::Medium).enabled(ready);
        let mut x = self.rect.right() - deed.width(self.ui);
        let pressed = deed.show(self.ui, pos2(x, middle)).clicked();
        let cancel = Button::new("Cancel").size(ButtonSize::Medium).keys("Esc");
        x -= cancel.width(self.ui) + 8.0;
        if cancel.show(self.ui, pos2(x, middle)).clicked() {
            *asked = Asked::Close;
        }
        self.y += 28.0;
        ready && (pressed || self.enter)
    }

    fn browse(&mut self, wants: &[(&str, Want, char)], asked: &mut Asked) {
        let mut x = self.rect.left();
        for (label, want, code) in wants {
            let button = Button::new(label).icon(*code).size(ButtonSize::Medium);
            if button.show(self.ui, pos2(x, self.y + 14.0)).clicked() {
                *asked = Asked::Browse(*want);
            }
            x += button.width(self.ui) + 8.0;
        }
        self.y += 28.0 + 14.0;
    }

    fn files(&mut self, path: &mut String, asked: &mut Asked) {
        self.words("Every file that is known is loaded, the rest is listed. The same file is never loaded twice. You can also drop files or a folder anywhere on the window.");
        self.browse(&[("Choose files", Want::Files, icon::FILE_CSV), ("Choose a folder", Want::Folder, icon::FOLDER)], asked);
        self.field("Or type a path", "/home/you/exports", path, true);
        let add = Button::new("Add").name("Add the typed path").kind(ButtonKind::Primary);
        if self.buttons(&add, !path.trim().is_empty(), asked) {
            *asked = Asked::Take(vec![expanded(path)]);
        }
    }

    fn path(&mut self, pick: &Pick, want: Want, path: &mut String, asked: &mut Asked) {
        let (browse, deed, code) = match want {
            Want::SaveSheet | Want::Save(_) => ("Choose a place", "Write", icon::EXPORT),
            Want::Folder => ("Choose a folder", "Take the folder", icon::FOLDER),
            Want::Files | Want::Sheet | Want::Pack => ("Choose a file", "Read", icon::FILE_CSV),
        };
        if !want.file().is_empty() {
            self.words("A file of that name is written anew.");
        }
        self.browse(&[(browse, want, code)], asked);
        self.field("Or type a path", "/home/you/exports", path, true);
        let name = format!("{deed}, the typed path");
        if self.buttons(&Button::new(deed).name(&name).kind(ButtonKind::Primary), !path.trim().is_empty(), asked) {
            *asked = Asked::Path(pick.clone(), expanded(path));
        }
    }

    fn workspace(&mut self, path: &mut String, asked: &mut Asked) {
        self.words("A workspace is a folder with a workspace.toml.");
        self.browse(&[("Choose a folder", Want::Folder, icon::FOLDER)], asked);
        self.field("Or type a path", "/home/you/apex", path, true);
        if self.buttons(&Button::new("Open").kind(ButtonKind::Primary), !path.trim().is_empty(), asked) {
            *asked = Asked::Send(Command::Open { dir: expanded(path) });
        }
    }

    fn new_workspace(&mut self, name: &mut String, dir: &mut String, from: &mut String, asked: &mut Asked) {
        self.words("The files stay where they are. The workspace is a folder of its own with everything that was made from them.");
        self.browse(&[("Choose a folder of files", Want::Folder, icon::FOLDER)], asked);
        let before = from.clone();
        self.field("Folder of files", "/home/you/exports; leave empty to begin with nothing", from, true);
        if *from != before && (name.is_empty() || *name == folder_name(&before)) {
            *name = folder_name(from);
        }
        if *from != before && (dir.is_empty() || *dir == beside(&before)) {
            *dir = if from.is_empty() { String::new() } else { beside(from) };
        }
        self.field("Name", "Apex National Bank", name, false);
        self.field("Workspace folder", "/home/you/apex", dir, false);
        let ready = !name.trim().is_empty() && !dir.trim().is_empty();
        if self.buttons(&Button::new("Make the workspace").kind(ButtonKind::Primary), ready, asked) {
            let from = (!from.trim().is_empty()).then(|| expanded(from));
            *asked = Asked::Send(Command::Create { dir: expanded(dir), name: name.trim().to_owned(), from });
        }
    }

    fn rollback(&mut self, version: Option<u32>, to: &str, user: &str, asked: &mut Asked) {
        self.words(&format!(
            "People then see {to} again. Nothing is deleted: the version they see now is kept and can be published again."
        ));
        let label = format!("Restore {to}");
        self.enter = self.ui.input(|input| input.key_pressed(egui::Key::Enter)) && self.ui.ctx().memory(egui::Memory::focused).is_none();
        if self.buttons(&Button::new(&label).kind(ButtonKind::DangerFilled), true, asked) {
            *asked = Asked::Send(Command::Rollback { version: version.map(GoldVersion), user: user.to_owned() });
        }
    }
}
