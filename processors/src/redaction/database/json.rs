//! Queries in JSON, as to MongoDB and Elasticsearch: keys stay, all else becomes `"?"`.

/// The document with its values hidden and without white space, but for that behind it. What is no JSON stays as it is.
pub(super) fn sanitize(text: &str) -> String {
    let mut document = Document { rest: text.as_bytes(), at: 0, out: Vec::with_capacity(text.len()) };
    let hidden = document.read().and_then(|()| String::from_utf8(document.out).ok());
    hidden.unwrap_or_else(|| text.to_owned())
}

struct Document<'t> {
    rest: &'t [u8],
    at: usize,
    out: Vec<u8>,
}

/// What a bracket that is open was opened by.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Object,
    Array,
}

impl Document<'_> {
    /// Reads one value and all in it, without recursion: nothing is said about how deep a document is. None if it is no
    /// JSON.
    fn read(&mut self) -> Option<()> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            self.space();
            let opened = match self.peek()? {
                b'{' => Some((Open::Object, b'}')),
                b'[' => Some((Open::Array, b']')),
                _ => None,
            };
            if let Some((bracket, end)) = opened {
                self.copy();
                self.space();
                if self.peek()? != end {
                    open.push(bracket);
                    if bracket == Open::Object {
                        self.key()?;
                    }
                    continue;
                }
                self.copy();
            } else {
                self.scalar()?;
                self.out.extend_from_slice(b"\"?\"");
            }
            // A value has ended, and perhaps what it is in.
            loop {
                let end = self.at;
                self.space();
                let Some(inside) = open.last().copied() else {
                    self.out.extend_from_slice(&self.rest[end..self.at]);
                    return (self.at == self.rest.len()).then_some(());
                };
                match (self.peek()?, inside) {
                    (b',', Open::Array) => {
                        self.copy();
                        break;
                    }
                    (b',', Open::Object) => {
                        self.copy();
                        self.space();
                        self.key()?;
                        break;
                    }
                    (b'}', Open::Object) | (b']', Open::Array) => {
                        self.copy();
                        open.pop();
                    }
                    _ => return None,
                }
            }
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> Option<()> {
        let begin = self.at;
        self.string()?;
        self.out.extend_from_slice(&self.rest[begin..self.at]);
        self.space();
        (self.peek()? == b':').then(|| self.copy())
    }

    fn scalar(&mut self) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            _ => self.number(),
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => match self.next()? {
                    b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => {}
                    b'u' => {
                        for _ in 0..4 {
                            self.next().filter(u8::is_ascii_hexdigit)?;
                        }
                    }
                    _ => return None,
                },
                0..0x20 => return None,
                _ => {}
            }
        }
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        word.iter().try_for_each(|byte| self.take(*byte))
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        self.next().filter(u8::is_ascii_digit)?;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        Some(())
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|byte| b" \t\r\n".contains(&byte)) {
            self.at += 1;
        }
    }

    fn copy(&mut self) {
        let next = self.next();
        self.out.extend(next);
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.rest.get(self.at).copied()
    }
}
