//! Asking the system for files and folders, never on the thread that draws; tests answer at once.

use std::future::Future;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Want {
    Files,
    Folder,
    /// A place to write a workbook to.
    SaveSheet,
    /// A workbook to read.
    Sheet,
    /// A place to write something else to.
    Save(Written),
    /// A decision pack to read.
    Pack,
}

/// What is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    AuditCsv,
    AuditHtml,
    Pack,
    Backup,
    Rows,
    /// What a run told of itself.
    Report,
    /// A page or a figure of the dashboards, with the ending of its form.
    Figure(&'static str),
}

impl Written {
    pub fn title(self) -> &'static str {
        match self {
            Self::AuditCsv | Self::AuditHtml => "Write the audit log",
            Self::Pack => "Write the decision pack",
            Self::Backup => "Copy control.db",
            Self::Rows => "Write the rows: .csv, .parquet, .xlsx or .json",
            Self::Report => "Write the report: .html, or .eml as a message",
            Self::Figure(_) => "Write the figures",
        }
    }

    /// What it is called where nobody says otherwise.
    pub fn file(self) -> String {
        match self {
            Self::AuditCsv => "audit.csv",
            Self::AuditHtml => "audit.html",
            Self::Pack => "decisions.karatpack",
            Self::Backup => "control-copy.db",
            Self::Rows => "rows.csv",
            Self::Report => "run.html",
            Self::Figure(ending) => return format!("dashboard.{ending}"),
        }
        .to_owned()
    }
}

impl Want {
    /// What the file is called that is written; empty where one is read.
    pub fn file(self) -> String {
        match self {
            Self::SaveSheet => "decisions.xlsx".to_owned(),
            Self::Save(written) => written.file(),
            Self::Files | Self::Folder | Self::Sheet | Self::Pack => String::new(),
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "Choose files",
            Self::Folder => "Choose a folder",
            Self::SaveSheet => "Write the decision sheet",
            Self::Sheet => "Choose a filled decision sheet",
            Self::Save(written) => written.title(),
            Self::Pack => "Choose a decision pack",
        }
    }
}

/// Asks; the answer comes through the receiver, empty where nothing was picked.
pub trait FilePicker {
    fn pick(&self, want: Want, title: &str, wake: Box<dyn Fn() + Send>) -> Receiver<Vec<PathBuf>>;
}

/// The system's own dialog.
#[derive(Debug, Default, Clone, Copy)]
pub struct SystemPicker;

impl FilePicker for SystemPicker {
    fn pick(&self, want: Want, title: &str, wake: Box<dyn Fn() + Send>) -> Receiver<Vec<PathBuf>> {
        let (send, receive) = channel();
        // Made here because some systems only open dialogs from the main thread; waited for elsewhere.
        let dialog = || rfd::AsyncFileDialog::new().set_title(title);
        let files = (want == Want::Files).then(|| dialog().pick_files());
        let folder = (want == Want::Folder).then(|| dialog().pick_folder());
        let workbook = || dialog().add_filter("Workbook", &["xlsx"]);
        let save = match want {
            Want::SaveSheet => Some(workbook().set_file_name(want.file()).save_file()),
            Want::Save(_) => Some(dialog().set_file_name(want.file()).save_file()),
            _ => None,
        };
        let sheet = match want {
            Want::Sheet => Some(workbook().pick_file()),
            Want::Pack => Some(dialog().pick_file()),
            _ => None,
        };
        std::thread::spawn(move || {
            let mut paths = Vec::new();
            if let Some(files) = files {
                paths.extend(block_on(files).unwrap_or_default().iter().map(|file| file.path().to_path_buf()));
            }
            if let Some(folder) = folder {
                paths.extend(block_on(folder).map(|folder| folder.path().to_path_buf()));
            }
            if let Some(save) = save {
                paths.extend(block_on(save).map(|file| file.path().to_path_buf()));
            }
            if let Some(sheet) = sheet {
                paths.extend(block_on(sheet).map(|file| file.path().to_path_buf()));
            }
            // The window may be gone by now.
            let _ = send.send(paths);
            wake();
        });
        receive
    }
}

#[derive(Default)]
struct Bell {
    rung: Mutex<bool>,
    heard: Condvar,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        if let Ok(mut rung) = self.rung.lock() {
            *rung = true;
        }
        self.heard.notify_one();
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let bell = Arc::new(Bell::default());
    let waker = Waker::from(bell.clone());
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return value;
        }
        if let Ok(rung) = bell.rung.lock()
            && let Ok(mut rung) = bell.heard.wait_while(rung, |rung| !*rung)
        {
            *rung = false;
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_future_that_waits_is_waited_for() {
        let (send, receive) = std::sync::mpsc::channel::<std::task::Waker>();
        std::thread::spawn(move || {
            if let Ok(waker) = receive.recv() {
                waker.wake();
            }
        });
        let mut asked = false;
        let answer = super::block_on(std::future::poll_fn(move |cx| {
            if asked {
                return std::task::Poll::Ready(7);
            }
            asked = true;
            let _ = send.send(cx.waker().clone());
            std::task::Poll::Pending
        }));
        assert_eq!(answer, 7);
    }
}
