//! Frame heads and the small frames.

/// Length of a frame's head.
pub(crate) const HEAD: usize = 9;

/// Frame types.
pub(crate) mod kind {
    pub(crate) const DATA: u8 = 0;
    pub(crate) const HEADERS: u8 = 1;
    pub(crate) const RST_STREAM: u8 = 3;
    pub(crate) const SETTINGS: u8 = 4;
    pub(crate) const PING: u8 = 6;
    pub(crate) const GOAWAY: u8 = 7;
    pub(crate) const WINDOW_UPDATE: u8 = 8;
    pub(crate) const CONTINUATION: u8 = 9;
}

/// Frame flags.
pub(crate) mod flags {
    pub(crate) const ACK: u8 = 1;
    pub(crate) const END_STREAM: u8 = 1;
    pub(crate) const END_HEADERS: u8 = 4;
    pub(crate) const PADDED: u8 = 8;
}

const HEADER_TABLE_SIZE: u16 = 1;
const ENABLE_PUSH: u16 = 2;
const INITIAL_WINDOW_SIZE: u16 = 4;
const MAX_FRAME_SIZE: u16 = 5;

/// The head of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) length: usize,
    pub(crate) kind: u8,
    pub(crate) flags: u8,
    pub(crate) stream: u32,
}

impl Head {
    pub(crate) fn read(bytes: &[u8; HEAD]) -> Head {
        let [l2, l1, l0, kind, flags, s3, s2, s1, s0] = *bytes;
        Head {
            length: u32::from_be_bytes([0, l2, l1, l0]) as usize,
            kind,
            flags,
            stream: u32::from_be_bytes([s3 & 0x7f, s2, s1, s0]),
        }
    }

    pub(crate) fn bytes(self) -> [u8; HEAD] {
        let [_, l2, l1, l0] = (self.length as u32).to_be_bytes();
        let [s3, s2, s1, s0] = self.stream.to_be_bytes();
        [l2, l1, l0, self.kind, self.flags, s3, s2, s1, s0]
    }

    pub(crate) fn has(self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// What a peer's SETTINGS frame changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Settings {
    pub(crate) header_table: Option<u32>,
    pub(crate) initial_window: Option<u32>,
    pub(crate) max_frame: Option<u32>,
}

impl Settings {
    pub(crate) fn read(payload: &[u8]) -> Settings {
        let mut settings = Settings::default();
        for entry in payload.chunks_exact(6) {
            let value = u32::from_be_bytes([entry[2], entry[3], entry[4], entry[5]]);
            match u16::from_be_bytes([entry[0], entry[1]]) {
                HEADER_TABLE_SIZE => settings.header_table = Some(value),
                INITIAL_WINDOW_SIZE => settings.initial_window = Some(value),
                MAX_FRAME_SIZE => settings.max_frame = Some(value),
                _ => {}
            }
        }
        settings
    }
}

/// Our SETTINGS: no push, and what the arguments say.
pub(crate) fn settings(header_table: u32, initial_window: u32, max_frame: usize) -> Vec<u8> {
    let mut payload = Vec::new();
    for (name, value) in [
        (HEADER_TABLE_SIZE, header_table),
        (ENABLE_PUSH, 0),
        (INITIAL_WINDOW_SIZE, initial_window),
        (MAX_FRAME_SIZE, max_frame as u32),
    ] {
        payload.extend_from_slice(&name.to_be_bytes());
        payload.extend_from_slice(&value.to_be_bytes());
    }
    frame(kind::SETTINGS, 0, 0, &payload)
}

pub(crate) fn settings_answer() -> Vec<u8> {
    frame(kind::SETTINGS, flags::ACK, 0, &[])
}

pub(crate) fn ping_answer(payload: &[u8]) -> Vec<u8> {
    frame(kind::PING, flags::ACK, 0, payload)
}

pub(crate) fn window_update(stream: u32, by: u32) -> Vec<u8> {
    frame(kind::WINDOW_UPDATE, 0, stream, &by.to_be_bytes())
}

/// RST_STREAM with CANCEL.
pub(crate) fn reset(stream: u32) -> Vec<u8> {
    frame(kind::RST_STREAM, 0, stream, &8u32.to_be_bytes())
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let head = Head { length: payload.len(), kind, flags, stream };
    [&head.bytes(), payload].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_head_it_wrote() {
        let head = Head { length: 70_000, kind: kind::DATA, flags: flags::END_STREAM, stream: 0x0102_0305 };

        assert_eq!(Head::read(&head.bytes()), head);
    }

    #[test]
    fn reads_the_settings_it_wrote() {
        let frame = settings(0, 1 << 20, 16_384);

        let read = Settings::read(&frame[HEAD..]);

        let expected = Settings { header_table: Some(0), initial_window: Some(1 << 20), max_frame: Some(16_384) };
        assert_eq!(read, expected);
    }
}
