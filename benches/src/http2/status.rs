//! The `grpc-status` of an answer, found in a block of headers without a general HPACK decoder.
//!
//! We announce a header table of size zero, so the field stands in the block as a literal: the name, then the value, each
//! either plain or Huffman-coded (RFC 7541, 5.2).

use memchr::memmem;

const NAME: &[u8] = b"grpc-status";
/// The same name in the Huffman code of RFC 7541, appendix B.
const NAME_HUFFMAN: &[u8] = &[0x9a, 0xca, 0xc8, 0xb2, 0x12, 0x34, 0xda, 0x8f];

/// The status code, when the block has one.
pub(crate) fn grpc_status(block: &[u8]) -> Option<u8> {
    let value = value_after(block, NAME).or_else(|| value_after(block, NAME_HUFFMAN))?;
    let (length, rest) = value.split_first()?;
    let value = rest.get(..usize::from(length & 0x7f))?;
    if length & 0x80 == 0 { plain(value) } else { (0..=16).find(|code| huffman(*code) == value) }
}

fn value_after<'a>(block: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    memmem::find(block, name).map(|start| &block[start + name.len()..])
}

fn plain(digits: &[u8]) -> Option<u8> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// The digits of a status code in the Huffman code: 0, 1 and 2 have five bits, the others six; the rest is filled with ones.
fn huffman(code: u8) -> Vec<u8> {
    let (mut bits, mut length) = (0u32, 0);
    for digit in code.to_string().bytes().map(|digit| u32::from(digit - b'0')) {
        let (value, width) = if digit < 3 { (digit, 5) } else { (0x19 + digit - 3, 6) };
        bits = bits << width | value;
        length += width;
    }
    let fill = (8 - length % 8) % 8;
    let bits = bits << fill | ((1 << fill) - 1);
    bits.to_be_bytes()[4 - (length + fill) / 8..].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_plain_status() {
        let block = [&[0, 11], NAME, &[2], b"14"].concat();

        assert_eq!(grpc_status(&block), Some(14));
    }

    #[test]
    fn reads_a_huffman_coded_status() {
        for (code, coded) in [(0, &[0x07][..]), (8, &[0x7b]), (14, &[0x0b, 0x5f])] {
            let block = [&[0x40, 0x88], NAME_HUFFMAN, &[0x80 | coded.len() as u8], coded].concat();

            assert_eq!(grpc_status(&block), Some(code));
        }
    }

    #[test]
    fn finds_none_in_the_headers_before_the_trailers() {
        assert_eq!(grpc_status(&[0x88, 0x0f, 0x10, 16]), None);
    }
}
