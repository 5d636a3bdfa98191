//! JSON is recognised by the keys of its first object; its rows are not read yet.

/// The keys of the first object of an array, or of the first line; None where the head does not hold a whole one.
pub fn first_keys(head: &str) -> Option<Vec<String>> {
    let text = head.trim_start();
    let text = text.strip_prefix('[').unwrap_or(text);
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Map<String, serde_json::Value>>();
    let first = values.next()?.ok()?;
    Some(first.keys().cloned().collect())
}

/// A change event: the row is inside, under `payload` or bare.
pub fn is_change_event(keys: &[String]) -> bool {
    let has = |name: &str| keys.iter().any(|k| k == name);
    (has("schema") && has("payload")) || (has("before") && has("after") && has("op"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_from_the_first_object_whatever_follows() {
        assert_eq!(first_keys("[\n {\"a\": 1, \"b\": {\"c\": 2}},\n {\"x\""), Some(vec!["a".into(), "b".into()]));
        assert_eq!(first_keys("{\"a\":1}\n{\"b\""), Some(vec!["a".into()]));
        assert_eq!(first_keys("[{\"a\": 1, \"b"), None);
    }
}
