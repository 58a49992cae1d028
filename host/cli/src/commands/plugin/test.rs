//! `marquee plugin test`: fixtures, run offline through the real component, and what is not as expected.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context as _, Result, bail};
use marquee_crawl::{Comparison, Fixture, fixture, replay};
use marquee_extract::Plugin;
use marquee_model::PluginId;

use crate::{FAILED, arguments, settings::Settings, terminal::lines};

/// What became of a fixture.
enum Verdict {
    AsExpected,
    Blessed,
    Differs(Box<Comparison>, Vec<String>),
    CannotRun(String),
}

pub(super) async fn run(settings: &Settings, options: arguments::PluginTest) -> Result<ExitCode> {
    // The file inside a fixture stands for the fixture.
    let path = match options.path.is_file() {
        true => options.path.parent().filter(|path| !path.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned(),
        false => options.path.clone(),
    };
    let folders = fixture::find(&path)?;
    if folders.is_empty() {
        bail!("no fixture lies below {}: `marquee fixture CRAWL` makes one of a stored crawl", path.display());
    }
    let mut readers = Readers { settings, given: None, loaded: BTreeMap::new() };
    if let Some(file) = &options.plugin {
        readers.given = Some(super::load(settings, file).await?.1);
    }
    let mut good = 0;
    for folder in &folders {
        let verdict = test(&mut readers, folder, options.bless)
            .await
            .unwrap_or_else(|error| Verdict::CannotRun(format!("{error:#}")));
        good += usize::from(matches!(verdict, Verdict::AsExpected | Verdict::Blessed));
        match options.json {
            true => println!("{}", json(folder, &verdict)),
            false => show(folder, &verdict),
        }
    }
    if !options.json {
        println!("{good} of {} fixtures are as expected", folders.len());
    }
    Ok(if good == folders.len() { ExitCode::SUCCESS } else { ExitCode::from(FAILED) })
}

async fn test(readers: &mut Readers<'_>, folder: &Path, bless: bool) -> Result<Verdict> {
    let fixture = Fixture::read(folder)?;
    let source = &fixture.recording.source;
    let plugin = readers.plugin(&source.plugin).await?;
    if let Err(problems) = plugin.check_configuration(&source.configuration) {
        bail!("the configuration does not fit the plugin's schema:\n{}", lines(&problems));
    }
    let (now, reading) = fixture.recording.read(&plugin, &readers.settings.normalize).await;
    if bless {
        fixture::bless(folder, &now)?;
        return Ok(Verdict::Blessed);
    }
    let Some(expected) = &fixture.expected else {
        bail!("there is no {}; `--bless` writes what is read now", fixture::EXPECTED)
    };
    let compared = replay::compare(expected, &now);
    if compared.is_same() {
        return Ok(Verdict::AsExpected);
    }
    Ok(Verdict::Differs(Box::new(compared), reading.unsaved))
}

/// The plugins, each loaded once.
struct Readers<'a> {
    settings: &'a Settings,
    given: Option<Arc<Plugin>>,
    loaded: BTreeMap<PluginId, Arc<Plugin>>,
}

impl Readers<'_> {
    async fn plugin(&mut self, id: &PluginId) -> Result<Arc<Plugin>> {
        if let Some(plugin) = self.given.as_ref().or_else(|| self.loaded.get(id)) {
            return Ok(Arc::clone(plugin));
        }
        let file: PathBuf = self.settings.plugins.folder.join(format!("{id}.wasm"));
        let (_, plugin) = super::load(self.settings, &file).await.with_context(|| {
            format!("plugin `{id}`: name its component by --plugin, or put it into the plugin folder")
        })?;
        self.loaded.insert(id.clone(), Arc::clone(&plugin));
        Ok(plugin)
    }
}

fn json(folder: &Path, verdict: &Verdict) -> serde_json::Value {
    match verdict {
        Verdict::AsExpected => serde_json::json!({ "fixture": folder, "verdict": "as_expected" }),
        Verdict::Blessed => serde_json::json!({ "fixture": folder, "verdict": "blessed" }),
        Verdict::Differs(compared, unsaved) => serde_json::json!({
            "fixture": folder, "verdict": "differs", "comparison": compared, "not_in_fixture": unsaved,
        }),
        Verdict::CannotRun(reason) => {
            serde_json::json!({ "fixture": folder, "verdict": "cannot_run", "reason": reason })
        }
    }
}

fn show(folder: &Path, verdict: &Verdict) {
    let folder = folder.display();
    match verdict {
        Verdict::AsExpected => println!("{folder}: as expected"),
        Verdict::Blessed => println!("{folder}: blessed"),
        Verdict::CannotRun(reason) => println!("{folder}: cannot be run: {reason}"),
        Verdict::Differs(compared, unsaved) => {
            println!(
                "{folder}: differs (- expected, + read): {} events as expected, {} otherwise, {} not read, {} not expected",
                compared.same, compared.changed, compared.gone, compared.new
            );
            for difference in &compared.differences {
                println!("{difference}");
            }
            for url in unsaved {
                println!("the plugin asks for {url}, which is not in the fixture");
            }
        }
    }
}
