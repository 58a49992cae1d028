//! `marquee migrate`

use std::process::ExitCode;

use anyhow::Result;

use crate::{arguments::Migrate, house::Database, settings::Settings, terminal};

pub(crate) async fn run(settings: &Settings, command: Migrate) -> Result<ExitCode> {
    let database = Database::open_as_it_is(settings).await?;
    let store = &database.store;
    match command {
        Migrate::Up => tell("applied", &store.migrate().await?),
        Migrate::Down { to } => tell("taken back", &store.migrate_down(to).await?),
        Migrate::Status => {
            let mut table = terminal::table(["Version", "Migration", "Applied"]);
            for migration in store.migration_status().await? {
                let applied = if migration.applied { "yes" } else { "no" };
                table.add_row([migration.version.to_string(), migration.description, applied.to_owned()]);
            }
            println!("{table}");
        }
    }
    database.close().await?;
    Ok(ExitCode::SUCCESS)
}

fn tell(what: &str, versions: &[i64]) {
    if versions.is_empty() {
        println!("Nothing to do.");
    }
    for version in versions {
        println!("{what}: {version}");
    }
}
