use super::*;

const KEY: &[u8] = b"a key of at least sixteen bytes";

fn written(action: &Action, found: &str) -> String {
    let mut out = b"before ".to_vec();
    action.write("[KIND]", found.as_bytes(), &mut out);
    String::from_utf8(out).unwrap().strip_prefix("before ").unwrap().to_owned()
}

#[test]
fn masks_and_texts() {
    assert_eq!(written(&Action::Mask, "found"), "[KIND]");
    assert_eq!(written(&Action::Text("gone".into()), "found"), "gone");
}

#[test]
fn an_hmac_is_what_openssl_says() {
    // printf %s anna@example.org | openssl dgst -sha256 -hmac 'a key of at least sixteen bytes'
    let hash = "67429b9d2b0d2f4984346ba8379581b7e3347d0a42fa7b6948ae1617190426a8";

    assert_eq!(written(&Action::Hmac(Keyed::new(KEY, "k1", 64)), "anna@example.org"), format!("hmac:k1:{hash}"));
    assert_eq!(written(&Action::Hmac(Keyed::new(KEY, "", 12)), "anna@example.org"), format!("hmac:{}", &hash[..12]));
}

#[test]
fn a_token_is_the_same_however_a_value_is_written() {
    let token = |key: &[u8], found: &str| written(&Action::Token(Keyed::new(key, "", 16)), found);

    let card = token(KEY, "4111111111111111");
    assert_eq!(card.len(), "KIND_".len() + 16);
    assert_eq!(token(KEY, "4111 1111-1111 1111"), card);
    assert_eq!(token(KEY, "Anna@Example.org"), token(KEY, "anna@example.org"));
    assert_ne!(token(KEY, "4111111111111112"), card);
    assert_ne!(token(b"another key, as long as the first", "4111111111111111"), card);
    // Longer than what is folded at once.
    let long = "x".repeat(100);
    assert_eq!(token(KEY, &long), token(KEY, &format!(" - {long}")));
    assert_ne!(written(&Action::Hmac(Keyed::new(KEY, "", 16)), "a")[5..], token(KEY, "a")[5..]);
}

#[test]
fn a_key_is_not_shown() {
    assert_eq!(format!("{:?}", Keyed::new(KEY, "k1", 16)), r#"Keyed { id: "k1", digits: 16, .. }"#);
}

#[test]
fn at_most_half_is_kept() {
    let partial = |first, last, found| written(&Action::Partial { first, last }, found);

    assert_eq!(partial(0, 4, "4111 1111 1111 1234"), "***************1234");
    assert_eq!(partial(1, 2, "Jürgen"), "J***en");
    assert_eq!(partial(2, 2, "Jürgen"), "******");
    assert_eq!(partial(1, 1, "äöüß"), "ä**ß");
    assert_eq!(partial(usize::MAX, 1, "ab"), "**");
    assert_eq!(partial(1, 1, ""), "");
}

#[test]
fn ip_addresses_are_cut_to_their_network() {
    let cut = |v4, v6, found| written(&Action::TruncateIp { v4, v6 }, found);

    assert_eq!(cut(24, 48, "203.0.113.77"), "203.0.113.0");
    assert_eq!(cut(32, 48, "203.0.113.77"), "203.0.113.77");
    assert_eq!(cut(0, 0, "203.0.113.77"), "0.0.0.0");
    assert_eq!(cut(24, 48, "2001:db8:1:2:3:4:5:6"), "2001:db8:1::");
    assert_eq!(cut(24, 128, "2001:db8::6"), "2001:db8::6");
    assert_eq!(cut(24, 0, "2001:db8::6"), "::");
    assert_eq!(cut(16, 48, "::ffff:203.0.113.77"), "::ffff:203.0.0.0");
    assert_eq!(cut(24, 48, "anna@example.org"), "[KIND]");
}
