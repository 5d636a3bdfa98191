//! The same schedule for the system's own timers, so that runs come while the program is closed. Flow: Schedule -> text for cron, systemd
//! or Windows' Task Scheduler.

use std::fmt::Write as _;
use std::path::Path;

use super::schedule::Schedule;

/// Whose timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Timer {
    Cron,
    Systemd,
    Windows,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SnippetError {
    #[error("{timer} has no word for L, W or # of this schedule. Use plain days, or write its timer by hand.")]
    Modifier { timer: &'static str },
    #[error("the Task Scheduler takes at most 48 times a day for one task, and this schedule has {times}. Use fewer, or several tasks.")]
    TooManyTimes { times: usize },
}

const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const WINDOWS_DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const WINDOWS_MONTHS: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// Text for a timer that runs `program` on `workspace`.
pub fn snippet(schedule: &Schedule, timer: Timer, program: &Path, workspace: &Path) -> Result<String, SnippetError> {
    match timer {
        Timer::Cron => Ok(cron(schedule, program, workspace)),
        Timer::Systemd => systemd(schedule, program, workspace),
        Timer::Windows => windows(schedule, program, workspace),
    }
}

fn cron(schedule: &Schedule, program: &Path, workspace: &Path) -> String {
    format!(
        "# For 'crontab -e'. CRON_TZ counts in UTC; a cron that does not know it (Debian's) counts in the machine's own time.\n\
         CRON_TZ=UTC\n\
         {} {} run -w {} --quiet\n",
        schedule.text(),
        shell(program),
        shell(workspace)
    )
}

/// A path as a shell and crontab read it: `%` ends a line there.
fn shell(path: &Path) -> String {
    format!("'{}'", path.display().to_string().replace('\'', "'\\''").replace('%', "\\%"))
}

fn systemd(schedule: &Schedule, program: &Path, workspace: &Path) -> Result<String, SnippetError> {
    let times = Times::of(schedule, "systemd")?;
    let list = |values: &[u16]| values.iter().map(|value| format!("{value:02}")).collect::<Vec<_>>().join(",");
    let (minutes, hours) = (list(&times.minutes), list(&times.hours));
    let months = times.months.as_deref().map_or("*".to_owned(), list);
    let days = times.days.as_deref().map_or("*".to_owned(), list);
    let weekdays = times.weekdays.as_deref().map(|days| days.iter().map(|day| DAYS[usize::from(*day) % 7]).collect::<Vec<_>>().join(","));
    // A day of the month or a day of the week: cron takes either, systemd both, so each has a line of its own.
    let mut calendars = Vec::new();
    match (&times.days, &weekdays) {
        (Some(_), Some(weekdays)) => {
            calendars.push(format!("*-{months}-{days} {hours}:{minutes}:00 UTC"));
            calendars.push(format!("{weekdays} *-{months}-* {hours}:{minutes}:00 UTC"));
        }
        (_, Some(weekdays)) => calendars.push(format!("{weekdays} *-{months}-* {hours}:{minutes}:00 UTC")),
        _ => calendars.push(format!("*-{months}-{days} {hours}:{minutes}:00 UTC")),
    }
    let calendars: String = calendars.iter().map(|calendar| format!("OnCalendar={calendar}\n")).collect();
    let quoted = |path: &Path| format!("\"{}\"", path.display().to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%"));
    Ok(format!(
        "# ~/.config/systemd/user/karat.service\n[Unit]\nDescription=Karat run\n\n[Service]\nType=oneshot\nExecStart={} run -w {} --quiet\n\n\
         # ~/.config/systemd/user/karat.timer; then: systemctl --user enable --now karat.timer\n[Unit]\nDescription=Karat's schedule\n\n\
         [Timer]\n{calendars}# A run that was missed while the machine was off comes when it is on again.\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n",
        quoted(program),
        quoted(workspace)
    ))
}

fn windows(schedule: &Schedule, program: &Path, workspace: &Path) -> Result<String, SnippetError> {
    let times = Times::of(schedule, "the Task Scheduler")?;
    let count = times.hours.len() * times.minutes.len();
    if count > 48 {
        return Err(SnippetError::TooManyTimes { times: count });
    }
    let mut triggers = String::new();
    for (hour, minute) in times.hours.iter().flat_map(|hour| times.minutes.iter().map(move |minute| (hour, minute))) {
        for days in calendars(&times) {
            // Writing to a String cannot fail.
            let _ = write!(
                triggers,
                "    <CalendarTrigger>\n      <StartBoundary>2026-01-01T{hour:02}:{minute:02}:00Z</StartBoundary>\n{days}    </CalendarTrigger>\n"
            );
        }
    }
    Ok(format!(
        "<?xml version=\"1.0\" encoding=\"UTF-16\"?>\n\
         <!-- Save as karat.xml (UTF-16), then: schtasks /Create /TN Karat /XML karat.xml -->\n\
         <Task version=\"1.2\" xmlns=\"http://schemas.microsoft.com/windows/2004/02/mit/task\">\n  <Triggers>\n{triggers}  </Triggers>\n  \
         <Settings>\n    <StartWhenAvailable>true</StartWhenAvailable>\n    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>\n  </Settings>\n  \
         <Actions>\n    <Exec>\n      <Command>{}</Command>\n      <Arguments>run -w \"{}\" --quiet</Arguments>\n    </Exec>\n  </Actions>\n</Task>\n",
        xml(&program.display().to_string()),
        xml(&workspace.display().to_string())
    ))
}

/// One element per way in which cron lets a day fit.
fn calendars(times: &Times) -> Vec<String> {
    let months: String = times
        .months
        .clone()
        .unwrap_or_else(|| (1..=12).collect())
        .iter()
        .map(|month| format!("<{} />", WINDOWS_MONTHS[usize::from(*month).saturating_sub(1) % 12]))
        .collect();
    let weekdays = |days: &[u16]| -> String { days.iter().map(|day| format!("<{} />", WINDOWS_DAYS[usize::from(*day) % 7])).collect() };
    let by_month = |days: &[u16]| {
        let days: String = days.iter().map(|day| format!("<Day>{day}</Day>")).collect();
        format!("      <ScheduleByMonth><DaysOfMonth>{days}</DaysOfMonth><Months>{months}</Months></ScheduleByMonth>\n")
    };
    let by_weekday = |days: &[u16]| match &times.months {
        None => {
            format!("      <ScheduleByWeek><WeeksInterval>1</WeeksInterval><DaysOfWeek>{}</DaysOfWeek></ScheduleByWeek>\n", weekdays(days))
        }
        Some(_) => format!(
            "      <ScheduleByMonthDayOfWeek><Weeks><Week>1</Week><Week>2</Week><Week>3</Week><Week>4</Week><Week>Last</Week></Weeks><DaysOfWeek>{}</DaysOfWeek><Months>{months}</Months></ScheduleByMonthDayOfWeek>\n",
            weekdays(days)
        ),
    };
    match (&times.days, &times.weekdays, &times.months) {
        (None, None, None) => vec!["      <ScheduleByDay><DaysInterval>1</DaysInterval></ScheduleByDay>\n".to_owned()],
        (None, None, Some(_)) => vec![by_month(&(1..=31).collect::<Vec<_>>())],
        (Some(days), None, _) => vec![by_month(days)],
        (None, Some(weekdays), _) => vec![by_weekday(weekdays)],
        (Some(days), Some(weekdays), _) => vec![by_month(days), by_weekday(weekdays)],
    }
}

fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// What each field lets through; None: everything.
struct Times {
    minutes: Vec<u16>,
    hours: Vec<u16>,
    days: Option<Vec<u16>>,
    months: Option<Vec<u16>>,
    /// 0 is Sunday.
    weekdays: Option<Vec<u16>>,
}

impl Times {
    fn of(schedule: &Schedule, timer: &'static str) -> Result<Self, SnippetError> {
        let pattern = &schedule.cron.pattern;
        if pattern.days.has_modifiers() || pattern.days_of_week.has_modifiers() {
            return Err(SnippetError::Modifier { timer });
        }
        let unless_all = |values: Vec<u16>, all: usize| (values.len() < all).then_some(values);
        let mut weekdays: Vec<u16> = pattern.days_of_week.values().into_iter().map(|day| day % 7).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        Ok(Self {
            minutes: pattern.minutes.values(),
            hours: pattern.hours.values(),
            days: unless_all(pattern.days.values(), 31),
            months: unless_all(pattern.months.values(), 12),
            weekdays: unless_all(weekdays, 7),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(text: &str, timer: Timer) -> Result<String, SnippetError> {
        snippet(&Schedule::parse(text).unwrap(), timer, Path::new("/opt/karat"), Path::new("/data/50% bank"))
    }

    #[test]
    fn each_timer_says_the_same() {
        let cron = made("0 7 * * *", Timer::Cron).unwrap();
        assert!(cron.ends_with("CRON_TZ=UTC\n0 7 * * * '/opt/karat' run -w '/data/50\\% bank' --quiet\n"), "{cron}");
        let systemd = made("0,30 7 * * *", Timer::Systemd).unwrap();
        assert!(systemd.contains("OnCalendar=*-*-* 07:00,30:00 UTC\n") && systemd.contains("run -w \"/data/50%% bank\""), "{systemd}");
        let either = made("0 7 1 * MON-FRI", Timer::Systemd).unwrap();
        assert!(either.contains("OnCalendar=*-*-01 07:00:00 UTC\nOnCalendar=Mon,Tue,Wed,Thu,Fri *-*-* 07:00:00 UTC\n"), "{either}");
        let daily = made("0 7 * * *", Timer::Windows).unwrap();
        assert!(daily.contains("T07:00:00Z</StartBoundary>") && daily.contains("<ScheduleByDay>"), "{daily}");
        let weekly = made("0 7,19 * * 0,6", Timer::Windows).unwrap();
        assert_eq!(weekly.matches("<Sunday /><Saturday />").count(), 2, "{weekly}");
        let monthly = made("0 7 1 1,7 *", Timer::Windows).unwrap();
        assert!(monthly.contains("<Day>1</Day></DaysOfMonth><Months><January /><July /></Months>"), "{monthly}");
    }

    #[test]
    fn what_a_timer_cannot_say_is_refused() {
        assert_eq!(made("* * * * *", Timer::Windows), Err(SnippetError::TooManyTimes { times: 1_440 }));
        assert_eq!(made("0 7 L * *", Timer::Systemd), Err(SnippetError::Modifier { timer: "systemd" }));
        made("0 7 L * *", Timer::Cron).unwrap();
    }
}
