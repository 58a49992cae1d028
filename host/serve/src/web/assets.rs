//! The pages' style sheet and icon. They are part of the program: nothing is fetched from elsewhere, nothing can be missing.

use axum::http::{HeaderName, header};

type Asset = ([(HeaderName, &'static str); 1], &'static str);

pub(super) async fn style() -> Asset {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../templates/marquee.css"))
}

pub(super) async fn icon() -> Asset {
    ([(header::CONTENT_TYPE, "image/svg+xml")], include_str!("../../templates/marquee.svg"))
}
