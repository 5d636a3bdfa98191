use super::*;

fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

#[test]
fn a_key_opens_with_its_passphrase_only_and_never_lies_open() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("keys");
    let public = make(&folder, "ines", &secret("correct horse")).expect("made");
    let signer = open(&folder, "ines", &secret("correct horse")).expect("opened");
    assert_eq!(signer.public_key(), public);
    assert_eq!(public_key(&folder, "ines").expect("read"), Some(public.clone()));
    assert_eq!(public_key(&folder, "tomas").expect("read"), None);
    let error = open(&folder, "ines", &secret("wrong horse")).expect_err("wrong").to_string();
    assert!(error.contains("passphrase of ines is wrong") && !error.contains("horse"), "{error}");
    assert!(make(&folder, "ines", &secret("x")).expect_err("twice").to_string().contains("already"));
    assert!(make(&folder, "../ines", &secret("x")).is_err());

    change_passphrase(&folder, "ines", &secret("correct horse"), &secret("battery staple")).expect("changed");
    assert!(open(&folder, "ines", &secret("correct horse")).is_err());
    assert_eq!(open(&folder, "ines", &secret("battery staple")).expect("opened").public_key(), public);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &Path| fs::metadata(path).expect("facts").permissions().mode() & 0o777;
        assert_eq!((mode(&folder), mode(&folder.join("ines.key"))), (0o700, 0o600));
    }

    let text = fs::read_to_string(folder.join("ines.key")).expect("text");
    fs::write(folder.join("tomas.key"), text.replace("ines", "tomas")).expect("forged");
    assert!(open(&folder, "tomas", &secret("battery staple")).is_err(), "a key under another's name");
    fs::write(folder.join("x.key"), "not a key").expect("written");
    assert!(open(&folder, "x", &secret("x")).expect_err("no key").to_string().contains("no key file"));
}
