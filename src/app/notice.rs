//! What the desktop tells when a run has ended and nobody looks at the window. Flow: title, words -> a thread -> the desktop's own service.

use notify_rust::Notification;

/// Tells somebody who looks elsewhere.
pub trait Notifier {
    fn tell(&self, title: &str, words: &str);
}

/// Tells nobody: pictures and tests.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Notifier for Silent {
    fn tell(&self, _title: &str, _words: &str) {}
}

/// The desktop's own messages.
#[derive(Debug, Default, Clone, Copy)]
pub struct Desktop;

impl Notifier for Desktop {
    fn tell(&self, title: &str, words: &str) {
        let mut notice = Notification::new();
        notice.appname("Karat").summary(title).body(words);
        // The service may take its time, or there is none: the run's message in the window and its report say the same.
        std::thread::spawn(move || drop(notice.show()));
    }
}
