//! A body in two halves, for an intake that finds it too large.

use sluice_pdata::view::{Field, Message};

/// The elements of a body, by half: the bytes, and how many elements there are.
pub(super) type Halves = [(Vec<u8>, usize); 2];

/// Cuts a list of JSON; nothing if it has less than two elements.
pub(super) fn of_json(list: &[u8]) -> Option<Halves> {
    let inner = list.strip_prefix(b"[")?.strip_suffix(b"]")?;
    let mut commas = Vec::new();
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for (at, byte) in inner.iter().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => depth = depth.saturating_sub(1),
            b',' if !in_text && depth == 0 => commas.push(at),
            _ => {}
        }
    }
    let middle = *commas.get(commas.len() / 2)?;
    let half = |elements: &[u8]| [b"[", elements, b"]"].concat();
    let before = commas.len() / 2 + 1;
    Some([(half(&inner[..middle]), before), (half(&inner[middle + 1..]), commas.len() + 1 - before)])
}

/// Cuts a message between its fields of number 1, which are messages; nothing if it has less than two of them. What else is in it
/// is in both halves.
pub(super) fn of_protobuf(message: &[u8]) -> Option<Halves> {
    const ELEMENT: u32 = Field::bytes_tag(1);
    let mut elements = Vec::new();
    let mut rest = Vec::new();
    for field in Message::new(message).fields() {
        match field.tag {
            ELEMENT => elements.push(field.whole),
            _ => rest.extend_from_slice(field.whole),
        }
    }
    if elements.len() < 2 {
        return None;
    }
    let (before, after) = elements.split_at(elements.len() / 2);
    Some([before, after].map(|half| ([&half.concat(), &rest[..]].concat(), half.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_cut_between_its_elements() {
        let list = br#"[{"a":"],[\"\\"},{"b":[1,{"c":2}]},{}]"#;

        let [(first, before), (second, after)] = of_json(list).unwrap();

        assert_eq!(String::from_utf8(first).unwrap(), r#"[{"a":"],[\"\\"},{"b":[1,{"c":2}]}]"#);
        assert_eq!(String::from_utf8(second).unwrap(), "[{}]");
        assert_eq!((before, after), (2, 1));
        for uncut in ["[]", "[{}]", "{}", ""] {
            assert_eq!(of_json(uncut.as_bytes()), None);
        }
    }

    #[test]
    fn a_message_is_cut_between_its_elements() {
        let message = [0x0a, 1, b'a', 0x0a, 2, b'b', b'c', 0x0a, 0x81, 0x00, b'd', 0x12, 0];

        let [first, second] = of_protobuf(&message).unwrap();

        assert_eq!(first, (vec![0x0a, 1, b'a', 0x12, 0], 1));
        assert_eq!(second, (vec![0x0a, 2, b'b', b'c', 0x0a, 0x81, 0x00, b'd', 0x12, 0], 2));
        assert_eq!(of_protobuf(&message[..3]), None);
        assert_eq!(of_protobuf(&[]), None);
    }
}
