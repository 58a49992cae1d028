//! Bytes to text: which encoding a page is in, and its decoding.
//!
//! Pure. Used by the fetcher, and by the command line for pages from files. In this order (HTML standard, section 13.2.3):
//! byte order mark, `Content-Type`, declaration in the document, detection. Bytes that are plainly UTF-16 or UTF-32 are read as
//! that whatever is claimed, and a claim of UTF-16 over plain UTF-8 is not believed: both lies would leave nothing
//! readable. No input makes it fail or panic; what cannot be decoded becomes U+FFFD.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE};

use crate::prescan;

/// A way to write text as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Charset(Form);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Known(&'static Encoding),
    /// Not among the encodings of the web; some feeds use it all the same.
    Utf32 {
        little_endian: bool,
    },
}

const UTF_32LE: Charset = Charset(Form::Utf32 { little_endian: true });
const UTF_32BE: Charset = Charset(Form::Utf32 { little_endian: false });

impl Charset {
    /// Its name: the WHATWG one, or `UTF-32LE`, `UTF-32BE`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self.0 {
            Form::Known(encoding) => encoding.name(),
            Form::Utf32 { little_endian: true } => "UTF-32LE",
            Form::Utf32 { little_endian: false } => "UTF-32BE",
        }
    }

    /// The text of these bytes, which have no byte order mark.
    #[must_use]
    pub fn decode(self, bytes: &[u8]) -> String {
        match self.0 {
            Form::Known(encoding) => encoding.decode_without_bom_handling(bytes).0.into_owned(),
            Form::Utf32 { little_endian } => utf32(bytes, little_endian),
        }
    }

    /// What this means when it is declared in ASCII: then it is not UTF-16 or UTF-32 (HTML standard, prescan, step 17).
    pub(crate) fn in_ascii(self) -> Self {
        if self.is_wide() { Self(Form::Known(UTF_8)) } else { self }
    }

    fn is_wide(self) -> bool {
        match self.0 {
            Form::Known(encoding) => encoding == UTF_16LE || encoding == UTF_16BE,
            Form::Utf32 { .. } => true,
        }
    }
}

/// Why a charset was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Evidence {
    /// A byte order mark.
    Mark,
    /// `Content-Type`.
    Header,
    /// The document's own declaration.
    Declaration,
    /// The bytes themselves.
    Bytes,
}

/// A page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// The charset's name.
    pub charset: &'static str,
    /// Why that one.
    pub evidence: Evidence,
}

/// Decodes a page. `content_type` is the header as sent.
#[must_use]
pub fn decode(bytes: &[u8], content_type: Option<&str>) -> Decoded {
    let (charset, evidence, bytes) = choose(bytes, content_type);
    Decoded { text: charset.decode(bytes), charset: charset.name(), evidence }
}

/// The charset, why, and the bytes without their mark.
fn choose<'a>(bytes: &'a [u8], content_type: Option<&str>) -> (Charset, Evidence, &'a [u8]) {
    if let Some((charset, length)) = from_mark(bytes) {
        return (charset, Evidence::Mark, bytes.get(length..).unwrap_or_default());
    }
    if let Some(charset) = wide(bytes) {
        return (charset, Evidence::Bytes, bytes);
    }
    let plain = || std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
    if let Some(charset) = content_type.and_then(from_content_type)
        && !(charset.is_wide() && plain())
    {
        return (charset, Evidence::Header, bytes);
    }
    let json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
    if !json && let Some(charset) = prescan::declared(bytes) {
        return (charset, Evidence::Declaration, bytes);
    }
    (detect(bytes), Evidence::Bytes, bytes)
}

/// The charset that a byte order mark tells, and the mark's length. UTF-32 before UTF-16, of which it is the longer form.
#[must_use]
pub fn from_mark(bytes: &[u8]) -> Option<(Charset, usize)> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] => Some((UTF_32LE, 4)),
        [0, 0, 0xfe, 0xff, ..] => Some((UTF_32BE, 4)),
        _ => Encoding::for_bom(bytes).map(|(encoding, length)| (Charset(Form::Known(encoding)), length)),
    }
}

/// The charset of a label, as the Encoding Standard knows them; hyphens, underscores and blanks may be anywhere. GBK is called
/// gb18030, whose decoder it has. Encodings that the standard only replaces are unknown: the bytes may still be readable.
#[must_use]
pub fn from_label(label: &str) -> Option<Charset> {
    /// Longer than any label; more is never looked at.
    const LONGEST: usize = 64;
    let label = label.trim_matches(|c: char| c.is_ascii_whitespace());
    if label.len() > LONGEST {
        return None;
    }
    let bare: String = label.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
    match bare.to_ascii_lowercase().as_str() {
        "utf32" | "utf32le" | "ucs4" => return Some(UTF_32LE),
        "utf32be" => return Some(UTF_32BE),
        _ => {}
    }
    let encoding = Encoding::for_label(label.as_bytes()).or_else(|| Encoding::for_label(bare.as_bytes()))?;
    match encoding {
        _ if encoding == REPLACEMENT => None,
        _ if encoding == GBK => Some(Charset(Form::Known(GB18030))),
        _ => Some(Charset(Form::Known(encoding))),
    }
}

/// The charset parameter of a `Content-Type` (RFC 9110 section 8.3.1): the first that names a known charset. White space around `=`
/// is not allowed there, quotes must be closed; a comma ends the value, since proxies join headers with it.
#[must_use]
pub fn from_content_type(content_type: &str) -> Option<Charset> {
    let mut rest = content_type.split_once(';')?.1;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == ';' || c == ',');
        let end = rest.find(['=', ';', ','])?;
        let (name, after) = rest.split_at_checked(end)?;
        let Some(value) = after.strip_prefix('=') else {
            rest = after;
            continue;
        };
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => {
                let (value, after) = quoted.split_once('"')?;
                let (trailing, after) = after.split_at_checked(after.find([';', ',']).unwrap_or(after.len()))?;
                (if trailing.trim().is_empty() { value } else { "" }, after)
            }
            None => value.split_at_checked(value.find([';', ',']).unwrap_or(value.len()))?,
        };
        if name.eq_ignore_ascii_case("charset")
            && let Some(charset) = from_label(value)
        {
            return Some(charset);
        }
        rest = after;
    }
}

/// UTF-16 or UTF-32 without a mark: markup and digits make most of their halves zero, always on the same side.
fn wide(bytes: &[u8]) -> Option<Charset> {
    /// Fewer units prove nothing.
    const UNITS: usize = 4;
    let prefix = bytes.get(..prescan::PREFIX).unwrap_or(bytes);
    let zeros = |step: usize, offset: usize| {
        let side = prefix.chunks_exact(step).filter(|unit| unit.get(offset) == Some(&0));
        let units = prefix.len() / step;
        // Of 10 units, so many are zero on that side.
        if units < UNITS { 0 } else { side.count() * 10 / units }
    };
    let mostly = |share: usize| share >= 6;
    let hardly = |share: usize| share == 0;
    match () {
        () if mostly(zeros(4, 0)) && mostly(zeros(4, 1)) && hardly(zeros(4, 3)) => Some(UTF_32BE),
        () if mostly(zeros(4, 3)) && mostly(zeros(4, 2)) && hardly(zeros(4, 0)) => Some(UTF_32LE),
        () if mostly(zeros(2, 0)) && hardly(zeros(2, 1)) => Some(Charset(Form::Known(UTF_16BE))),
        () if mostly(zeros(2, 1)) && hardly(zeros(2, 0)) => Some(Charset(Form::Known(UTF_16LE))),
        () => None,
    }
}

/// What the bytes look like; windows-1252 where nothing speaks for anything.
fn detect(bytes: &[u8]) -> Charset {
    /// Statistics are sure long before this, and a detector is a hundred times slower than a decoder.
    const SAMPLE: usize = 128 * 1024;
    /// The escape that begins ISO-2022-JP, which is otherwise plain ASCII.
    const ESCAPE: u8 = 0x1b;
    let Some(first) = bytes.iter().position(|b| !b.is_ascii() || *b == ESCAPE) else {
        return Charset(Form::Known(UTF_8));
    };
    if !bytes.contains(&ESCAPE) && std::str::from_utf8(bytes).is_ok() {
        return Charset(Form::Known(UTF_8));
    }
    // From a little before the first byte that tells anything: letters around it count.
    let telling = bytes.get(first.saturating_sub(64)..).unwrap_or(bytes);
    let (sample, whole) = telling.get(..SAMPLE).map_or((telling, true), |sample| (sample, false));
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(sample, whole);
    // A sample can be UTF-8 where the whole is not, but for a few broken bytes: that is UTF-8 all the same.
    Charset(Form::Known(detector.guess(None, Utf8Detection::Allow)))
}

fn utf32(bytes: &[u8], little_endian: bool) -> String {
    let (units, rest) = bytes.as_chunks::<4>();
    let read = |unit: &[u8; 4]| if little_endian { u32::from_le_bytes(*unit) } else { u32::from_be_bytes(*unit) };
    let cut = (!rest.is_empty()).then_some(char::REPLACEMENT_CHARACTER);
    units.iter().map(|unit| char::from_u32(read(unit)).unwrap_or(char::REPLACEMENT_CHARACTER)).chain(cut).collect()
}
