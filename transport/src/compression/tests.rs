use std::io::Write as _;

use bytes::Bytes;

use super::*;

fn packed(encoding: Encoding, body: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Compressor::new(encoding, None).unwrap().compress(&[Bytes::copy_from_slice(body)], &mut out).unwrap();
    out
}

/// Packs well, but not absurdly well.
fn text(length: usize) -> Vec<u8> {
    (0u32..)
        .flat_map(|n| format!("service-{} ", n.wrapping_mul(2_654_435_761) % 1000).into_bytes())
        .take(length)
        .collect()
}

#[test]
fn what_was_packed_is_unpacked_the_same() {
    for encoding in Encoding::ALL {
        for length in [0, 1, 10, 1000, 300_000] {
            let body = text(length);

            assert_eq!(decompress(encoding, &packed(encoding, &body), length).unwrap(), body, "{encoding:?} {length}");
        }
    }
}

#[test]
fn parts_are_packed_as_one_body_behind_what_is_there() {
    for encoding in Encoding::ALL {
        let mut out = b"head".to_vec();
        let parts = [Bytes::from_static(b"one "), Bytes::from_static(b"two "), Bytes::from_static(b"three")];
        Compressor::new(encoding, None).unwrap().compress(&parts, &mut out).unwrap();

        assert_eq!(&out[..4], b"head");
        assert_eq!(decompress(encoding, &out[4..], 100).unwrap(), "one two three", "{encoding:?}");
    }
}

#[test]
fn one_byte_more_than_allowed_is_refused() {
    for encoding in Encoding::ALL {
        let packed = packed(encoding, &text(5000));

        assert_eq!(decompress(encoding, &packed, 5000).unwrap().len(), 5000, "{encoding:?}");
        let error = decompress(encoding, &packed, 4999).unwrap_err();
        assert_eq!(error.to_string(), "the body unpacks to more than 4999 bytes", "{encoding:?}");
    }
}

#[test]
fn a_bomb_is_refused_by_its_ratio() {
    let bomb = packed(Encoding::Zstd, &vec![0; 16 << 20]);
    assert!(bomb.len() < 2000, "{}", bomb.len());

    let error = decompress(Encoding::Zstd, &bomb, usize::MAX).unwrap_err();

    assert!(
        matches!(error, DecompressError::TooLarge { limit } if limit == (1 << 20).max(bomb.len() * 1000)),
        "{error}"
    );
}

#[test]
fn what_is_cut_off_or_something_else_is_malformed() {
    for encoding in Encoding::ALL {
        let packed = packed(encoding, &text(5000));

        let error = decompress(encoding, &packed[..packed.len() / 2], 10_000).unwrap_err();
        assert!(matches!(error, DecompressError::Malformed { .. }), "{encoding:?}: {error}");
        let error = decompress(encoding, b"\x99 this is not it", 10_000).unwrap_err();
        assert!(matches!(error, DecompressError::Malformed { .. }), "{encoding:?}: {error}");
    }
}

#[test]
fn gzip_of_several_members_is_read_to_the_end() {
    // The same member twice: neither its length nor its checksum tells that there are two.
    let one = packed(Encoding::Gzip, b"telemetry ");
    let two = [&one[..], &one[..]].concat();

    assert_eq!(decompress(Encoding::Gzip, &two, 100).unwrap(), "telemetry telemetry ");
}

#[test]
fn a_gzip_trailer_that_lies_is_malformed() {
    let mut body = packed(Encoding::Gzip, b"telemetry");
    let length = body.len();
    body[length - 4..].copy_from_slice(&1_000_000_u32.to_le_bytes());

    let error = decompress(Encoding::Gzip, &body, 10 << 20).unwrap_err();

    assert!(matches!(error, DecompressError::Malformed { .. }), "{error}");
}

#[test]
fn gzip_with_every_optional_header_is_read() {
    let mut encoder = flate2::GzBuilder::new()
        .filename("spans")
        .comment("none")
        .extra(vec![1, 2, 3])
        .write(Vec::new(), flate2::Compression::default());
    encoder.write_all(b"telemetry").unwrap();

    assert_eq!(decompress(Encoding::Gzip, &encoder.finish().unwrap(), 100).unwrap(), "telemetry");
}

#[test]
fn zstd_of_several_frames_or_unknown_length_is_read() {
    let mut streamed = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    streamed.write_all(b"one ").unwrap();
    streamed.flush().unwrap();
    streamed.write_all(b"two ").unwrap();
    let streamed = streamed.finish().unwrap();
    let both = [&streamed[..], &packed(Encoding::Zstd, b"three")].concat();

    assert_eq!(decompress(Encoding::Zstd, &both, 100).unwrap(), "one two three");
}

#[test]
fn a_zstd_window_over_8_mib_is_refused() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(24).unwrap();
    encoder.write_all(&text(20 << 20)).unwrap();

    let error = decompress(Encoding::Zstd, &encoder.finish().unwrap(), 64 << 20).unwrap_err();

    assert_eq!(error.to_string(), "the body is not valid zstd: Frame requires too much memory for decoding");
}

#[test]
fn snappy_is_a_block_or_framed() {
    let framed = packed(Encoding::SnappyFramed, b"telemetry");
    let block = packed(Encoding::Snappy, b"telemetry");

    assert_ne!(framed, block);
    assert_eq!(decompress(Encoding::Snappy, &framed, 100).unwrap(), "telemetry");
    assert_eq!(decompress(Encoding::Snappy, &block, 100).unwrap(), "telemetry");
}

#[test]
fn a_snappy_length_that_cannot_be_is_refused_before_anything_is_set_aside() {
    // A varint of 10 MiB, then one of 100 KiB, each before three bytes of data.
    let far = decompress(Encoding::Snappy, &[0x80, 0x80, 0x80, 0x05, 1, 2, 3], 20 << 20).unwrap_err();
    let near = decompress(Encoding::Snappy, &[0x80, 0xa0, 0x06, 1, 2, 3], 20 << 20).unwrap_err();

    assert_eq!(far.to_string(), "the body unpacks to more than 1048576 bytes");
    assert_eq!(near.to_string(), "the body is not valid snappy: it is shorter than it says");
}

#[test]
fn names_ignore_case_in_http_and_not_in_grpc() {
    assert_eq!(Encoding::from_http("GZip"), Some(Encoding::Gzip));
    assert_eq!(Encoding::from_http("X-GZIP"), Some(Encoding::Gzip));
    assert_eq!(Encoding::from_http("br"), None);
    assert_eq!(Encoding::from_grpc("snappy"), Some(Encoding::SnappyFramed));
    assert_eq!(Encoding::from_grpc("GZIP"), None);
}

#[test]
fn a_level_that_an_encoding_does_not_have_is_refused() {
    let error = Compressor::new(Encoding::Gzip, Some(10)).unwrap_err();

    assert_eq!(error.to_string(), "gzip has no compression level 10, expected -1 to 9");
    assert!(Compressor::new(Encoding::Snappy, Some(1)).is_err());
    assert!(Compressor::new(Encoding::Zstd, Some(11)).is_ok());
}

#[tokio::test]
async fn a_job_on_the_pool_gives_its_result_or_none_after_a_panic() {
    assert_eq!(on_compression_thread(|| 6 * 7).await, Some(42));
    assert_eq!(on_compression_thread(|| -> u8 { panic!("for the test") }).await, None);
}
