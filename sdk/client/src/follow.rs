//! Following: every change, in order, from any place.

use futures::{Stream, TryStreamExt as _, stream};

use crate::{
    Client, Error,
    models::{Change, ChangePage},
};

/// From where on to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// From the oldest change that is kept.
    Start,
    /// Only what changes from now on.
    Now,
    /// After this cursor: of a change, of a page of them, or of a page of events.
    Cursor(String),
}

impl Since {
    fn text(&self) -> &str {
        match self {
            Self::Start => "start",
            Self::Now => "now",
            Self::Cursor(cursor) => cursor,
        }
    }
}

impl Client {
    /// Some changes after a place. Where there are none, the server waits so many seconds for one; `query` holds parameters of
    /// `GET /changes`, such as `site` or `kind`.
    ///
    /// # Errors
    /// What the server refuses, and what does not arrive or cannot be read. [`Error::is_start_over`]: the feed does not reach back so far.
    pub async fn changes(
        &self,
        since: &Since,
        query: &[(String, String)],
        wait_seconds: u32,
    ) -> Result<ChangePage, Error> {
        let mut asked = query.to_vec();
        asked.push(("since".to_owned(), since.text().to_owned()));
        asked.push(("wait".to_owned(), wait_seconds.to_string()));
        self.answer((&["changes"], &asked)).await.map(|answer| answer.value)
    }

    /// Every change after a place, as it happens, without end. After an error the stream is over; go on from the `cursor` of the last
    /// change that came.
    pub fn follow(
        &self,
        since: Since,
        query: Vec<(String, String)>,
    ) -> impl Stream<Item = Result<Change, Error>> + use<> {
        let pages = stream::try_unfold((self.clone(), since, query), async |(client, since, query)| {
            let page = client.changes(&since, &query, client.limits.wait_for_changes).await?;
            let changes = stream::iter(page.data.into_iter().map(Ok));
            Ok::<_, Error>(Some((changes, (client, Since::Cursor(page.cursor), query))))
        });
        pages.try_flatten()
    }
}
