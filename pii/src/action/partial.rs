//! Keeping the ends.

/// Writes the first and the last characters of `found`, and `*` for the others. If that were more than half, nothing stays.
pub(super) fn write(first: usize, last: usize, found: &[u8], out: &mut Vec<u8>) {
    let begins = |byte: u8| byte & 0xc0 != 0x80;
    let characters = found.iter().filter(|byte| begins(**byte)).count();
    let kept = first.saturating_add(last);
    let (first, last) = if kept > characters / 2 { (0, 0) } else { (first, last) };
    let mut index = 0;
    for &byte in found {
        index += usize::from(begins(byte));
        if index <= first || index + last > characters {
            out.push(byte);
        } else if begins(byte) {
            out.push(b'*');
        }
    }
}
