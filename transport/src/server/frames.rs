//! What an HTTP/2 peer sends, frame by frame: only the frames' heads are looked at, before h2 sees them.
//!
//! h2 answers every SETTINGS and PING for ever, and has no deadline for a header block. Here each control frame costs
//! something and each request earns something, and a peer that pings more often than it may is told so.
//!
//! Source: RFC 9113, 4.1 and 6; for pings, gRPC's proposal A8 and its servers' `enforcement_policy`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Activity;
use super::limits::Http2Limits;
use crate::io::Farewell;

/// How many control frames a second are free, and how many at once.
const FREE: u32 = 1000;

/// How many control frames come free with each request: window updates and pings that measure the line.
const FREE_WITH_REQUEST: u32 = 8;

/// How often a peer may ping too soon.
const MAX_STRIKES: u32 = 2;

/// How often a peer may ping that has no request under way and may not ping then.
const IDLE_PING: Duration = Duration::from_secs(2 * 60 * 60);

const PREFACE: usize = 24;
const HEAD: usize = 9;

/// GOAWAY with ENHANCE_YOUR_CALM; the text is what gRPC clients look for in order to ping less.
const TOO_MANY_PINGS: &[u8] = b"\x00\x00\x16\x07\x00\x00\x00\x00\x00\x7f\xff\xff\xff\x00\x00\x00\x0btoo_many_pings";

/// The same without text.
const TOO_MUCH: &[u8] = b"\x00\x00\x08\x07\x00\x00\x00\x00\x00\x7f\xff\xff\xff\x00\x00\x00\x0b";

/// Watches one connection.
pub(super) struct Frames {
    activity: Arc<Activity>,
    pinged_every: Duration,
    pinged_while_idle: bool,
    /// Bytes of the preface or of a payload that are still to be passed over.
    skip: usize,
    head: [u8; HEAD],
    have: usize,
    /// Within a header block: no other frame may come, and the block must end in time.
    in_block: bool,
    in_data: bool,
    free: u32,
    refilled: Instant,
    pinged: Option<Instant>,
    answered: u64,
    strikes: u32,
}

impl Frames {
    pub(super) fn new(limits: &Http2Limits, activity: Arc<Activity>) -> Self {
        Self {
            activity,
            pinged_every: limits.pinged_every,
            pinged_while_idle: limits.pinged_while_idle,
            skip: PREFACE,
            head: [0; HEAD],
            have: 0,
            in_block: false,
            in_data: true,
            free: FREE,
            refilled: Instant::now(),
            pinged: None,
            answered: 0,
            strikes: 0,
        }
    }

    /// Sees what has arrived next.
    pub(super) fn see(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.skip > 0 {
                let passed = self.skip.min(bytes.len());
                self.skip -= passed;
                bytes = &bytes[passed..];
                continue;
            }
            let taken = (HEAD - self.have).min(bytes.len());
            self.head[self.have..self.have + taken].copy_from_slice(&bytes[..taken]);
            self.have += taken;
            bytes = &bytes[taken..];
            if self.have == HEAD {
                self.have = 0;
                self.frame()?;
            }
        }
        // Data may take as long as its body may.
        let unfinished = self.in_block || self.have > 0 || (self.skip > 0 && !self.in_data);
        let headers = self.activity.headers.load(Ordering::Relaxed);
        if (headers & 1 == 1) != unfinished {
            self.activity.headers.store(headers.wrapping_add(1), Ordering::Relaxed);
        }
        Ok(())
    }

    fn frame(&mut self) -> io::Result<()> {
        const END_STREAM: u8 = 0x1;
        const ACK: u8 = 0x1;
        const END_HEADERS: u8 = 0x4;
        let [a, b, c, kind, flags, ..] = self.head;
        let length = usize::from(a) << 16 | usize::from(b) << 8 | usize::from(c);
        self.skip = length;
        self.in_data = kind == 0;
        match kind {
            0 if length > 0 || flags & END_STREAM != 0 => return Ok(()),
            1 => {
                self.in_block = flags & END_HEADERS == 0;
                self.free = (self.free + FREE_WITH_REQUEST).min(2 * FREE);
                return Ok(());
            }
            6 if flags & ACK == 0 => self.ping()?,
            9 => self.in_block = flags & END_HEADERS == 0,
            _ => {}
        }
        self.spend()
    }

    fn spend(&mut self) -> io::Result<()> {
        if self.free == 0 {
            let now = Instant::now();
            let earned = (now - self.refilled).as_millis() * u128::from(FREE) / 1000;
            self.refilled = now;
            self.free = u32::try_from(earned).unwrap_or(FREE).min(FREE);
        }
        self.free = self.free.checked_sub(1).ok_or_else(|| farewell("too many control frames", TOO_MUCH))?;
        Ok(())
    }

    fn ping(&mut self) -> io::Result<()> {
        let now = Instant::now();
        let answered = self.activity.finished.load(Ordering::Relaxed);
        if answered != std::mem::replace(&mut self.answered, answered) {
            self.strikes = 0;
            self.pinged = None;
            return Ok(());
        }
        let idle = self.activity.active.load(Ordering::Relaxed) == 0;
        let apart = if idle && !self.pinged_while_idle { IDLE_PING } else { self.pinged_every };
        let too_soon = self.pinged.is_some_and(|last| now - last < apart);
        self.pinged = Some(now);
        self.strikes += u32::from(too_soon);
        if self.strikes > MAX_STRIKES { Err(farewell("too many pings", TOO_MANY_PINGS)) } else { Ok(()) }
    }
}

fn farewell(why: &'static str, last_words: &'static [u8]) -> io::Error {
    io::Error::other(Farewell { why, last_words })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frames(limits: &Http2Limits) -> (Frames, Arc<Activity>) {
        let activity = Arc::new(Activity::default());
        let mut frames = Frames::new(limits, Arc::clone(&activity));
        frames.see(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        (frames, activity)
    }

    const PING: [u8; 17] = *b"\x00\x00\x08\x06\x00\x00\x00\x00\x0012345678";
    const SETTINGS: [u8; 9] = *b"\x00\x00\x00\x04\x00\x00\x00\x00\x00";
    const EMPTY_DATA: [u8; 9] = *b"\x00\x00\x00\x00\x00\x00\x00\x00\x01";
    const REQUEST: [u8; 10] = *b"\x00\x00\x01\x01\x05\x00\x00\x00\x01\x82";

    #[tokio::test(start_paused = true)]
    async fn a_flood_of_control_frames_ends_the_connection() {
        for kind in [SETTINGS, EMPTY_DATA] {
            let (mut frames, _) = frames(&Http2Limits::default());

            let endured = (0..5000).take_while(|_| frames.see(&kind).is_ok()).count();

            assert_eq!(endured, FREE as usize);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_thousand_control_frames_a_second_are_endured() {
        let (mut frames, _) = frames(&Http2Limits::default());

        for _ in 0..10_000 {
            frames.see(&SETTINGS).unwrap();
            tokio::time::advance(Duration::from_millis(1)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn each_request_brings_room_for_control_frames() {
        let (mut frames, _) = frames(&Http2Limits::default());

        for _ in 0..10_000 {
            frames.see(&REQUEST).unwrap();
            (0..FREE_WITH_REQUEST).for_each(|_| frames.see(&SETTINGS).unwrap());
        }
    }

    #[tokio::test(start_paused = true)]
    async fn pings_are_struck_unless_something_was_answered_between() {
        let (mut frames, activity) = frames(&Http2Limits::default());
        for n in 1..100 {
            activity.finished.store(n, Ordering::Relaxed);
            frames.see(&PING).unwrap();
        }

        let outcomes: Vec<_> = (0..4).map(|_| frames.see(&PING).map_err(|error| error.to_string())).collect();

        assert_eq!(outcomes, [Ok(()), Ok(()), Ok(()), Err("too many pings".into())]);
    }

    #[tokio::test(start_paused = true)]
    async fn pings_within_the_policy_are_endured() {
        let limits =
            Http2Limits { pinged_every: Duration::from_secs(10), pinged_while_idle: true, ..Http2Limits::default() };
        let (mut frames, _) = frames(&limits);

        for _ in 0..100 {
            frames.see(&PING).unwrap();
            tokio::time::advance(Duration::from_secs(10)).await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn an_unfinished_header_block_is_known_however_it_is_cut() {
        let (mut frames, activity) = frames(&Http2Limits::default());
        let open = || activity.headers.load(Ordering::Relaxed) & 1 == 1;
        let block = b"\x00\x00\x02\x01\x01\x00\x00\x00\x01\x82\x84\x00\x00\x01\x09\x04\x00\x00\x00\x01\x86";

        for byte in &block[..block.len() - 1] {
            frames.see(std::slice::from_ref(byte)).unwrap();
            assert!(open());
        }
        frames.see(&block[block.len() - 1..]).unwrap();
        assert!(!open());
        // Half a frame of data is not our business.
        frames.see(b"\x00\x00\x05\x00\x00\x00\x00\x00\x01ab").unwrap();
        assert!(!open());
    }
}
