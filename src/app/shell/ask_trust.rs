//! The dialogs about people, keys, the policy of four eyes and copies. What is typed as a passphrase goes to the engine and nowhere else.

use std::path::PathBuf;

use egui::{Id, Rect, Ui, pos2, vec2};

use crate::app::cx::TrustAsk;
use crate::app::widgets::{Button, ButtonKind, Field, facet, tabs};
use crate::base::Secret;
use crate::engine::pages::{FourEyes, Role};
use crate::engine::{Command, TrustDeed};

use super::ask::{Asked, Form};

/// A dialog with what was typed.
#[derive(Debug, Clone, PartialEq)]
pub enum AskTrust {
    SignIn { person: String, passphrase: Secret, refused: Option<String> },
    Passphrase { person: String, old: Secret, new: Secret, again: Secret },
    Enrol { first: bool, name: String, role: usize, key: String, passphrase: Secret, again: Secret },
    Retire { person: String },
    Policy { naming: bool, field_override: bool, texts: [String; 5] },
    Restore { file: PathBuf, name: String },
}

const SIGN_IN: &str = "Passphrase";

impl From<TrustAsk> for AskTrust {
    fn from(ask: TrustAsk) -> Self {
        match ask {
            TrustAsk::SignIn(person) => Self::sign_in(&person, None),
            TrustAsk::Passphrase(person) => {
                Self::Passphrase { person, old: Secret::default(), new: Secret::default(), again: Secret::default() }
            }
            TrustAsk::Enrol { first } => Self::Enrol {
                first,
                name: String::new(),
                // The first person enrols the others: an approver.
                role: usize::from(first),
                key: String::new(),
                passphrase: Secret::default(),
                again: Secret::default(),
            },
            TrustAsk::Retire(person) => Self::Retire { person },
            TrustAsk::Policy(policy) => Self::of_policy(&policy),
            TrustAsk::Restore { file, name } => Self::Restore { file, name },
        }
    }
}

impl AskTrust {
    pub fn sign_in(person: &str, refused: Option<String>) -> Self {
        Self::SignIn { person: person.to_owned(), passphrase: Secret::default(), refused }
    }

    fn of_policy(policy: &FourEyes) -> Self {
        let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
        let (low, high) = policy.probability.map_or_else(Default::default, |(low, high)| (low.to_string(), high.to_string()));
        Self::Policy {
            naming: policy.naming,
            field_override: policy.field_override,
            texts: [low, high, policy.vip.join(", "), number(policy.records_over), number(policy.value_over)],
        }
    }

    pub fn title(&self) -> String {
        match self {
            Self::SignIn { person, .. } => format!("Sign in as {person}?"),
            Self::Passphrase { person, .. } => format!("Which passphrase shall {person}'s key have?"),
            Self::Enrol { first: true, .. } => "Who is the first to be enrolled?".to_owned(),
            Self::Enrol { .. } => "Who shall be enrolled?".to_owned(),
            Self::Retire { person } => format!("Retire {person}?"),
            Self::Policy { .. } => "What takes a second person?".to_owned(),
            Self::Restore { name, .. } => format!("Go back to {name}?"),
        }
    }

    pub fn show(&mut self, form: &mut Form<'_>, user: &str, asked: &mut Asked) {
        match self {
            Self::SignIn { person, passphrase, refused } => {
                form.words(
                    refused.as_deref().unwrap_or(
                        "What you decide from then on is signed with your key, and personal data are masked until you show them.",
                    ),
                );
                hidden(form, SIGN_IN, passphrase, true);
                let button = Button::new("Sign in").kind(ButtonKind::Primary);
                if form.buttons(&button, !passphrase.expose().is_empty(), asked) {
                    send(asked, TrustDeed::SignIn { person: person.clone(), passphrase: std::mem::take(passphrase) });
                }
            }
            Self::Passphrase { person, old, new, again } => {
                hidden(form, "Passphrase now", old, true);
                hidden(form, "New passphrase", new, false);
                hidden(form, "New passphrase again", again, false);
                let ready = !new.expose().trim().is_empty() && new == again;
                if form.buttons(&Button::new("Change the passphrase").kind(ButtonKind::Primary), ready, asked) {
                    let (old, new) = (std::mem::take(old), std::mem::take(new));
                    send(asked, TrustDeed::ChangePassphrase { person: person.clone(), old, new });
                }
            }
            Self::Enrol { .. } => self.enrol(form, user, asked),
            Self::Retire { person } => {
                form.words("They can decide, approve and look no more. What they signed stays proved. They can be enrolled again.");
                if form.buttons(&Button::new("Retire").name("Retire this person").kind(ButtonKind::DangerFilled), true, asked) {
                    send(asked, TrustDeed::Retire { person: person.clone(), user: user.to_owned() });
                }
            }
            Self::Policy { naming, field_override, texts } => policy(form, (naming, field_override, texts), user, asked),
            Self::Restore { file, name } => {
                form.words(&format!(
                    "Decisions, people and the log become what they were in {name}. The control.db of now is kept beside it, and the log says that this was done."
                ));
                if form.buttons(&Button::new("Restore").name("Restore this copy").kind(ButtonKind::DangerFilled), true, asked) {
                    send(asked, TrustDeed::Restore { from: Some(file.clone()), user: user.to_owned() });
                }
            }
        }
        if *asked != Asked::Nothing {
            forget_typed(form.ui);
        }
    }

    fn enrol(&mut self, form: &mut Form<'_>, user: &str, asked: &mut Asked) {
        let Self::Enrol { first, name, role, key, passphrase, again } = self else { return };
        if *first {
            form.words("From then on everybody who decides or looks is one of the enrolled, with a key and a passphrase, and personal data are masked until somebody shows them. The first one is an approver or an engineer: they enrol the others.");
            if name.is_empty() && !form.has_focus() {
                user.clone_into(name);
            }
        }
        form.field("Name", "the name that stands beside every decision", name, true);
        let roles: Vec<String> = Role::ALL.iter().map(|role| role.name().to_owned()).collect();
        if let Some(chosen) = tabs::segments(form.ui, form.rect.left(), form.y + 14.0, "enrol-role", &roles, *role) {
            *role = chosen;
        }
        form.y += 40.0;
        hidden(form, "Passphrase, typed by its holder", passphrase, false);
        hidden(form, "Passphrase again", again, false);
        if !*first {
            form.field("Or their public key", "64 digits that 'karat person key NAME' prints on their machine", key, false);
        }
        let has_key = !key.trim().is_empty();
        let ready = !name.trim().is_empty() && (has_key || (!passphrase.expose().trim().is_empty() && passphrase == again));
        if form.buttons(&Button::new("Enrol").name("Enrol this person").kind(ButtonKind::Primary), ready, asked) {
            let deed = TrustDeed::Enrol {
                person: name.trim().to_owned(),
                role: Role::ALL.get(*role).copied().unwrap_or(Role::Steward),
                public_key: has_key.then(|| key.trim().to_owned()),
                passphrase: (!has_key).then(|| std::mem::take(passphrase)),
                user: if *first { name.trim().to_owned() } else { user.to_owned() },
            };
            send(asked, deed);
        }
    }
}

fn send(asked: &mut Asked, deed: TrustDeed) {
    *asked = Asked::Send(Command::Trust(deed));
}

/// The fields of passphrases, by their names.
const HIDDEN: [&str; 6] =
    [SIGN_IN, "Passphrase now", "New passphrase", "New passphrase again", "Passphrase, typed by its holder", "Passphrase again"];

fn id_of(name: &str) -> Id {
    Id::unique(("ask-hidden", name))
}

/// The field keeps steps of what was typed, to undo them: those go with the dialog.
pub fn forget_typed(ui: &Ui) {
    for name in HIDDEN {
        egui::text_edit::TextEditState::default().store(ui.ctx(), id_of(name));
    }
}

fn hidden(form: &mut Form<'_>, name: &str, secret: &mut Secret, first: bool) {
    form.labelled(
        name,
        |ui, place| {
            let field = Field { id: id_of(name), name, hint: "", icon: None, keys: None, mono: true };
            field.show_hidden(ui, place, secret.typed())
        },
        first,
    );
}

fn policy(form: &mut Form<'_>, held: (&mut bool, &mut bool, &mut [String; 5]), user: &str, asked: &mut Asked) {
    let (naming, field_override, texts) = held;
    form.words("A decision that meets one of these waits until an approver has looked at it. So does taking it back.");
    for (label, on) in [("Golden values chosen by hand", &mut *field_override), ("What a spelling means", &mut *naming)] {
        let place = Rect::from_min_size(pos2(form.rect.left(), form.y), vec2(form.rect.width(), facet::HEIGHT));
        if facet::tick(form.ui, place, label, *on).clicked() {
            *on = !*on;
        }
        form.y += facet::HEIGHT + 4.0;
    }
    form.y += 6.0;
    let hints = [
        ("Probability from", "0.4; empty: no band"),
        ("Probability to", "0.6"),
        ("Customer groups of VIPs", "Private Banking, Family Office"),
        ("More records than", "4"),
        ("More at risk than, in whole units", "100000"),
    ];
    for ((name, hint), text) in hints.into_iter().zip(texts.iter_mut()) {
        form.field(name, hint, text, false);
    }
    let read = read_policy(*naming, *field_override, texts);
    let button = Button::new("Set the policy").kind(ButtonKind::Primary);
    if form.buttons(&button, read.is_some(), asked)
        && let Some(policy) = read
    {
        send(asked, TrustDeed::Policy { policy, user: user.to_owned() });
    }
}

/// None while something that was typed is no number, or half a band.
fn read_policy(naming: bool, field_override: bool, texts: &[String; 5]) -> Option<FourEyes> {
    let [low, high, vip, records, value] = texts.each_ref().map(|text| text.trim());
    let probability = match (low.is_empty(), high.is_empty()) {
        (true, true) => None,
        _ => Some((low.parse().ok()?, high.parse().ok()?)),
    };
    let number = |text: &str| if text.is_empty() { Some(None) } else { text.parse().ok().map(Some) };
    Some(FourEyes {
        probability,
        field_override,
        naming,
        vip: vip.split(',').map(str::trim).filter(|group| !group.is_empty()).map(str::to_owned).collect(),
        records_over: number(records)?,
        value_over: number(value)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_as_it_was_written() {
        let policy = FourEyes {
            probability: Some((0.4, 0.6)),
            vip: vec!["Private Banking".into(), "Family Office".into()],
            records_over: Some(4),
            naming: true,
            ..FourEyes::default()
        };
        let AskTrust::Policy { naming, field_override, mut texts } = AskTrust::of_policy(&policy) else { panic!("the policy's dialog") };
        assert_eq!(read_policy(naming, field_override, &texts), Some(policy));
        texts[1].clear();
        assert_eq!(read_policy(naming, field_override, &texts), None, "half a band");
        texts[0].clear();
        texts[3] = "many".into();
        assert_eq!(read_policy(naming, field_override, &texts), None);
    }
}
