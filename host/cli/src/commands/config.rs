//! `marquee config`

use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::{arguments::Config, settings::Settings};

pub(crate) fn run(settings: &Settings, command: &Config) -> Result<ExitCode> {
    match command {
        Config::Show => println!("{}", text(settings)?),
        Config::Check => {
            // Reading them was the check; what follows catches what only the parts know.
            let book = marquee_fetch::MemoryBook::new(settings.fetch.politeness.clone());
            crate::house::visitor_by(settings, std::sync::Arc::new(book))?;
            crate::house::archive(settings)?;
            crate::house::browsers(settings)?;
            settings.worker.check().map_err(anyhow::Error::msg)?;
            println!("The settings are good.");
        }
        Config::Default => return print_default(),
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn print_default() -> Result<ExitCode> {
    println!(
        "# Every setting of Marquee at its default. Keep only what you change. The meaning, unit and reason of each"
    );
    println!("# stands in docs/operations-guide.md.\n");
    println!("{}", text(&Settings::default())?);
    Ok(ExitCode::SUCCESS)
}

fn text(settings: &Settings) -> Result<String> {
    let text = toml::to_string(settings).context("the settings cannot be written as TOML")?;
    Ok(text.trim_end().to_owned())
}
