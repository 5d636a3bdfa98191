//! Type: faces, the scale, and icons by name.

use egui::{FontFamily, FontId};

/// A face that is registered in `fonts`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Regular,
    Medium,
    Semibold,
    Mono,
    Icons,
    IconsFill,
}

impl Face {
    pub fn family_name(self) -> &'static str {
        match self {
            Self::Regular => "ui",
            Self::Medium => "ui-medium",
            Self::Semibold => "ui-semibold",
            Self::Mono => "mono",
            Self::Icons => "icons",
            Self::IconsFill => "icons-fill",
        }
    }

    pub fn at(self, size: f32) -> FontId {
        FontId::new(size, FontFamily::Name(self.family_name().into()))
    }
}

/// Size and line height in points, and the face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kind {
    pub face: Face,
    pub size: f32,
    pub line: f32,
}

impl Kind {
    const fn new(face: Face, size: f32, line: f32) -> Self {
        Self { face, size, line }
    }

    pub fn font(self) -> FontId {
        self.face.at(self.size)
    }
}

pub const BADGE: Kind = Kind::new(Face::Semibold, 10.0, 14.0);
pub const META: Kind = Kind::new(Face::Regular, 11.0, 14.0);
pub const META_M: Kind = Kind::new(Face::Medium, 11.0, 14.0);
pub const META_B: Kind = Kind::new(Face::Semibold, 11.0, 14.0);
pub const DENSE: Kind = Kind::new(Face::Regular, 12.0, 16.0);
pub const DENSE_M: Kind = Kind::new(Face::Medium, 12.0, 16.0);
pub const DENSE_B: Kind = Kind::new(Face::Semibold, 12.0, 16.0);
pub const BODY: Kind = Kind::new(Face::Regular, 13.0, 18.0);
pub const BODY_M: Kind = Kind::new(Face::Medium, 13.0, 18.0);
pub const BODY_B: Kind = Kind::new(Face::Semibold, 13.0, 18.0);
pub const SECTION: Kind = Kind::new(Face::Semibold, 15.0, 20.0);
pub const PAGE: Kind = Kind::new(Face::Semibold, 18.0, 24.0);
pub const KPI: Kind = Kind::new(Face::Semibold, 24.0, 30.0);
pub const MONO: Kind = Kind::new(Face::Mono, 12.0, 16.0);
pub const MONO_S: Kind = Kind::new(Face::Mono, 11.0, 14.0);

/// Phosphor's code points by what they mean here.
pub mod icon {
    pub const DROP: char = '\u{e010}';
    pub const UNDO: char = '\u{e038}';
    pub const TREND_DOWN: char = '\u{e042}';
    pub const ARROW: char = '\u{e06c}';
    pub const TREND_UP: char = '\u{e092}';
    pub const FLIP: char = '\u{e094}';
    pub const SWAP: char = '\u{e0a0}';
    pub const BANK: char = '\u{e0b4}';
    pub const CALENDAR: char = '\u{e10a}';
    pub const DOWN: char = '\u{e136}';
    pub const NEXT: char = '\u{e13a}';
    pub const UP_DOWN: char = '\u{e140}';
    pub const DASHBOARDS: char = '\u{e150}';
    pub const COMMENT: char = '\u{e17a}';
    pub const CHECK: char = '\u{e182}';
    pub const OK: char = '\u{e184}';
    pub const CLOCK: char = '\u{e19a}';
    pub const HISTORY: char = '\u{e1a0}';
    pub const SOURCES: char = '\u{e1de}';
    pub const PHONE: char = '\u{e1e0}';
    pub const MORE: char = '\u{e1fe}';
    pub const EQUALS: char = '\u{e21c}';
    pub const EYE: char = '\u{e220}';
    pub const BLIND: char = '\u{e224}';
    pub const FOLDER: char = '\u{e256}';
    pub const FOLDER_PLUS: char = '\u{e258}';
    pub const SPLIT: char = '\u{e278}';
    pub const MERGE: char = '\u{e280}';
    pub const INFO: char = '\u{e2ce}';
    pub const MATCH: char = '\u{e2d2}';
    pub const KEYBOARD: char = '\u{e2d8}';
    pub const LINK: char = '\u{e2e2}';
    pub const SEARCH: char = '\u{e30c}';
    pub const MINUS: char = '\u{e32c}';
    pub const NOTE: char = '\u{e348}';
    pub const EDIT: char = '\u{e3b4}';
    pub const PLAY: char = '\u{e3d0}';
    pub const PLUS: char = '\u{e3d4}';
    pub const PLUS_CIRCLE: char = '\u{e3d6}';
    pub const IGNORED: char = '\u{e3de}';
    pub const PIN: char = '\u{e3e2}';
    pub const QUESTION: char = '\u{e3e8}';
    pub const PUBLISH: char = '\u{e3fe}';
    pub const REVIEW: char = '\u{e466}';
    pub const LIGHT: char = '\u{e472}';
    pub const USER: char = '\u{e4c4}';
    pub const ASSIGN: char = '\u{e4d0}';
    pub const CUSTOMERS: char = '\u{e4d6}';
    pub const WARN: char = '\u{e4e0}';
    pub const WARN_CIRCLE: char = '\u{e4e2}';
    pub const ERROR: char = '\u{e4e4}';
    pub const CLOSE: char = '\u{e4f6}';
    pub const SEAL: char = '\u{e606}';
    pub const SEAL_WARN: char = '\u{e60c}';
    pub const RELATED: char = '\u{e68e}';
    pub const SUGGEST: char = '\u{e6a2}';
    pub const REKEY: char = '\u{e83c}';
    pub const TAG: char = '\u{e478}';
    pub const NUMBER: char = '\u{e54c}';
    pub const LETTERS: char = '\u{e6ee}';
    pub const TABLE: char = '\u{e476}';
    pub const TASKS: char = '\u{eadc}';
    pub const SQL: char = '\u{eae8}';
    /// A prompt.
    pub const QUERY: char = '\u{eae8}';
    pub const EXPORT: char = '\u{eaf0}';
    pub const FILE_CSV: char = '\u{eb1c}';
    pub const FILE_XLS: char = '\u{eb22}';
    pub const FILE_OTHER: char = '\u{eb2a}';
    pub const BUSY: char = '\u{eb44}';
    pub const GRAPH: char = '\u{eb58}';
}
