//! The least that an axum route can be, to hold the API's speed against: `bare-route 127.0.0.1:8080`.

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let address = std::env::args().nth(1).ok_or("arguments: ADDRESS:PORT")?;
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let routes = axum::Router::new().route("/", axum::routing::get(|| async { "ok" }));
    axum::serve(listener, routes).await?;
    Ok(())
}
