//! What a window needs of the system. Linux loads these libraries by name when the window opens; nothing else tells that one is missing.

use std::process::Command;

/// Library and the Debian package that has it.
const NEEDED: [(&str, &str); 6] = [
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libGL.so.1", "libgl1"),
];

/// Why no window can open here, and what to do; None where nothing speaks against it.
pub fn what_is_missing() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if !is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY") {
        return Some(
            "there is no display here (neither DISPLAY nor WAYLAND_DISPLAY is set). 'karat demo --headless' does the same work and prints a \
             summary; every other command works without a display too."
                .to_owned(),
        );
    }
    let listed = Command::new("ldconfig").arg("-p").output().or_else(|_| Command::new("/sbin/ldconfig").arg("-p").output()).ok()?;
    let known = String::from_utf8_lossy(&listed.stdout).into_owned();
    let missing: Vec<&str> = NEEDED.iter().filter(|(library, _)| !known.contains(library)).map(|(_, package)| *package).collect();
    // Wayland alone needs none of X11's libraries: the window itself will say if it cannot open.
    if known.is_empty() || missing.is_empty() || is_set("WAYLAND_DISPLAY") {
        return None;
    }
    Some(format!("the window needs system libraries that are not installed. On Debian or Ubuntu: apt install {}", missing.join(" ")))
}
