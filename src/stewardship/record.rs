//! One customer record of one source system, standardised.

use serde::Serialize;

use crate::base::RecordKey;

macro_rules! fields {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $column:literal, $label:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        #[repr(usize)]
        pub enum $name { $($variant),+ }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            pub const COUNT: usize = Self::ALL.len();

            /// Column of `silver.customer_record`.
            pub fn column(self) -> &'static str {
                match self { $(Self::$variant => $column),+ }
            }

            /// The field of a column; None where there is none.
            pub fn from_column(column: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|field| field.column() == column)
            }

            /// As a person reads it.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }
    };
}

fields! {
    /// The standardised fields, in the order in which a person reads a customer.
    Field {
        FullName = "full_name", "Full name";
        FirstName = "first_name", "First name";
        MiddleName = "middle_name", "Middle name";
        LastName = "last_name", "Surname";
        Suffix = "suffix", "Suffix";
        BirthDate = "birth_date", "Birth date";
        Email = "email", "E-mail";
        Phone = "phone", "Phone";
        Street = "street", "Street";
        City = "city", "City";
        Postcode = "postcode", "Postcode";
        Country = "country", "Country";
        BranchId = "branch_id", "Branch";
        Gender = "gender", "Gender";
        DeviceId = "device_id", "Device";
        CustomerType = "customer_type", "Customer type";
        CustomerGroup = "customer_group", "Customer group";
        KycStatus = "kyc_status", "KYC status";
        RiskRating = "risk_rating", "Risk rating";
        CustomerSince = "customer_since", "Customer since";
    }
}

fields! {
    /// Values as they came, kept beside the standardised ones.
    RawField {
        Name = "raw_name", "Name as it came";
        Email = "raw_email", "E-mail as it came";
        Phone = "raw_phone", "Phone as it came";
        BirthDate = "raw_birth_date", "Birth date as it came";
        Address = "raw_address", "Address as it came";
        Branch = "raw_branch", "Branch as it came";
    }
}

impl Field {
    /// The value as it came that this field was made from; None where it was taken over as it is.
    pub fn raw(self) -> Option<RawField> {
        match self {
            Self::FullName | Self::FirstName | Self::MiddleName | Self::LastName | Self::Suffix => Some(RawField::Name),
            Self::Email => Some(RawField::Email),
            Self::Phone => Some(RawField::Phone),
            Self::BirthDate => Some(RawField::BirthDate),
            Self::Street | Self::City | Self::Postcode | Self::Country => Some(RawField::Address),
            Self::BranchId => Some(RawField::Branch),
            Self::Gender
            | Self::DeviceId
            | Self::CustomerType
            | Self::CustomerGroup
            | Self::KycStatus
            | Self::RiskRating
            | Self::CustomerSince => None,
        }
    }
}

/// Why a standardised value is not simply what came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlagKind {
    /// Cleaned: case, blanks, separators.
    Changed,
    /// It could be read in two ways, or only in part.
    Doubtful,
    /// A stand-in such as `1900-01-01` or `test@test.com`; it counts as no value.
    Placeholder,
    /// It could not be read; it counts as no value.
    Unreadable,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, serde::Deserialize)]
pub struct Flag {
    /// Column name of the field.
    pub field: String,
    pub kind: FlagKind,
}

/// One row of `silver.customer_record`.
#[derive(Debug, Clone, PartialEq)]
pub struct CustomerRecord {
    pub key: RecordKey,
    values: [Option<Box<str>>; Field::COUNT],
    raw: [Option<Box<str>>; RawField::COUNT],
    /// ISO, the source's change time; None where the source tells none.
    pub updated_at: Option<String>,
    pub flags: Vec<Flag>,
    pub file: String,
    pub line: u64,
}

impl CustomerRecord {
    pub fn new(key: RecordKey) -> Self {
        Self {
            key,
            values: std::array::from_fn(|_| None),
            raw: std::array::from_fn(|_| None),
            updated_at: None,
            flags: Vec::new(),
            file: String::new(),
            line: 0,
        }
    }

    pub fn get(&self, field: Field) -> Option<&str> {
        self.values[field as usize].as_deref()
    }

    /// Blank text is no value.
    pub fn set(&mut self, field: Field, value: Option<impl Into<Box<str>>>) {
        self.values[field as usize] = value.map(Into::into).filter(|text| !text.trim().is_empty());
    }

    pub fn raw(&self, field: RawField) -> Option<&str> {
        self.raw[field as usize].as_deref()
    }

    pub fn set_raw(&mut self, field: RawField, value: Option<impl Into<Box<str>>>) {
        self.raw[field as usize] = value.map(Into::into).filter(|text| !text.trim().is_empty());
    }

    pub fn flag(&mut self, field: Field, kind: FlagKind) {
        self.flags.push(Flag { field: field.column().to_owned(), kind });
    }

    pub fn is_flagged(&self, field: Field, kind: FlagKind) -> bool {
        self.flags.iter().any(|flag| flag.field == field.column() && flag.kind == kind)
    }
}
