//! Flow: x
