//! People's secret keys, each in a file of its own in the person's configuration folder. Flow: passphrase -> Argon2id ->
//! XChaCha20-Poly1305 -> file, and back.
//!
//! The workspace holds public keys only. A key file is text: who, the public key, how the passphrase is stretched, and the sealed key.

use std::fs;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::base::Secret;
use crate::base::hash::{hex, unhex};
use crate::stewardship::signature::Signer;

use super::StoreError;

/// RFC 9106, second recommended option: 64 MiB, three passes (one lane: the file must open the same on every machine).
const MEMORY_KIB: u32 = 65_536;
const PASSES: u32 = 3;
/// A file that asks for more would hold the program up rather than protect anybody.
const MOST_MEMORY_KIB: u32 = 1_048_576;
const MOST_PASSES: u32 = 64;

#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    /// Grows when this file's meaning changes.
    karat_key: u32,
    person: String,
    public_key: String,
    argon2id_memory_kib: u32,
    argon2id_passes: u32,
    salt: String,
    nonce: String,
    sealed_key: String,
}

const FORMAT: u32 = 1;

/// Makes a key for a person and gives its public half. Refused where there is a key file of that name already.
pub fn make(folder: &Path, person: &str, passphrase: &Secret) -> Result<String, StoreError> {
    let path = path_of(folder, person)?;
    if path.exists() {
        return Err(StoreError::Refused(format!(
            "{} is there already. Use it, or move it away to make another key for {person}.",
            path.display()
        )));
    }
    let seed = Zeroizing::new(random::<32>()?);
    let public_key = Signer::from_seed(&seed).public_key();
    write(&path, person, &seed, passphrase)?;
    Ok(public_key)
}

/// Opens a person's key.
pub fn open(folder: &Path, person: &str, passphrase: &Secret) -> Result<Signer, StoreError> {
    let path = path_of(folder, person)?;
    let file = read(&path, person)?;
    let seed = unsealed(&path, &file, passphrase)?;
    Ok(Signer::from_seed(&seed))
}

/// The public key that a person's file on this machine names; None where there is no file.
pub fn public_key(folder: &Path, person: &str) -> Result<Option<String>, StoreError> {
    let path = path_of(folder, person)?;
    if path.exists() { read(&path, person).map(|file| Some(file.public_key)) } else { Ok(None) }
}

/// Seals the same key under another passphrase.
pub fn change_passphrase(folder: &Path, person: &str, old: &Secret, new: &Secret) -> Result<(), StoreError> {
    let path = path_of(folder, person)?;
    let file = read(&path, person)?;
    let seed = unsealed(&path, &file, old)?;
    write(&path, person, &seed, new)
}

fn path_of(folder: &Path, person: &str) -> Result<PathBuf, StoreError> {
    let is_plain = !person.is_empty() && person.chars().all(|c| c.is_alphanumeric() || "._-@ ".contains(c)) && !person.starts_with('.');
    if !is_plain {
        return Err(StoreError::Refused(
            "a person's name is letters, digits, blanks and . _ - @, and does not begin with a dot.".to_owned(),
        ));
    }
    Ok(folder.join(format!("{person}.key")))
}

fn read(path: &Path, person: &str) -> Result<KeyFile, StoreError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(source) if source.kind() == std::io::ErrorKind::NotFound => {
            return Err(StoreError::Refused(format!(
                "{} is not there: {person}'s key is not on this machine. Copy the file here, or make one with 'karat person key {person}'.",
                path.display()
            )));
        }
        Err(source) => return Err(StoreError::io(path, source)),
    };
    let file: KeyFile = toml::from_str(&text)
        .map_err(|_| StoreError::Refused(format!("{} is no key file, or it is damaged. Take it from a copy.", path.display())))?;
    if file.karat_key > FORMAT {
        return Err(StoreError::Refused(format!("{} was written by a newer Karat. Use the newer program.", path.display())));
    }
    Ok(file)
}

fn write(path: &Path, person: &str, seed: &[u8; 32], passphrase: &Secret) -> Result<(), StoreError> {
    let (salt, nonce) = (random::<16>()?, random::<24>()?);
    let mut file = KeyFile {
        karat_key: FORMAT,
        person: person.to_owned(),
        public_key: Signer::from_seed(seed).public_key(),
        argon2id_memory_kib: MEMORY_KIB,
        argon2id_passes: PASSES,
        salt: hex(&salt),
        nonce: hex(&nonce),
        sealed_key: String::new(),
    };
    let about = about(&file);
    let payload = Payload { msg: seed, aad: about.as_bytes() };
    let sealed = cipher(path, &file, passphrase)?.encrypt(XNonce::from_slice(&nonce), payload);
    file.sealed_key = hex(&sealed.map_err(|_| StoreError::Refused("the key could not be sealed.".to_owned()))?);
    let text = toml::to_string(&file).map_err(|error| StoreError::Refused(error.to_string()))?;
    put_private(path, text.as_bytes())
}

fn unsealed(path: &Path, file: &KeyFile, passphrase: &Secret) -> Result<Zeroizing<[u8; 32]>, StoreError> {
    let wrong = || {
        StoreError::Refused(format!(
            "the passphrase of {} is wrong, or {} was altered. Nothing was done in {}'s name.",
            file.person,
            path.display(),
            file.person
        ))
    };
    let nonce = unhex(&file.nonce).filter(|nonce| nonce.len() == 24).ok_or_else(wrong)?;
    let sealed = unhex(&file.sealed_key).ok_or_else(wrong)?;
    let about = about(file);
    let payload = Payload { msg: &sealed, aad: about.as_bytes() };
    let opened = Zeroizing::new(cipher(path, file, passphrase)?.decrypt(XNonce::from_slice(&nonce), payload).map_err(|_| wrong())?);
    let mut seed = Zeroizing::new([0; 32]);
    if opened.len() != seed.len() {
        return Err(wrong());
    }
    seed.copy_from_slice(&opened);
    Ok(seed)
}

/// What the seal covers beside the key: nobody can put one person's key under another's name.
fn about(file: &KeyFile) -> String {
    format!("karat key {} {} {}", file.karat_key, file.person, file.public_key)
}

fn cipher(path: &Path, file: &KeyFile, passphrase: &Secret) -> Result<XChaCha20Poly1305, StoreError> {
    let damaged = || StoreError::Refused(format!("{} is damaged. Take it from a copy.", path.display()));
    let salt = unhex(&file.salt).filter(|salt| salt.len() >= 8).ok_or_else(damaged)?;
    if file.argon2id_memory_kib > MOST_MEMORY_KIB || file.argon2id_passes > MOST_PASSES {
        return Err(damaged());
    }
    let params = Params::new(file.argon2id_memory_kib, file.argon2id_passes, 1, Some(32)).map_err(|_| damaged())?;
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.expose().as_bytes(), &salt, key.as_mut())
        .map_err(|_| damaged())?;
    Ok(XChaCha20Poly1305::new(key.as_slice().into()))
}

/// From the system's random source.
pub fn random<const N: usize>() -> Result<[u8; N], StoreError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Refused(format!("the system gives no random numbers: {error}")))?;
    Ok(bytes)
}

/// Writes a file that only its owner can read, whole or not at all.
fn put_private(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    use std::io::Write as _;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let aside = path.with_extension("key-new");
    let put = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut options = fs::OpenOptions::new();
        options.create(true).truncate(true).write(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
            options.mode(0o600);
            fs::set_permissions(folder, fs::Permissions::from_mode(0o700))?;
        }
        let mut file = options.open(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(&aside, path)
    };
    put().map_err(|source| StoreError::io(path, source))
}

#[cfg(test)]
#[path = "keys_tests.rs"]
mod tests;
