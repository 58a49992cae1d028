//! The least that an axum route can be, to hold the API's speed against: `bare-route 127.0.0.1:8080`, or `bare-route 127.0.0.1:8080 89000` for
//! one that answers with as many bytes.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().ok_or("arguments: ADDRESS:PORT [BYTES]")?;
    let bytes = arguments.next().map_or(Ok(2), |bytes| bytes.parse())?;
    let body = axum::body::Bytes::from("o".repeat(bytes));
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let routes = axum::Router::new().route("/", axum::routing::get(move || std::future::ready(body.clone())));
    axum::serve(listener, routes).await?;
    Ok(())
}
