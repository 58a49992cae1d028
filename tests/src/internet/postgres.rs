//! A wire between a store and its server that knows whether the server owes an answer, so that virtual time stands still while it
//! does. It changes no byte.

use std::{io, net::SocketAddr, sync::Mutex};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf, tcp::OwnedWriteHalf},
};
use url::Url;

use super::clock::{Busy, Time};

/// The address of the same database through a wire that counts.
///
/// # Errors
/// The address is none, or no port can be had.
pub async fn counted(database: &str, time: &Time) -> io::Result<String> {
    let mut url = Url::parse(database).map_err(io::Error::other)?;
    let host = url.host_str().filter(|host| !host.is_empty()).unwrap_or("127.0.0.1").to_owned();
    let port = url.port().unwrap_or(5432);
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let own: SocketAddr = listener.local_addr()?;
    url.set_host(Some("127.0.0.1")).map_err(io::Error::other)?;
    url.set_port(Some(own.port())).map_err(|()| io::Error::other("the address takes no port"))?;
    // What is packed cannot be counted.
    url.query_pairs_mut().append_pair("sslmode", "disable");
    let time = time.clone();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let (host, time) = (host.clone(), time.clone());
            tokio::spawn(async move {
                let _left = join(client, &host, port, &time).await;
            });
        }
    });
    Ok(url.to_string())
}

/// Answers that the server owes on one connection: the answer to the start, and one for each `Query`, `Sync` and `FunctionCall`.
struct Owed<'a> {
    time: &'a Time,
    owed: Mutex<Vec<Option<Busy>>>,
}

impl Owed<'_> {
    fn more(&self) {
        if let Ok(mut owed) = self.owed.lock() {
            owed.push(self.time.busy());
        }
    }

    fn less(&self) {
        if let Ok(mut owed) = self.owed.lock() {
            owed.pop();
        }
    }
}

async fn join(client: TcpStream, host: &str, port: u16, time: &Time) -> io::Result<()> {
    let owed = Owed { time, owed: Mutex::default() };
    owed.more();
    client.set_nodelay(true)?;
    let server = TcpStream::connect((host, port)).await?;
    server.set_nodelay(true)?;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    tokio::select! {
        left = copy(from_client, to_server, Frames::starting(), |kind| if matches!(kind, b'Q' | b'S' | b'F') { owed.more() }) => left,
        left = copy(from_server, to_client, Frames::typed(), |kind| if kind == b'Z' { owed.less() }) => left,
    }
}

async fn copy(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut frames: Frames,
    seen: impl Fn(u8),
) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        let bytes = buffer.get(..length).unwrap_or_default();
        frames.take(bytes, &seen);
        to.write_all(bytes).await?;
    }
}

/// The messages in a stream of bytes: a type, a length of four bytes that counts itself, and the rest. A client's first message
/// has no type.
pub(crate) struct Frames {
    head: Vec<u8>,
    rest: usize,
    is_typed: bool,
}

impl Frames {
    pub(crate) const fn starting() -> Self {
        Self { head: Vec::new(), rest: 0, is_typed: false }
    }

    const fn typed() -> Self {
        Self { head: Vec::new(), rest: 0, is_typed: true }
    }

    pub(crate) fn take(&mut self, mut bytes: &[u8], seen: &impl Fn(u8)) {
        while let Some((first, after)) = bytes.split_first() {
            if self.rest > 0 {
                let skipped = self.rest.min(bytes.len());
                self.rest -= skipped;
                bytes = bytes.get(skipped..).unwrap_or_default();
                continue;
            }
            self.head.push(*first);
            bytes = after;
            let length = match (self.is_typed, self.head.as_slice()) {
                (true, [_, a, b, c, d]) | (false, [a, b, c, d]) => u32::from_be_bytes([*a, *b, *c, *d]),
                _ => continue,
            };
            if self.is_typed {
                seen(self.head.first().copied().unwrap_or_default());
            }
            self.rest = (length as usize).saturating_sub(4);
            self.is_typed = true;
            self.head.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_counted_wherever_the_stream_is_cut() {
        let stream = [&[0, 0, 0, 9, 0, 3, 0, 0, 0][..], b"Q\0\0\0\x06ab", b"S\0\0\0\x04", b"P\0\0\0\x05Q"].concat();
        for size in 1..=stream.len() {
            let kinds = Mutex::new(Vec::new());
            let mut frames = Frames::starting();
            for piece in stream.chunks(size) {
                frames.take(piece, &|kind| kinds.lock().unwrap().push(kind));
            }
            assert_eq!(*kinds.lock().unwrap(), b"QSP", "in pieces of {size}");
        }
    }
}
