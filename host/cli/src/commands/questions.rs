//! `marquee questions`: what Marquee noticed and does not decide.

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use marquee_model::QuestionId;
use marquee_store::{MAX_LIMIT, Question, QuestionKind, QuestionQuery};
use serde_json::{Value, json};

use super::{author::author, decided::reason};
use crate::{
    house::Database,
    settings::Settings,
    terminal::{or_dash, short, table},
};

/// What is to be done with questions.
#[derive(Subcommand)]
pub(crate) enum Questions {
    /// Shows the questions that wait for a person, the oldest first.
    List(List),
    /// Closes a question with your words; nothing else changes.
    Answer(Answer),
}

#[derive(Args)]
#[command(after_help = "Examples:\n  marquee questions list\n  marquee questions list --all --json\n\n\
    A conflict is settled by `marquee correct`, a duplicate by `marquee merge`, and what needs nothing by `marquee questions answer`.")]
pub(crate) struct List {
    /// Those that are answered as well.
    #[arg(long)]
    all: bool,
    /// Print JSON, one question a line.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
#[command(
    after_help = "Examples:\n  marquee questions answer qst_0198c0de... \"two shows on one night: they stay two\""
)]
pub(crate) struct Answer {
    /// The question's id.
    question: String,
    /// The answer, in a sentence.
    answer: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(settings: &Settings, command: Questions) -> Result<ExitCode> {
    match command {
        Questions::List(options) => list(settings, &options).await,
        Questions::Answer(options) => answer(settings, &options).await,
    }
}

async fn list(settings: &Settings, options: &List) -> Result<ExitCode> {
    let database = Database::open(settings).await?;
    let mut questions: Vec<Question> = Vec::new();
    let mut query = QuestionQuery { open_only: !options.all, limit: MAX_LIMIT, ..QuestionQuery::default() };
    loop {
        let batch = database.store.questions(&query).await?;
        questions.extend(batch.items);
        query.after = batch.next;
        if query.after.is_none() {
            break;
        }
    }
    database.close().await?;
    if options.json {
        questions.iter().for_each(|question| println!("{}", shown(question)));
        return Ok(ExitCode::SUCCESS);
    }
    if questions.is_empty() {
        println!("Nothing waits for a person.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = table(["Question", "Kind", "Event", "Title", "Other", "Field", "Asked", "What was noticed"]);
    for question in &questions {
        rows.add_row([
            question.id.to_string(),
            word(question.kind).to_owned(),
            question.event.to_string(),
            short(&question.title, 40),
            or_dash(question.other),
            or_dash(question.field.map(marquee_store::EventField::name)),
            question.asked_at.format("%Y-%m-%d").to_string(),
            short(&question.detail.to_string(), 120),
        ]);
    }
    println!("{rows}");
    Ok(ExitCode::SUCCESS)
}

async fn answer(settings: &Settings, options: &Answer) -> Result<ExitCode> {
    let id: QuestionId =
        options.question.parse().context("give a question's id, as `marquee questions list` shows it")?;
    let words = reason(&options.answer).context("the answer is a sentence")?;
    let database = Database::open(settings).await?;
    let answered = database.store.answer_question_by(id, &words, &author()).await;
    database.close().await?;
    if !answered? {
        bail!("there is no open question {id}; `marquee questions list` shows those that there are");
    }
    match options.json {
        true => println!("{}", json!({ "question": id, "answer": words })),
        false => println!("{id} is closed."),
    }
    Ok(ExitCode::SUCCESS)
}

const fn word(kind: QuestionKind) -> &'static str {
    match kind {
        QuestionKind::Conflict => "conflict",
        QuestionKind::Duplicate => "duplicate",
        QuestionKind::Correction => "correction",
        QuestionKind::Ambiguous => "ambiguous",
        QuestionKind::OnlyTheKey => "only the key",
    }
}

fn shown(question: &Question) -> Value {
    json!({
        "id": question.id, "kind": question.kind, "event": question.event, "title": question.title, "other": question.other,
        "field": question.field, "detail": question.detail, "asked_at": question.asked_at, "updated_at": question.updated_at,
        "answered_at": question.answered_at, "answer": question.answer,
    })
}
